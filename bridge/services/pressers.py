"""Who pressed a button of a card, as Microsoft says it: the older tokens of Office, and those of Entra."""

import base64
import binascii
from typing import Final

import aiohttp
import orjson
from pydantic import SecretStr

from bridge.errors import Unauthorized
from bridge.services.identity import Identity
from bridge.settings import Settings
from bridge.tokens.keys import IssuerKeys
from bridge.tokens.verify import Claims, Expected, verify

_PARTS: Final = 3


class Pressers:
    """Believes tokens of card actions, by the issuer that each names."""

    def __init__(
        self, settings: Settings, session: aiohttp.ClientSession, identity: Identity | None
    ) -> None:
        self._identity = identity
        self._keys = IssuerKeys(session, settings.action_discovery)
        self._applications = (settings.action_application,)
        self._expected = Expected(
            issuers=(settings.action_issuer,),
            audiences=(settings.action_audience or settings.public_url,),
            applications=self._applications,
        )

    async def claims(self, token: SecretStr) -> Claims:
        """What a token says. Raises `Unauthorized`, `KeysUnavailable`."""
        if self._identity is not None and _issuer(token) not in self._expected.issuers:
            return await self._identity.claims(token, self._applications)
        return await verify(token, self._keys, self._expected)


def _issuer(token: SecretStr) -> object:
    """The issuer that a token names: not believed, it only says whose keys to check it with."""
    parts = token.get_secret_value().split(".")
    if len(parts) != _PARTS:
        raise Unauthorized("The token cannot be read.")
    try:
        said = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        raise Unauthorized("The token cannot be read.") from None
    return said.get("iss") if isinstance(said, dict) else None
