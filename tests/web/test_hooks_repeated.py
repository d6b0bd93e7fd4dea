"""A webhook that comes again is one event: by the vendor's id, or else by its body."""

import asyncio
from datetime import timedelta

import orjson
import pytest
from pydantic import SecretStr

from bridge.services.access import OPERATOR
from tests.pipeline.running import SECRET, Running
from tests.web.hooking import CALL, problem, refusals


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
