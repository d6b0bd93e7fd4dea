"""`POST /hooks/{endpoint}` as an external system sees it, over real connections."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from pydantic import SecretStr

from bridge.errors import StoreUnavailable
from bridge.models import Endpoint, EndpointSecret, Refusal, new_id
from bridge.services.access import OPERATOR
from tests.pipeline.running import SECRET, Running, running, settings, until

CALL = orjson.dumps({"calls": []})
URL_SECRET = "k" * 40


async def refusals(bridge: Running, endpoint: Endpoint, count: int) -> list[Refusal]:
    """The refusals of an endpoint, newest first, once there are so many."""
    found: list[Refusal] = []

    async def there() -> bool:
        found[:] = await bridge.bridge.services.endpoints.refusals(OPERATOR, endpoint.id)
        return len(found) >= count

    await until(there)
    return found


async def problem(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    assert answer.content_type == "application/problem+json"
    content: dict[str, Any] = orjson.loads(await answer.text())
    assert content["status"] == answer.status
    assert content["detail"]
    return content


async def test_it_is_answered_when_it_is_kept(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    answer = await bridge.send(endpoint.id, CALL)
    assert answer.status == 202
    event = await bridge.event((await answer.json())["event"])
    assert (event.body, event.endpoint_id, event.source) == (CALL, endpoint.id, "radio")


async def test_what_proved_the_sender_is_not_kept(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    secret = {
        "Authorization": "Bearer x",
        "Cookie": "a=b",
        "Proxy-Authorization": "Basic x",
        "X-Radio-Token": SECRET,
    }
    answer = await bridge.send(endpoint.id, CALL, {**secret, "X-Radio-Event": "call"})
    event = await bridge.event((await answer.json())["event"])
    assert not {name.lower() for name in secret} & set(event.headers)
    assert event.headers["x-radio-event"] == "call"
    assert event.headers["content-type"] == "application/json"
    assert SECRET not in repr(event.headers)


@pytest.mark.parametrize(
    "headers", [{"X-Radio-Token": "wrong"}, {"X-Radio-Token": ""}, {"X-Radio-Token": SECRET + "é"}]
)
async def test_a_wrong_secret_is_refused_and_noted(
    bridge: Running, headers: dict[str, str]
) -> None:
    endpoint = await bridge.endpoint()
    answer = await bridge.send(endpoint.id, CALL, headers)
    assert answer.status == 401
    said = await problem(answer)
    assert SECRET not in str(said)
    (refusal,) = await refusals(bridge, endpoint, 1)
    assert (refusal.status, refusal.reason) == (401, said["detail"])
    assert not await bridge.events()


async def test_the_signature_covers_the_raw_bytes(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    bodies = (b'{"calls":[]}', b'{ "calls" : [ ] }', b"\xff\xfe\x00", b"")
    for body in bodies:
        assert (await bridge.send(endpoint.id, body)).status == 202
    assert {event.id for event in await bridge.events()}
    kept = [(await bridge.event(event.id)).body for event in await bridge.events()]
    assert sorted(kept) == sorted(bodies)


async def test_every_secret_is_valid_until_it_expires(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    now = datetime.now(UTC)
    secrets = (
        EndpointSecret(new_id("key"), SecretStr("expired"), now, now - timedelta(seconds=1)),
        EndpointSecret(new_id("key"), SecretStr("old"), now, now + timedelta(hours=1)),
        EndpointSecret(new_id("key"), SecretStr("new"), now),
    )
    await bridge.bridge.store.endpoints.replace(replace(endpoint, secrets=secrets))
    expected = {"expired": 401, "old": 202, "new": 202, SECRET: 401}
    for number, (secret, status) in enumerate(expected.items()):
        answer = await bridge.send(endpoint.id, b"%d" % number, {"X-Radio-Token": secret})
        assert answer.status == status, secret


async def test_the_same_delivery_of_the_vendor_is_one_event(bridge: Running) -> None:
    endpoint, other = await bridge.endpoint(), await bridge.endpoint("other")
    first = await bridge.send(endpoint.id, b"one", {"X-Radio-Id": "7"})
    again = await bridge.send(endpoint.id, b"two", {"X-Radio-Id": "7"})
    assert (first.status, again.status) == (202, 200)
    event = (await first.json())["event"]
    assert await again.json() == {"event": event, "duplicate": True}
    assert (await bridge.send(other.id, b"one", {"X-Radio-Id": "7"})).status == 202
    assert (await bridge.send(endpoint.id, b"one", {"X-Radio-Id": "8"})).status == 202
    assert len(await bridge.events()) == 3


async def test_many_of_the_same_at_once_are_one_event(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    answers = await asyncio.gather(
        *(bridge.send(endpoint.id, b"x", {"X-Radio-Id": "7"}) for _ in range(20))
    )
    assert sorted(answer.status for answer in answers) == [200] * 19 + [202]
    assert len({(await answer.json())["event"] for answer in answers}) == 1


async def test_without_the_vendor_s_id_the_body_stands_in_for_a_minute(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    answers = [await bridge.send(endpoint.id, body) for body in (b"one", b"one", b"two")]
    assert [answer.status for answer in answers] == [202, 200, 202]
    monkeypatch.setattr("bridge.pipeline.receive.SAME_BODY_WITHIN", timedelta(0))
    assert (await bridge.send(endpoint.id, b"one")).status == 202


async def test_a_very_long_id_of_the_vendor_is_still_an_id(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    long = "7" * 5000
    statuses = [
        (await bridge.send(endpoint.id, b"x%d" % number, {"X-Radio-Id": given})).status
        for number, given in enumerate((long, long, long + "8"))
    ]
    assert statuses == [202, 200, 202]


ODD_IDS = [
    ["1", "10", "01", "1 ", "1.0"],
    ["ü", "u\u0308", "🚪", "🚪🚪"],
    ['"', "\\", "\\\\", "'", "' OR 1"],
    ["9223372036854775807", "9223372036854775808", "-9223372036854775809"],
    ["a\x00b", "a\x00c", "a"],
]


@pytest.mark.parametrize("ids", ODD_IDS)
async def test_only_the_same_id_of_the_vendor_is_the_same_delivery(
    bridge: Running, ids: list[str]
) -> None:
    """Ids that come from a body may be any text."""
    endpoint = await bridge.bridge.services.endpoints.create(
        OPERATOR,
        source="generic",
        name="Any",
        secret=SecretStr(SECRET),
        config={
            "verification": {"scheme": "token", "header": "x-radio-token"},
            "event_type": "type",
            "delivery_id": "id",
        },
    )
    bodies = [orjson.dumps({"type": "call", "id": one}) for one in ids]
    for status in (202, 200):
        answers = [await bridge.send(endpoint.id, body) for body in bodies]
        assert [answer.status for answer in answers] == [status] * len(ids)
    assert len({event.delivery_id for event in await bridge.events()}) == len(ids)


async def test_what_the_source_cannot_read_is_refused_and_noted(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    answer = await bridge.send(endpoint.id, CALL, {"X-Radio-Id": "unreadable"})
    assert answer.status == 400
    assert "not readable" in (await problem(answer))["detail"]
    (refusal,) = await refusals(bridge, endpoint, 1)
    assert refusal.status == 400


@pytest.mark.parametrize("address", ["ep_unknown", "ep_unknown.key", ".", "..", "%2e", "x.y.z"])
async def test_an_unknown_endpoint(bridge: Running, address: str) -> None:
    answer = await bridge.send(address, CALL)
    assert answer.status == 404
    await problem(answer)


async def test_an_endpoint_verified_by_its_url(bridge: Running) -> None:
    endpoint = await bridge.endpoint(verification="url", secret=URL_SECRET)
    unsigned = {"X-Radio-Token": "whatever", "X-Api-Key": "whatever", "X-Radio-Id": "1"}
    answer = await bridge.send(f"{endpoint.id}.{URL_SECRET}", CALL, unsigned)
    assert answer.status == 202
    event = await bridge.event((await answer.json())["event"])
    assert "whatever" not in repr(event.headers)
    wrong = [endpoint.id, f"{endpoint.id}.", f"{endpoint.id}.{URL_SECRET}x", f"{endpoint.id}.é"]
    answers = [await bridge.send(address, CALL) for address in (*wrong, "ep_unknown.x")]
    assert {answer.status for answer in answers} == {404}
    assert len({await answer.text() for answer in answers}) == 1
    noted = await refusals(bridge, endpoint, len(wrong))
    assert {one.status for one in noted} == {404}
    assert URL_SECRET not in repr(noted)


async def test_a_part_after_the_dot_is_wrong_where_signatures_are_checked(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    assert (await bridge.send(f"{endpoint.id}.{SECRET}", CALL)).status == 404


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


async def talk(bridge: Running, text: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bridge.url.rsplit(":", 1)[1]))
    writer.write(text)
    await writer.drain()
    return reader, writer


def head(endpoint: Endpoint, *lines: str) -> bytes:
    given = (f"POST /hooks/{endpoint.id} HTTP/1.1", "Host: x", f"X-Radio-Token: {SECRET}", *lines)
    return "".join(f"{line}\r\n" for line in (*given, "")).encode()


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


async def test_what_cannot_be_stored_is_to_be_sent_again(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()

    async def full(*given: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(bridge.bridge.store.events, "record", full)
    answer = await bridge.send(endpoint.id, CALL)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    await problem(answer)


async def test_a_plugin_that_fails_to_verify_lets_nobody_in(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    radio = type(bridge.bridge.registry.source("radio"))

    def broken(self: object, request: object, endpoint: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(radio, "verify", broken)
    answer = await bridge.send(endpoint.id, CALL)
    assert answer.status == 500
    said = await problem(answer)
    assert "KeyError in test_hooks.py" in said["detail"]
    assert SECRET not in str(said)
    assert not await bridge.events()


async def test_a_plugin_that_fails_to_identify_loses_nothing(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    radio = type(bridge.bridge.registry.source("radio"))

    def broken(self: object, request: object, endpoint: object) -> str:
        raise KeyError(SECRET)

    monkeypatch.setattr(radio, "identify", broken)
    statuses = [(await bridge.send(endpoint.id, CALL)).status for _ in range(2)]
    assert statuses == [202, 200]


async def test_a_source_that_is_no_longer_installed(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    sources: Any = bridge.bridge.registry.sources
    monkeypatch.delitem(sources, "radio")
    answer = await bridge.send(endpoint.id, CALL)
    assert answer.status == 500
    assert "radio" in (await problem(answer))["detail"]


async def test_a_large_body_is_verified_too(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    large = b"x" * (1 << 20)
    assert (await bridge.send(endpoint.id, large)).status == 202
    assert (await bridge.send(endpoint.id, large, {"X-Radio-Token": "wrong"})).status == 401


async def test_a_header_sent_twice_is_a_list(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    twice = head(endpoint, "X-Radio-Tag: one", "X-Radio-Tag: two", "Content-Length: 0")
    reader, writer = await talk(bridge, twice)
    answer = await reader.readuntil(b"}")
    writer.close()
    event = await bridge.event(orjson.loads(answer[answer.index(b"{") :])["event"])
    assert event.headers["x-radio-tag"] == "one, two"


async def test_a_header_is_read_as_utf_8_where_it_is_that(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    raw = head(endpoint, "X-Utf: {}", "X-Latin: {}", "Content-Length: 0")
    raw = raw.replace(b"{}", "ü".encode(), 1).replace(b"{}", "ü".encode("latin-1"), 1)
    reader, writer = await talk(bridge, raw)
    answer = await reader.readuntil(b"}")
    writer.close()
    event = await bridge.event(orjson.loads(answer[answer.index(b"{") :])["event"])
    assert (event.headers["x-utf"], event.headers["x-latin"]) == ("ü", "ü")


async def test_only_post_is_answered(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    async with bridge.session.get(f"{bridge.url}/hooks/{endpoint.id}") as answer:
        assert answer.status == 405
