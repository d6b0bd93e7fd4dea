"""An issuer of tokens on the loopback interface, with real RSA keys: what Entra and Microsoft's card actions have."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

TENANT = "11111111-2222-3333-4444-555555555555"


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
        return web.json_response({"issuer": self.name, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        self.asked += 1
        keys = KeySet(list(self.published)).as_dict(private=False)
        return web.json_response(keys if self.body is None else self.body, status=self.status)


@asynccontextmanager
async def an_issuer() -> AsyncIterator[Issuer]:
    issuer = Issuer()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", issuer._discovery)  # noqa: SLF001  # its own server
    app.router.add_get("/keys", issuer._keys)  # noqa: SLF001  # its own server
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        issuer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield issuer
    finally:
        await runner.cleanup()
