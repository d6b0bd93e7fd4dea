"""Calls to the systems that cards' buttons do things in: only to sites that the operator allows, and never past them."""

import socket
from collections.abc import Mapping
from typing import Final

import aiohttp
import orjson
from yarl import URL

from bridge.action import Call, Reply
from bridge.errors import BridgeError
from bridge.pipeline.address import NoAddress, check_address
from bridge.pipeline.post import what_happened

TIMEOUT: Final = aiohttp.ClientTimeout(total=8, sock_connect=5)
"""Teams waits ten seconds or so for the answer to a button."""

MOST_BYTES: Final = 1 << 20

SITES: Final = ("https://api.github.com", "https://*.atlassian.net")
"""Where calls may go unless the operator says otherwise."""


class NotCalled(BridgeError):
    """A system that could not be asked."""


class Caller:
    """Makes the calls. No redirects, cookies or proxies: credentials go nowhere else."""

    def __init__(self, session: aiohttp.ClientSession, allowed: tuple[str, ...]) -> None:
        self._session = session
        self._allowed = allowed or SITES

    def check(self, site: str) -> None:
        """Raise `NoAddress` with a sentence for a site that calls may not go to."""
        try:
            check_address(site, self._allowed)
        except NoAddress as error:
            raise NoAddress(f"{error} The operator allows sites by BRIDGE_ALLOWED_SITES.") from None

    async def call(self, site: str, call: Call, proof: Mapping[str, str]) -> Reply:
        """Ask the system of a site. Raises `NotCalled` where no answer came."""
        url = f"{site.rstrip('/')}{call.path}"
        try:
            self.check(url)
            target = URL(url, encoded=True)
        except ValueError as error:
            raise NotCalled(str(error)) from None
        if not call.path.startswith("/") or target.origin() != URL(site).origin():
            raise NotCalled("The call leads past its site.")
        headers = {
            "User-Agent": "teams-webhook-bridge",
            "Accept": "application/json",
            **call.headers,
        }
        body = None
        if call.body is not None:
            body = orjson.dumps(call.body)
            headers["Content-Type"] = "application/json"
        try:
            async with self._session.request(
                call.method,
                target,
                data=body,
                headers={**headers, **proof},
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as answer:
                read = bytearray()
                while len(read) < MOST_BYTES and not answer.content.at_eof():
                    read += await answer.content.read(MOST_BYTES - len(read))
                return Reply(answer.status, bytes(read))
        except (aiohttp.ClientError, TimeoutError, socket.gaierror, OSError, ValueError) as error:
            raise NotCalled(what_happened(error)) from None
