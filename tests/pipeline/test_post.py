"""Posting: nothing of the URL comes out, nothing is followed, and whatever the other side does is an answer."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bridge.channel import Answer
from bridge.channels.connector import Connector
from bridge.models import Channel
from bridge.pipeline.post import ANSWER_BYTES, Poster, what_happened, without_parts
from tests.pipeline.running import Says, Teams

QUICK = aiohttp.ClientTimeout(total=0.3)
ALLOWED = ("http://127.0.0.1:*",)
CHANNEL = Channel("ch_1", "connector", SecretStr(""))

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def post(
    url: str, allowed: tuple[str, ...] = ALLOWED, patience: aiohttp.ClientTimeout | None = None
) -> Answer:
    poster = Poster(allowed, patience) if patience else Poster(allowed)
    async with poster:
        channel = replace(CHANNEL, url=SecretStr(url))
        return await poster.post(channel, Connector(), b"{}")


@asynccontextmanager
async def raw(speak: Speak) -> AsyncIterator[str]:
    """A server that says what it likes, and its URL."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await speak(reader, writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/secret-path-of-the-channel"


async def test_an_answer_has_status_headers_and_text(teams: Teams) -> None:
    teams.says("one", Says(429, "later", {"Retry-After": "7", "Set-Cookie": "a=b"}))
    answer = await post(teams.connector("one"))
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (429, "later", "7")
    assert answer.milliseconds >= 0


async def test_no_redirect_is_followed_and_no_cookie_kept(teams: Teams) -> None:
    elsewhere = {"Location": teams.connector("two"), "Set-Cookie": "a=b; Path=/"}
    teams.says("one", Says(307, "", elsewhere))
    async with Poster(ALLOWED) as poster:
        channel = replace(CHANNEL, url=SecretStr(teams.connector("one")))
        first = await poster.post(channel, Connector(), b"{}")
        await poster.post(channel, Connector(), b"{}")
    assert first.status == 307
    assert [name for name, _ in teams.bodies] == ["one", "one"]
    assert all("Cookie" not in headers for headers in teams.headers)


async def test_no_proxy_and_no_password_file_is_used(
    teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert (await post(teams.connector("one"))).status == 200


async def test_the_url_is_sent_as_it_is(teams: Teams) -> None:
    seen: list[str] = []

    async def take(request: web.Request) -> web.Response:
        seen.append(request.raw_path)
        return web.Response(text="1")

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    path = "/a%40b/%2e%2e/x?sp=%2Ftriggers%2Fmanual%2Frun&sig=a%2Bb-_~"
    try:
        assert (await post(f"http://127.0.0.1:{runner.addresses[0][1]}{path}")).status == 200
    finally:
        await runner.cleanup()
    assert seen == [path]


@pytest.mark.parametrize(
    "allowed", [(), ("https://127.0.0.1:*",), ("http://localhost:*",), ("http://127.0.0.1",)]
)
async def test_an_address_that_is_not_allowed_gets_nothing(
    teams: Teams, allowed: tuple[str, ...]
) -> None:
    answer = await post(teams.connector("one"), allowed)
    assert answer.status is None
    assert "not among the allowed addresses" in answer.body
    assert "IncomingWebhook" not in answer.body
    assert teams.bodies == []


async def test_nobody_listens() -> None:
    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        return

    async with raw(nothing) as url:
        pass
    answer = await post(url)
    assert (answer.status, answer.body) == (None, "connection refused")


async def test_the_connection_ends_before_an_answer() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")

    async with raw(hang_up) as url:
        answer = await post(url)
    assert (answer.status, answer.body) == (None, "connection closed before an answer")


async def test_no_answer_in_time() -> None:
    over = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()

    async with raw(wait) as url:
        answer = await post(url, patience=QUICK)
        over.set()
    assert answer.status is None
    assert answer.body.startswith("timeout")


async def test_no_http() -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(b"220 mail.example ESMTP secret-path-of-the-channel\r\n\r\n")
        await writer.drain()

    async with raw(chatter) as url:
        answer = await post(url)
    assert answer.status is None
    assert "secret" not in answer.body


async def test_an_answer_whose_end_does_not_come_is_an_answer() -> None:
    over = asyncio.Event()

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        await over.wait()

    async with raw(begin) as url:
        answer = await post(url, patience=QUICK)
        over.set()
    assert (answer.status, answer.body) == (202, "half")


async def test_of_an_endless_answer_only_the_start_is_read() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 999999999\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            return

    async with raw(flood) as url:
        answer = await post(url)
    assert (answer.status, answer.body) == (500, "x" * ANSWER_BYTES)


async def test_an_answer_that_repeats_the_url_does_not_show_it(teams: Teams) -> None:
    url = teams.workflow("a-workflow-id-that-is-secret")
    teams.says("a-workflow-id-that-is-secret", Says(400, f"no run of {url}"))
    answer = await post(url)
    assert "a-workflow-id-that-is-secret" not in answer.body
    assert "a-secret-signature" not in answer.body


def test_only_long_parts_of_the_url_are_hidden() -> None:
    url = "https://x.example/webhookb2/11111111-2222@33333333/IncomingWebhook/abc?sig=qwertyuiop"
    text = "IncomingWebhook 1 11111111-2222 33333333 qwertyuiop x.example webhook"
    assert without_parts(text, url) == "IncomingWebhook 1 … … … … webhook"


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ConnectionTimeoutError("https://secret"),
        aiohttp.ServerTimeoutError("https://secret"),
        TimeoutError("https://secret"),
        aiohttp.InvalidURL("https://secret"),
        aiohttp.ClientPayloadError("https://secret"),
        aiohttp.ClientOSError(104, "https://secret"),
        ConnectionResetError("https://secret"),
        OSError(24, "https://secret"),
        ValueError("https://secret"),
        ssl.SSLError("https://secret"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_happened_is_told_without_the_url(error: Exception) -> None:
    told = what_happened(error)
    assert told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("kind", "reason", "told"),
    [
        (aiohttp.ClientConnectorDNSError, OSError(-2, "secret"), "DNS"),
        (aiohttp.ClientConnectorError, ConnectionRefusedError(111, "secret"), "connection refused"),
        (aiohttp.ClientConnectorError, OSError(113, "secret"), "no connection"),
        (aiohttp.ClientConnectorSSLError, OSError(1, "secret"), "TLS"),
    ],
)
def test_why_there_is_no_connection_is_told(
    kind: type[aiohttp.ClientConnectorError], reason: OSError, told: str
) -> None:
    key: Any = SimpleNamespace(host="secret", port=443, ssl=True, is_ssl=True)
    happened = what_happened(kind(key, reason))
    assert happened.startswith(told)
    assert "secret" not in happened


async def test_a_closed_poster_says_so() -> None:
    with pytest.raises(RuntimeError, match="not open"):
        await Poster(ALLOWED).post(CHANNEL, Connector(), b"")
