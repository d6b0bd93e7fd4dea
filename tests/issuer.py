"""An issuer of tokens on the loopback interface, with real RSA keys: what Entra and Microsoft's card actions have."""

import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "99999999-8888-7777-6666-555555555555"


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


class Issuer:
    """Signs tokens, and serves its discovery document and keys. `asked` counts the questions for keys."""

    def __init__(self) -> None:
        self.key = new_key("first")
        self.published = [self.key]
        self.url = ""
        self.asked = 0
        self.status = 200
        self.body: Any = None
        self.person: dict[str, Any] = {}
        """Claims of whoever signs in."""
        self.refuses: str | None = None
        self._attempts: dict[str, dict[str, str]] = {}

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)

    @property
    def name(self) -> str:
        return f"{self.url}/{TENANT}/v2.0"

    @property
    def discovery(self) -> str:
        return f"{self.url}/.well-known/openid-configuration"

    def rotate(self, kid: str) -> None:
        self.key = new_key(kid)
        self.published = [self.key]

    def token(self, *, key: RSAKey | None = None, header: Any = None, **claims: Any) -> str:
        now = int(time.time())
        said = {
            "iss": self.name,
            "aud": "us",
            "sub": "somebody",
            "oid": "object-of-somebody",
            "tid": TENANT,
            "iat": now,
            "nbf": now,
            "exp": now + 600,
            **claims,
        }
        said = {name: value for name, value in said.items() if value is not None}
        signer = key or self.key
        return jwt.encode(header or {"alg": "RS256", "kid": signer.kid}, said, signer)

    async def _discovery(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.name,
                "jwks_uri": f"{self.url}/keys",
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
            }
        )

    async def _authorize(self, request: web.Request) -> web.Response:
        """Somebody signs in at once, or is refused."""
        asked = dict(request.query)
        assert asked["code_challenge_method"] == "S256"
        back = {"state": asked["state"]}
        if self.refuses:
            back["error"] = self.refuses
        else:
            back["code"] = f"code-{len(self._attempts)}"
            self._attempts[back["code"]] = asked
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(back)}")

    async def _token(self, request: web.Request) -> web.Response:
        """Change a code for an id token, once, as the code flow with PKCE has it."""
        given = await request.post()
        asked = self._attempts.pop(str(given["code"]), None)
        verifier = str(given.get("code_verifier", "")).encode()
        challenge = urlsafe_b64encode(sha256(verifier).digest()).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["client_id"] != given["client_id"]
            or asked["redirect_uri"] != given["redirect_uri"]
        ):
            return web.json_response({"error": "invalid_grant", "error_codes": [54005]}, status=400)
        said = {"aud": asked["client_id"], "nonce": asked["nonce"], **self.person}
        return web.json_response({"id_token": self.token(**said), "token_type": "Bearer"})

    async def _keys(self, _: web.Request) -> web.Response:
        self.asked += 1
        keys = KeySet(list(self.published)).as_dict(private=False)
        return web.json_response(keys if self.body is None else self.body, status=self.status)


@asynccontextmanager
async def an_issuer() -> AsyncIterator[Issuer]:
    issuer = Issuer()
    app = web.Application()
    issuer.routes(app)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        issuer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield issuer
    finally:
        await runner.cleanup()
