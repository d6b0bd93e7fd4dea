"""The keys that an issuer signs with, found by its discovery document and fetched again when it has new ones."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from bridge.errors import Refused
from bridge.texts import say

FRESH: Final = 24 * 3600.0
"""Seconds for which keys are taken without asking again."""

AGAIN: Final = 60.0
"""Seconds between two questions at least, however many tokens name a key that is not known."""

TIME: Final = 5.0
"""Seconds that the issuer may take for an answer."""

MOST_BYTES: Final = 1 << 20

log = structlog.get_logger()


class KeysUnavailable(Refused):
    """Nobody can be known until the issuer answers."""

    sentence = say(
        "The keys of the issuer cannot be fetched at the moment, so that its tokens cannot be checked; try again later."
    )

    status = 503
    title = "Issuer unavailable"


class IssuerKeys:
    """The keys of one issuer. `discovery` is the URL of its OpenID configuration.

    They are fetched when they are first needed, again after a day, and when a token names one that is not known, but
    then at most once a minute. While the issuer does not answer, those that are known go on being used.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        discovery: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._discovery = discovery
        self._clock = clock
        self._known: dict[str, RSAKey] = {}
        self._configuration: Mapping[str, Any] = {}
        self._asked: float | None = None
        self._fetched: float | None = None
        self._lock = asyncio.Lock()

    async def key(self, kid: str) -> RSAKey | None:
        """The key of that id, or None if the issuer has none. Raises `KeysUnavailable`."""
        if kid not in self._known or self._old():
            async with self._lock:
                if (kid not in self._known or self._old()) and self._may_ask():
                    await self._fetch()
        if self._fetched is None:
            raise KeysUnavailable
        return self._known.get(kid)

    async def configuration(self) -> Mapping[str, Any]:
        """The issuer's discovery document. Raises `KeysUnavailable`."""
        if not self._configuration:
            async with self._lock:
                if not self._configuration and self._may_ask():
                    await self._fetch()
        if not self._configuration:
            raise KeysUnavailable
        return self._configuration

    def _old(self) -> bool:
        return self._fetched is None or self._clock() - self._fetched >= FRESH

    def _may_ask(self) -> bool:
        return self._asked is None or self._clock() - self._asked >= AGAIN

    async def _fetch(self) -> None:
        self._asked = self._clock()
        try:
            configuration = await self._json(self._discovery)
            keys = await self._json(configuration["jwks_uri"])
            found = KeySet.import_key_set({"keys": [one for one in keys["keys"] if _signs(one)]})
        except (
            aiohttp.ClientError,
            TimeoutError,
            JoseError,
            KeyError,
            TypeError,
            ValueError,
        ) as error:
            # Not the error's text, which may have an address in it.
            log.warning(
                "issuer's keys not fetched",
                issuer=_host(self._discovery),
                error=type(error).__name__,
            )
            return
        self._configuration = configuration
        self._known = {key.kid: key for key in found.keys if isinstance(key, RSAKey) and key.kid}
        self._fetched = self._asked

    async def _json(self, url: str) -> Any:
        if not _safe(url):
            raise ValueError("only https, or a loopback address")
        async with self._session.get(
            url, timeout=aiohttp.ClientTimeout(total=TIME), allow_redirects=False
        ) as answer:
            answer.raise_for_status()
            body = await answer.content.read(MOST_BYTES + 1)
            while len(body) <= MOST_BYTES and not answer.content.at_eof():
                body += await answer.content.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise ValueError("too large")
            return orjson.loads(body)


def _signs(key: Any) -> bool:
    return isinstance(key, dict) and key.get("kty") == "RSA" and key.get("use", "sig") == "sig"


def _safe(url: str) -> bool:
    """Whether what comes from there can be believed to come from there."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    )


def _host(url: str) -> str:
    return urlsplit(url).hostname or "?"
