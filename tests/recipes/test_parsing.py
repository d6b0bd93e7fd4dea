"""A webhook becomes the events that a description makes of it."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.errors import ParseError, UnreadableRequest, UnsupportedMediaType
from bridge.models import InboundRequest, ParsedEvent
from bridge.recipes.description import check
from bridge.recipes.metering import TooCostly
from bridge.recipes.parsing import MOST_PARTS, identify, parse
from tests.recipes.asking import request

ISSUE = {
    "action": "opened",
    "issue": {
        "number": 7,
        "labels": [{"name": "bug"}],
        "url": "https://a.example/7",
        "at": 1795442700,
    },
    "sender": {"login": "Mara", "type": "Bot"},
    "not-a-name": 1,
}


def read(body: Any, description: dict[str, Any], **headers: str) -> list[ParsedEvent]:
    return parse(request(body, **headers), check(description))


def test_a_webhook_is_mapped() -> None:
    description = {
        "event_type": ["header:X-Event", "action"],
        "attributes": {
            "labels": "issue.labels[].name",
            "actor": "sender.login",
            "actor_is_bot": "sender.type == 'Bot'",
            "milestone": "issue.milestone.title",
        },
        "url": "issue.url",
        "object": ["header:X-Event", "issue.number"],
        "time": "issue.at",
    }
    (event,) = read(ISSUE, description, x_event="Issue")
    assert event.type == "issue.opened"
    assert event.attributes == {
        "actor": "Mara",
        "actor_is_bot": True,
        "labels": ("bug",),
        "milestone": None,
    }
    assert event.url == "https://a.example/7"
    assert event.object == "Issue/7"
    assert event.at == datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    assert event.context["payload"] == event.context["whole"] == ISSUE
    assert event.context["issue"] == ISSUE["issue"]
    assert "not-a-name" not in event.context


def test_what_is_not_there_is_left_out() -> None:
    description = {"event_type": "a", "url": "b", "object": "c", "time": "d"}
    bodies: tuple[Any, ...] = ({}, [], 7, None, '"x"', {"a": [], "b": 7, "c": {}, "d": "soon"})
    for body in bodies:
        (event,) = read(body, description)
        assert event.type == "received"
        assert (event.url, event.object, event.at) == (None, None, None)
        assert event.attributes == {"actor": None, "actor_is_bot": False}


@pytest.mark.parametrize(
    ("given", "expected"),
    [(True, True), ("yes", True), ("true", True), ("no", False), (None, False), ([1], False)],
)
def test_whether_it_is_a_bot_is_yes_or_no(given: Any, *, expected: bool) -> None:
    (event,) = read({"bot": given}, {"attributes": {"actor_is_bot": "bot"}})
    assert event.attributes["actor_is_bot"] is expected


def test_a_body_cannot_pass_itself_off_as_what_was_read() -> None:
    forged = {"payload": 1, "whole": 2, "cloudevent": {"type": "x", "data": {}}}
    (event,) = read(forged, {})
    assert event.context["payload"] == event.context["whole"] == forged
    assert event.context["cloudevent"] is None


def test_a_batch_is_split() -> None:
    body = {"site": "Dunes", "alerts": [{"n": 1, "kind": "a"}, {"n": 2, "kind": "b"}]}
    description = {
        "split": "alerts",
        "event_type": "kind",
        "attributes": {"n": "n", "site": "whole:site", "via": "header:x-via"},
    }
    found = read(body, description, x_via="relay")
    assert [(event.type, event.attributes["n"]) for event in found] == [("a", 1), ("b", 2)]
    assert {event.attributes["site"] for event in found} == {"Dunes"}
    assert {event.attributes["via"] for event in found} == {"relay"}
    assert found[0].context["payload"] == {"n": 1, "kind": "a"}
    assert found[0].context["whole"] == body
    assert read({"alerts": []}, description) == []
    (single,) = read({"alerts": {"kind": "c"}}, description)
    assert single.type == "c"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "no list of events at alerts"),
        ({"alerts": "x"}, "no list of events at alerts"),
        ({"alerts": [{}] * (MOST_PARTS + 1)}, "1000 are read"),
    ],
)
def test_what_cannot_be_split_is_said(body: Any, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        read(body, {"split": "alerts"})


def test_a_batch_may_be_put_together_but_not_blown_up() -> None:
    body = {"site": "Dunes", "changes": [{"n": 1}, {"n": 2}]}
    found = read(body, {"split": "[changes, changes][]", "attributes": {"n": "n"}})
    assert [event.attributes["n"] for event in found] == [1, 2, 1, 2]
    (made,) = read(body, {"split": "[{a: changes[0], b: site}]", "attributes": {"b": "b"}})
    assert made.attributes["b"] == "Dunes"
    with pytest.raises(TooCostly):
        read(body, {"split": "|".join(["{a: @, b: @}"] * 30)})


def test_a_full_batch_with_many_attributes_is_read_soon() -> None:
    part = {"labels": {f"l{n}": "x" for n in range(20)}, "at": 1795442700}
    attributes = {f"a{n}": f"labels.l{n}" for n in range(50)}
    start = time.perf_counter()
    found = read([part] * MOST_PARTS, {"split": "@", "attributes": attributes, "time": "at"})
    assert len(found) == MOST_PARTS
    assert time.perf_counter() - start < 5  # it takes 0.1 s


def test_what_costs_too_much_is_said_of_the_whole_webhook() -> None:
    description = {"split": "@", "attributes": {"a": "items[?x == `1`].y"}}
    part = {"items": [{"x": 1, "y": 2}] * 100}
    assert len(read([part] * 10, description)) == 10
    with pytest.raises(TooCostly, match="cost too much"):
        read([part] * 900, description)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("id", "7"),
        ("name", "a "),
        ("header:X-Id", "h"),
        ("header:X-None", None),
        ("'fixed'", "fixed"),
        ("join('-', [name, to_string(id)])", "a -7"),
    ],
)
def test_a_delivery_is_known_by_its_id(expression: str, expected: str | None) -> None:
    inbound = request({"id": 7, "name": "a "}, x_id="h")
    assert identify(inbound, check({"delivery_id": expression})) == expected


@pytest.mark.parametrize("body", [{}, {"meta": {"id": None}}, {"meta": {"id": ""}}, [1]])
def test_a_delivery_without_its_id_is_refused(body: Any) -> None:
    with pytest.raises(UnreadableRequest, match=r"no delivery id at meta\.id"):
        identify(request(body), check({"delivery_id": "meta.id"}))


def test_what_is_not_read_at_all_is_refused_before_it_is_acknowledged() -> None:
    image = InboundRequest({"content-type": "image/png"}, b"x")
    with pytest.raises(UnsupportedMediaType):
        identify(image, check({}))
    assert identify(image, check({"format": "text"})) is None
    standard = {"verification": {"scheme": "standard-webhooks"}}
    assert identify(request({}, webhook_id="msg_1"), check(standard)) == "msg_1"
    assert identify(request({}, webhook_id="msg_1"), check({})) is None


def test_a_body_is_not_read_for_an_id_in_a_header() -> None:
    inbound = request(b"no json", x_id="h")
    assert identify(inbound, check({"delivery_id": "header:X-Id"})) == "h"


def test_a_described_form() -> None:
    body = "data=" + json.dumps({"a": 1}).replace("+", "%2B")
    inbound = InboundRequest({"content-type": "application/x-www-form-urlencoded"}, body.encode())
    (event,) = parse(inbound, check({"form_field": "data", "attributes": {"a": "a"}}))
    assert event.attributes["a"] == 1
