"""Posts cards: the one place that talks to channels.

A channel's URL is a secret, and aiohttp's own error texts carry it, so what went wrong is told in words of this module
and an answer's text is cleaned of the URL's parts. The address is checked again at every POST: https to an allowed host,
whose certificate TLS checks, so that a name rebound to another machine (a private one, say) gets no card; without TLS
a card goes only where the operator's own pattern says so. No redirects, cookies, proxies or credentials.
"""

import re
import socket
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Final, Self

import aiohttp
from yarl import URL

from bridge.channel import Answer, ChannelKind
from bridge.models import Channel
from bridge.pipeline.address import NoAddress, check_address, parse_address
from bridge.texts import say

TIMEOUT: Final = aiohttp.ClientTimeout(total=30, sock_connect=10)
ANSWER_BYTES: Final = 4096
CHECKED: Final = 20_000
"""Addresses whose check is remembered: neither a URL nor what is allowed ever changes."""

_HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "teams-webhook-bridge",
}
_SECRET_PART: Final = re.compile(r"[^/?&=:@]{8,}")
_WELL_KNOWN: Final = frozenset({"IncomingWebhook", "webhookb2", "workflows", "powerautomate"})


class Poster:
    """One HTTP session for every channel: use it as an asynchronous context manager.

    The pool has no limit of its own: the worker bounds how many posts are in flight, and a limit beneath that would let
    slow channels keep others waiting for a connection.
    """

    def __init__(
        self, allowed: Iterable[str] = (), timeout: aiohttp.ClientTimeout = TIMEOUT
    ) -> None:
        self._allowed = tuple(allowed)
        self._timeout = timeout
        self._checked = lru_cache(CHECKED)(self._check)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, channel: Channel, kind: ChannelKind, body: bytes) -> Answer:
        """POST one card. Never raises for what the channel or the network does: that is an `Answer`, too."""
        if self._session is None:
            raise RuntimeError("The poster is not open.")
        url = channel.url.get_secret_value()
        started = time.monotonic()
        try:
            target = self._checked(url, kind.hosts)
        except ValueError as error:
            return Answer(None, f"not posted: {error}", 0)
        status: int | None = None
        headers: Mapping[str, str] = {}
        text = bytearray()
        try:
            async with self._session.post(
                target, data=body, headers=_HEADERS, allow_redirects=False
            ) as response:
                status, headers = response.status, response.headers
                while len(text) < ANSWER_BYTES and not response.content.at_eof():
                    text += await response.content.read(ANSWER_BYTES - len(text))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # An answer whose end was not seen is still an answer.
            if status is None:
                return Answer(None, what_happened(error), _since(started))
        shown = without_parts(text.decode("utf-8", "replace").lstrip("\ufeff"), url)
        return Answer(status, shown, _since(started), headers)

    def _check(self, url: str, hosts: tuple[str, ...]) -> URL:
        """Where to post to. Raises `ValueError` for an address that is not allowed."""
        check_address(url, self._allowed or hosts)
        target = URL(url, encoded=True)
        if target.host != parse_address(url).host.strip("[]"):
            raise NoAddress(say("The URL's host is read in two ways."))
        return target


def what_happened(error: BaseException) -> str:  # noqa: PLR0911  # one sentence for each kind of failure
    """A failure to get an answer, in words that carry nothing of the URL."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return "timeout: no connection within 10 seconds"
        case TimeoutError():
            return "timeout: no answer within 30 seconds"
        case aiohttp.ClientConnectorDNSError():
            return "DNS: the host's name could not be found"
        case aiohttp.ClientSSLError() | aiohttp.ServerFingerprintMismatch():
            return "TLS: the host could not prove that it is who it says"
        case aiohttp.ClientConnectorError():
            return _of_system(error.os_error)
        case aiohttp.ServerDisconnectedError():
            return "connection closed before an answer"
        case OSError():
            return _of_system(error)
        case _:
            return f"no readable answer ({type(error).__name__})"


def _of_system(error: OSError) -> str:
    match error:
        case ConnectionRefusedError():
            return "connection refused"
        case ConnectionResetError() | BrokenPipeError():
            return "connection reset before an answer"
        case socket.gaierror():
            return "DNS: the host's name could not be found"
        case _:
            return f"no connection ({type(error).__name__})"


def without_parts(text: str, url: str) -> str:
    """An answer's text without any part of the URL that could be its secret."""
    for part in sorted(set(_SECRET_PART.findall(url.partition("//")[2])), key=len, reverse=True):
        if part not in _WELL_KNOWN:
            text = text.replace(part, "…")
    return text


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
