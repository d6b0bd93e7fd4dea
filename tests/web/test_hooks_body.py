"""Bodies of webhooks: how large they may be, and senders that stop, go away or do not begin."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bridge.services.access import OPERATOR
from tests.pipeline.running import Running, running, settings, until
from tests.web.hooking import head, problem, refusals, talk


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(settings(tmp_path, max_body_bytes=100_000)) as bridge:
        yield bridge


async def pieces(count: int, sent: list[int] | None = None) -> AsyncIterator[bytes]:
    for _ in range(count):
        if sent is not None:
            sent.append(1000)
        yield b"x" * 1000


async def test_a_body_at_the_limit_is_taken(small: Running) -> None:
    endpoint = await small.endpoint()
    assert (await small.send(endpoint.id, b"x" * 100_000)).status == 202
    assert (await small.send(endpoint.id, pieces(100), {"X-Radio-Id": "1"})).status == 202


async def test_a_body_that_announces_too_much_is_refused_and_noted(small: Running) -> None:
    endpoint = await small.endpoint()
    answer = await small.send(endpoint.id, b"x" * 100_001)
    assert answer.status == 413
    assert "100000" in (await problem(answer))["detail"]
    (refusal,) = await refusals(small, endpoint, 1)
    assert refusal.status == 413


@pytest.mark.parametrize("count", [101, 500, 900])
async def test_a_stream_that_is_too_long_sees_the_answer(small: Running, count: int) -> None:
    endpoint = await small.endpoint()
    answer = await small.send(endpoint.id, pieces(count))
    assert answer.status == 413
    await problem(answer)
    assert not await small.events()


async def test_an_endless_stream_is_cut_off(small: Running) -> None:
    endpoint = await small.endpoint()
    sent: list[int] = []
    with contextlib.suppress(aiohttp.ClientError):
        answer = await small.send(endpoint.id, pieces(100_000, sent))
        assert answer.status == 413
    # What the sockets' buffers hold comes on top of what is drained.
    assert sum(sent) < 20_000_000
    async with small.session.get(f"{small.url}/healthz") as answer:
        assert answer.status == 200


async def test_who_asks_before_sending_too_much_sends_nothing(small: Running) -> None:
    endpoint = await small.endpoint()
    reader, writer = await talk(
        small, head(endpoint, "Content-Length: 100001", "Expect: 100-continue")
    )
    assert b" 413 " in await reader.readline()
    writer.close()
    reader, writer = await talk(small, head(endpoint, "Content-Length: 3", "Expect: 100-continue"))
    assert b" 100 " in await reader.readline()
    writer.write(b"abc")
    assert b"202" in await reader.readuntil(b"}")
    writer.close()


@pytest.mark.parametrize("length", ["Content-Length: 50", "Transfer-Encoding: chunked"])
async def test_a_client_that_goes_away_leaves_nothing(
    bridge: Running, capsys: pytest.CaptureFixture[str], length: str
) -> None:
    endpoint = await bridge.endpoint()
    half = b"abc" if "Length" in length else b"3\r\nabc\r\n"
    _, writer = await talk(bridge, head(endpoint, length) + half)
    writer.transport.abort()
    said = ""

    def noticed() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return "webhook broken off" in said

    await until(noticed)
    assert "Traceback" not in said
    assert "error" not in said
    assert not await bridge.events()
    assert not await bridge.bridge.services.endpoints.refusals(OPERATOR, endpoint.id)


async def test_a_body_that_does_not_come_is_not_waited_for(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.web.hooks.BODY_TIME", 0.05)
    monkeypatch.setattr("bridge.web.hooks.DRAIN_TIME", 0.05)
    endpoint = await bridge.endpoint()
    reader, writer = await talk(bridge, head(endpoint, "Content-Length: 50"))
    assert b" 408 " in await reader.readline()
    assert await reader.read() != b""
    writer.close()
    assert not await bridge.events()
