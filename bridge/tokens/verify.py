"""What a token must say to be believed: signed by its issuer with RS256, meant for us, in its time."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from pydantic import SecretStr

from bridge.errors import Unauthorized
from bridge.texts import say
from bridge.tokens.keys import IssuerKeys

ALGORITHMS: Final = ["RS256"]
"""Never one that the token may choose: `none` and those with a shared key would let anybody sign."""

LEEWAY: Final = 300
"""Seconds by which two clocks may differ, as Microsoft's own libraries allow."""

LONGEST: Final = 16 * 1024
"""Characters of a token."""

TENANT: Final = "{tenantid}"
"""Stands in an issuer for the tenant that the token names (`tid`), as in Entra's own discovery document."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is asked of a token. `tenants` are lower-case ids; None is any. `applications`: None asks for no `appid`."""

    issuers: tuple[str, ...]
    audiences: tuple[str, ...]
    tenants: tuple[str, ...] | None = None
    applications: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. `subject` and `person` (Entra's `oid`) name somebody: never show or log them."""

    issuer: str
    subject: str = field(repr=False)
    tenant: str | None
    person: str | None = field(repr=False)
    expires: int
    token_id: str | None = field(repr=False)
    nonce: str | None = field(repr=False)
    all: Mapping[str, Any] = field(repr=False)


async def verify(
    token: SecretStr, keys: IssuerKeys, expected: Expected, clock: Callable[[], float] = time.time
) -> Claims:
    """Believe a token, or raise `Unauthorized` with a reason that may be logged. Raises `KeysUnavailable`."""
    text = token.get_secret_value()
    if not 0 < len(text) <= LONGEST or not text.isascii():
        raise Unauthorized(say("The token is none, or too long."))
    key = await keys.key(_key_id(text))
    if key is None:
        raise Unauthorized(say("The token is signed with a key that its issuer does not have."))
    try:
        claims = jwt.decode(text, key, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError):
        raise Unauthorized(say("The token's signature does not hold.")) from None
    return _checked(claims, expected, clock())


def _key_id(text: str) -> str:
    """Which key the token says it was signed with; its algorithm must be the one there is."""
    try:
        header = jws.extract_compact(text.encode()).headers()
    except (JoseError, ValueError, TypeError):
        raise Unauthorized(say("The token cannot be read.")) from None
    if header.get("alg") not in ALGORITHMS:
        raise Unauthorized(say("The token is not signed with RS256."))
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Unauthorized(say("The token does not say which key it is signed with."))
    return kid


def _checked(claims: Mapping[str, Any], expected: Expected, now: float) -> Claims:
    expires = _seconds(claims, "exp")
    if expires is None:
        raise Unauthorized(say("The token does not say until when it holds."))
    if now > expires + LEEWAY:
        raise Unauthorized(say("The token has expired."))
    if any(now < (_seconds(claims, name) or 0) - LEEWAY for name in ("nbf", "iat")):
        raise Unauthorized(say("The token does not hold yet."))
    tenant = _text(claims, "tid")
    tenant = tenant.lower() if tenant else None
    issuer = _text(claims, "iss") or ""
    if issuer not in {one.replace(TENANT, tenant or "?") for one in expected.issuers}:
        raise Unauthorized(say("The token is of another issuer."))
    given = claims.get("aud")
    audiences = given if isinstance(given, list) else [given]
    if not set(expected.audiences) & {one for one in audiences if isinstance(one, str)}:
        raise Unauthorized(say("The token is meant for another application."))
    if expected.tenants is not None and tenant not in expected.tenants:
        raise Unauthorized(say("The token is of a tenant that may not be here."))
    application = _text(claims, "appid") or _text(claims, "azp")
    if expected.applications is not None and application not in expected.applications:
        raise Unauthorized(say("The token was given to another application."))
    subject = _text(claims, "sub")
    if not subject:
        raise Unauthorized(say("The token does not say whom it is about."))
    return Claims(
        issuer=issuer,
        subject=subject,
        tenant=tenant,
        person=_text(claims, "oid"),
        expires=expires,
        token_id=_text(claims, "jti") or _text(claims, "uti"),
        nonce=_text(claims, "nonce"),
        all=claims,
    )


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None


def _seconds(claims: Mapping[str, Any], name: str) -> int | None:
    """A time in a token; one that is no number makes the token unreadable."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise Unauthorized(say("The token's times cannot be read."))
    return int(value)
