"""Who somebody is, as Microsoft Entra ID says: by the token that Teams has for them, or by signing in."""

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import orjson
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from pydantic import SecretStr

from bridge.errors import SecretError, Unauthorized
from bridge.services.access import OPERATOR, Principal, member
from bridge.settings import Settings
from bridge.store.secrets import Vault, place
from bridge.texts import say
from bridge.tokens.keys import IssuerKeys
from bridge.tokens.verify import TENANT, Claims, Expected, verify

SESSION: Final = "bs_"
"""What a session's token begins with."""

SESSION_TIME: Final = 8 * 3600
"""Seconds for which signing in lasts."""

ATTEMPT_TIME: Final = 600
"""Seconds that somebody may take to sign in."""

OPERATOR_ROLE: Final = "Bridge.Operator"
"""The application role that makes a person of the first tenant the operator: another tenant gives roles to its own."""

TIME: Final = 10.0
"""Seconds that Entra may take for an answer."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody is on the way to Entra: where they go, and what the browser keeps until they are back."""

    url: str
    kept: str


class Identity:
    """People of the tenants that the operator named. Every verb raises `Unauthorized`, `KeysUnavailable`.

    `person_of` is a keyed hash: people are told apart by it, and nothing that names them is kept.
    """

    def __init__(
        self,
        settings: Settings,
        client_id: str,
        session: aiohttp.ClientSession,
        person_of: Callable[[SecretStr], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        authority, tenants = settings.entra_authority, settings.entra_tenants
        directory = tenants[0] if len(tenants) == 1 else "organizations"
        host = urlsplit(settings.public_url).netloc
        self._settings = settings
        self._client_id = client_id
        self._session = session
        self._person_of = person_of
        self._clock = clock
        self._vault = Vault(settings.keys())
        self._keys = IssuerKeys(
            session, f"{authority}/{directory}/v2.0/.well-known/openid-configuration"
        )
        self._expected = Expected(
            issuers=(f"{authority}/{TENANT}/v2.0", f"https://sts.windows.net/{TENANT}/"),
            audiences=(client_id, f"api://{client_id}", f"api://{host}/{client_id}"),
            tenants=tenants,
        )
        self._back = f"{settings.public_url}/auth/end"

    async def bearer(self, token: SecretStr) -> Principal:
        """Who comes with this token, Entra's or that of a session."""
        if token.get_secret_value().startswith(SESSION):
            said = self._opened(token.get_secret_value().removeprefix(SESSION), "session")
            return self._principal(said["tenant"], said["person"], operator=said["operator"])
        claims = await verify(token, self._keys, self._expected, self._clock)
        return self._principal(*self._of(claims), operator=_is_operator(claims))

    async def claims(self, token: SecretStr, applications: tuple[str, ...]) -> Claims:
        """What a token of Entra's says that one of these applications brings."""
        expected = replace(self._expected, applications=applications)
        return await verify(token, self._keys, expected, self._clock)

    async def begin(self, login_hint: str | None = None) -> Attempt:
        """Send somebody to Entra: the code flow with PKCE, bound to this browser by `kept`."""
        configuration = await self._keys.configuration()
        attempt = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        url = prepare_grant_uri(
            configuration["authorization_endpoint"],
            client_id=self._client_id,
            response_type="code",
            redirect_uri=self._back,
            scope="openid profile",
            state=attempt["state"],
            nonce=attempt["nonce"],
            code_challenge=create_s256_code_challenge(attempt["verifier"]),
            code_challenge_method="S256",
            response_mode="query",
            **({"login_hint": login_hint} if login_hint else {}),
        )
        return Attempt(url, self._sealed(attempt, "attempt", ATTEMPT_TIME))

    async def end(self, kept: str, state: str, code: str) -> tuple[SecretStr, Principal]:
        """They are back with a code: the token of their session, and who they are."""
        attempt = self._opened(kept, "attempt")
        if not secrets.compare_digest(state.encode(), str(attempt["state"]).encode()):
            raise Unauthorized(
                say("This sign-in was begun elsewhere: close this window and begin again.")
            )
        token = await self._exchanged(code, attempt["verifier"])
        claims = await verify(token, self._keys, self._expected, self._clock)
        if claims.nonce is None or not secrets.compare_digest(
            claims.nonce.encode(), str(attempt["nonce"]).encode()
        ):
            raise Unauthorized(say("Entra answered another sign-in than this one: begin again."))
        tenant, person = self._of(claims)
        operator = _is_operator(claims)
        said = {"tenant": tenant, "person": person, "operator": operator}
        session = SecretStr(SESSION + self._sealed(said, "session", SESSION_TIME))
        return session, self._principal(tenant, person, operator=operator)

    async def _exchanged(self, code: str, verifier: str) -> SecretStr:
        """The id token that a code is good for."""
        configuration = await self._keys.configuration()
        form = {
            "client_id": self._client_id,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": verifier,
        }
        if self._settings.entra_client_secret is not None:
            form["client_secret"] = self._settings.entra_client_secret.get_secret_value()
        try:
            async with self._session.post(
                configuration["token_endpoint"],
                data=form,
                timeout=aiohttp.ClientTimeout(total=TIME),
                allow_redirects=False,
            ) as answer:
                given = orjson.loads(await answer.content.read(1 << 20))
            token = given.get("id_token")
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError, AttributeError) as error:
            log.warning("sign-in not finished", error=type(error).__name__)
            raise Unauthorized(
                say("Entra does not answer at the moment: try again later.")
            ) from None
        if not isinstance(token, str):
            # Entra's codes (AADSTS…) tell the operator what is wrong; its sentences may name people.
            log.warning("sign-in refused", status=answer.status, codes=given.get("error_codes"))
            raise Unauthorized(say("Entra did not accept this sign-in: begin again."))
        return SecretStr(token)

    def _of(self, claims: Claims) -> tuple[str, str]:
        """The tenant and the person, who stays nameless."""
        if claims.tenant is None or claims.person is None:
            raise Unauthorized(say("The token is of no person of a tenant."))
        return claims.tenant, self._person_of(SecretStr(claims.person))[:32]

    def _principal(self, tenant: str, person: str, *, operator: bool) -> Principal:
        if tenant not in self._settings.entra_tenants:
            raise Unauthorized(say("People of this tenant may not sign in any more."))
        if operator and tenant == self._settings.entra_tenants[0]:
            return OPERATOR
        return member(tenant, person, shares=self._settings.entra_editors == "tenant")

    def _sealed(self, value: dict[str, Any], purpose: str, lifetime: int) -> str:
        text = orjson.dumps({**value, "until": self._clock() + lifetime})
        sealed = self._vault.seal(text, place("auth", "value", purpose))
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def _opened(self, text: str, purpose: str) -> dict[str, Any]:
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            value: dict[str, Any] = orjson.loads(
                self._vault.open(sealed, place("auth", "value", purpose))
            )
        except (ValueError, SecretError):
            raise Unauthorized(say("This is no sign-in of this bridge: begin again.")) from None
        if value["until"] < self._clock():
            raise Unauthorized(say("The sign-in is over: sign in again."))
        return value


def _is_operator(claims: Claims) -> bool:
    roles = claims.all.get("roles")
    return isinstance(roles, list) and OPERATOR_ROLE in roles
