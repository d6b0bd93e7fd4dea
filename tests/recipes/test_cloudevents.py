"""CloudEvents 1.0 over HTTP are one thing, whichever of the three ways they came."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.errors import UnreadableRequest, UnsupportedMediaType
from bridge.models import InboundRequest, ParsedEvent
from bridge.recipes.cloudevents import BATCH, STRUCTURED
from bridge.recipes.description import check
from bridge.recipes.parsing import identify, parse
from tests.recipes.asking import request

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "type": "com.example.Alarm.Raised",
    "source": "/deck/2",
    "subject": "valve 17",
    "id": "a-1",
    "time": "2026-11-23T15:05:00+01:00",
    "data": {"pressure": 0.5},
}
HEADERS = {
    f"ce_{name}": value.replace(" ", "%20") for name, value in EVENT.items() if name != "data"
}


def read(inbound: InboundRequest, **config: Any) -> list[ParsedEvent]:
    return parse(inbound, check(config))


WAYS = [
    request(EVENT, STRUCTURED),
    request(EVENT, f"{STRUCTURED}; charset=utf-8"),
    request(EVENT["data"], **HEADERS),
    request([EVENT], BATCH),
]


@pytest.mark.parametrize("inbound", WAYS, ids=["structured", "with charset", "binary", "batch"])
def test_all_ways_are_one(inbound: InboundRequest) -> None:
    (event,) = read(inbound, attributes={"pressure": "data.pressure"})
    assert event.type == "com.example.alarm.raised"
    assert event.attributes["source"] == "/deck/2"
    assert event.attributes["subject"] == "valve 17"
    assert event.attributes["pressure"] == 0.5
    assert event.object == "/deck/2/valve 17"
    assert event.at == datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    assert event.context["data"] == {"pressure": 0.5}


def test_the_id_is_the_source_s_own() -> None:
    for inbound in WAYS[:3]:
        assert identify(inbound, check({})) == "/deck/2 a-1"
    assert identify(WAYS[3], check({})) is None
    assert identify(WAYS[0], check({"delivery_id": "id"})) == "a-1"
    assert identify(WAYS[2], check({"delivery_id": "data.pressure"})) == "0.5"


def test_what_is_described_comes_before_what_the_envelope_says() -> None:
    config = {"event_type": "'alarm'", "object": "data.pressure", "time": "'2020-01-01'"}
    (event,) = read(WAYS[0], **config)
    assert (event.type, event.object) == ("alarm", "0.5")
    assert event.at == datetime(2020, 1, 1, tzinfo=UTC)


def test_a_batch_is_an_event_each() -> None:
    both = read(request([EVENT, {**EVENT, "id": "a-2", "subject": "valve 18"}], BATCH))
    assert [event.attributes["subject"] for event in both] == ["valve 17", "valve 18"]
    assert read(request([], BATCH)) == []


def test_data_may_be_of_another_kind() -> None:
    text = {**EVENT, "datacontenttype": "text/plain", "data_base64": _base64(b"Tight.")}
    image = {**EVENT, "datacontenttype": "image/png", "data_base64": _base64(b"\x89PNG")}
    bare = {**EVENT, "data_base64": _base64(b'{"a": 1}')}
    assert [read(request(one, STRUCTURED))[0].context["data"] for one in (text, image, bare)] == [
        {"text": "Tight."},
        _base64(b"\x89PNG"),
        {"a": 1},
    ]
    (plain,) = read(request("Tight.", "text/plain", **HEADERS))
    assert plain.context["data"] == {"text": "Tight."}
    (nothing,) = read(request(b"", "", **HEADERS))
    assert "data" not in nothing.context["payload"]


def test_the_values_of_headers_are_decoded() -> None:
    given = {**HEADERS, "ce_subject": "Euro%20%E2%82%AC%20%F0%9F%98%80", "ce_source": '"a \\"b"'}
    (event,) = read(request({}, **given))
    assert event.attributes["subject"] == "Euro € 😀"
    assert event.attributes["source"] == 'a "b'


def test_a_part_of_an_envelope_may_be_split() -> None:
    many = {**EVENT, "data": {"alarms": [{"n": 1}, {"n": 2}]}}
    config = {"attributes": {"n": "n", "source": "whole:source"}}
    found = read(request(many, STRUCTURED), split="data.alarms", **config)
    assert [event.attributes["n"] for event in found] == [1, 2]
    assert {event.attributes["source"] for event in found} == {"/deck/2"}
    assert {event.type for event in found} == {"com.example.alarm.raised"}


@pytest.mark.parametrize(
    ("inbound", "said"),
    [
        (request({**EVENT, "id": ""}, STRUCTURED), "has no id"),
        (request({"specversion": "1.0"}, STRUCTURED), "has no id, source, type"),
        (request({**EVENT, "type": 7}, STRUCTURED), "has no type"),
        (request({**EVENT, "specversion": "0.3"}, STRUCTURED), "version 1.0"),
        (request([EVENT], STRUCTURED), "is an object"),
        (request(EVENT, BATCH), "is a list"),
        (request([7], BATCH), "is an object"),
        (request({**EVENT, "data_base64": "!"}, STRUCTURED), "not base64"),
        (request({**EVENT, "data_base64": 7}, STRUCTURED), "not base64"),
        (request({}, ce_specversion="1.0"), "has no id, source, type"),
    ],
)
def test_what_is_no_cloudevent_is_said(inbound: InboundRequest, said: str) -> None:
    with pytest.raises(UnreadableRequest, match=said):
        read(inbound)


def test_another_form_is_not_read() -> None:
    with pytest.raises(UnsupportedMediaType, match="cloudevents-batch"):
        read(request(EVENT, "application/cloudevents+avro"))


def test_a_description_that_says_the_format_knows_better() -> None:
    (event,) = read(request(EVENT["data"], **HEADERS), format="json", event_type="'x'")
    assert (event.type, event.context["pressure"]) == ("x", 0.5)
    assert "source" not in event.attributes


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
