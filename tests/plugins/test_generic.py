"""Any webhook becomes a card worth reading, and its endpoint's settings say how else."""

import base64
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.card import Card, plain
from bridge.cards.templates import CardRenderer
from bridge.errors import Invalid, InvalidSignature, UnreadableRequest
from bridge.models import InboundRequest, ParsedEvent
from bridge.testing import SECRET, SourceChecks, endpoint_of
from bridge_generic.source import Generic

GENERIC = Generic()
RENDERER = CardRenderer()
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["title", "text", "url", "status", "event", "actor", "user", "data", "alert", "name", "items"]
)


class TestGeneric(SourceChecks):
    source = GENERIC


def request(payload: Any, **headers: str) -> InboundRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return InboundRequest({"content-type": "application/json", **named}, body)


def parse(payload: Any, **config: Any) -> ParsedEvent:
    (event,) = GENERIC.parse(request(payload), endpoint_of(GENERIC, config))
    return event


def card(payload: Any, **config: Any) -> Card:
    return RENDERER.render(GENERIC, endpoint_of(GENERIC, config), parse(payload, **config))


def test_the_config_says_what_is_read() -> None:
    event = parse(
        {"what": "Door Opened", "where": {"room": "Cellar", "floors": [0, -1]}},
        event_type="what",
        attributes={"room": "where.room", "floor": "where.floors.1", "all": "where.floors"},
    )
    assert event.type == "door_opened"
    assert event.attributes["room"] == "Cellar"
    assert event.attributes["floor"] == -1
    assert event.attributes["all"] == ("0", "-1")
    assert parse({}, event_type="'door.opened'").type == "door.opened"


def test_the_endpoint_s_template_makes_the_card() -> None:
    template = (
        '{% extends "card.j2" %}{% block title %}**{{ room }}** is [open]({{ link }}){% endblock %}'
        '{% block facts %}{{ fact("Since", payload.since | datetime) }}{% endblock %}'
    )
    made = card(
        {"room": "**Cellar**", "link": "https://a.example/1", "since": 1795442700},
        template=template,
    )
    assert plain(made.title) == "**Cellar** is open"
    assert [span.link for span in made.title if span.link] == ["https://a.example/1"]
    assert made.facts[0].name == "Since"


def test_a_payload_cannot_forge_what_the_card_is_made_of() -> None:
    template = '{% extends "card.j2" %}{% block title %}{{ event.source }}: {{ found.title }}{% endblock %}'
    forging = {"title": "x", "found": {"title": "forged"}, "event": {"source": "forged"}}
    assert plain(card(forging, template=template).title) == "Any webhook: x"


def test_secrets_and_links_that_lead_elsewhere_are_not_shown() -> None:
    made = card(
        {
            "title": "Confirm",
            "Token": "t0p",
            "auth": {"apiKey": "t0p", "client_secret": ["t0p"]},
            "UnsubscribeURL": "https://a.example/off",
            "user": {"name": "Mara", "avatar_url": "https://a.example/mara.png"},
            "team": "North",
        }
    )
    assert [(fact.name, plain(fact.value)) for fact in made.facts] == [("Team", "North")]
    assert made.actions == ()


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"status": "resolved", "labels": {"severity": "critical"}}, "good"),
        ({"status": "completed", "conclusion": "failure"}, "attention"),
        ({"state": "open", "alert": {"level": "WARN"}}, "warning"),
        ({"priority": "P1"}, "neutral"),
        ({"data": {"issue": {"level": "error"}}}, "attention"),
    ],
)
def test_the_accent(payload: Any, expected: str) -> None:
    assert card(payload).accent == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("started_at", "2026-11-20T10:12:00+01:00", "2026-11-20 09:12 UTC"),
        ("started_at", 1795442700, "2026-11-23 14:05 UTC"),
        ("timestamp", 1795442700123, "2026-11-23 14:05 UTC"),
        ("started_at", "2026-13-40T10:12:00Z", "2026-13-40T10:12:00Z"),
        ("when", "2026-11-20 09:12:00", "2026-11-20 09:12:00"),
        ("amount", 1795442700, "1795442700"),
        ("created_at", True, "yes"),
        ("updated", 12, "12"),
        ("points", [{"a": 1}], "1 item"),
        ("points", [{"a": 1}, {}], "2 items"),
        ("points", [1, 2, 3, 4, 5, 6], "1, 2, 3, 4, 5 … (6 in all)"),
    ],
)
def test_a_fact_is_written_for_people(name: str, value: Any, expected: str) -> None:
    assert plain(card({"title": "x", name: value}).facts[0].value) == expected


def test_of_many_fields_the_first_stand_in_the_card_and_so_many_are_counted() -> None:
    facts = card({"title": "x", **{f"field {n}": n for n in range(3000)}}).facts
    assert [fact.name for fact in facts[:2]] == ["Field 0", "Field 1"]
    assert (facts[-1].name, plain(facts[-1].value)) == ("And", "987 more fields")


def test_a_time_is_told_in_the_reader_s_zone() -> None:
    event = parse({"title": "x", "started_at": "2026-11-20T10:12:00Z", "n": "12345"})
    zone = ZoneInfo("Asia/Tokyo")
    made = RENDERER.render(GENERIC, endpoint_of(GENERIC), event, zone=zone)
    assert {fact.name: plain(fact.value) for fact in made.facts} == {
        "Started at": "2026-11-20 19:12 JST",
        "N": "12345",
    }


def signed(scheme: dict[str, str], **headers: str) -> None:
    GENERIC.verify(request({"a": 1}, **headers), endpoint_of(GENERIC, {"verification": scheme}))


def test_a_token_in_a_header() -> None:
    scheme = {"scheme": "token", "header": "X-Token"}
    signed(scheme, x_token=SECRET)
    signed({"scheme": "token", "prefix": "Bearer "}, authorization=f"Bearer {SECRET}")
    with pytest.raises(InvalidSignature):
        signed(scheme, x_token=SECRET + "x")
    with pytest.raises(InvalidSignature):
        signed(scheme)


def test_basic_authentication() -> None:
    signed({"scheme": "basic"}, authorization="Basic " + base64.b64encode(SECRET.encode()).decode())
    with pytest.raises(InvalidSignature):
        signed({"scheme": "basic"}, authorization="Basic bm9ib2R5")


def test_a_signature_in_a_header_of_the_sender_s_own() -> None:
    scheme = {"scheme": "hmac-sha256", "header": "X-Sig", "prefix": ""}
    made = GENERIC.sign(request({"a": 1}).body, SECRET)["X-Hub-Signature-256"]
    signed(scheme, x_sig=made.removeprefix("sha256="))
    with pytest.raises(InvalidSignature):
        signed(scheme, x_hub_signature_256=made)


def test_the_delivery_id() -> None:
    in_body = endpoint_of(GENERIC, {"delivery_id": "meta.id"})
    assert GENERIC.identify(request({"meta": {"id": 7}}), in_body) == "7"
    with pytest.raises(UnreadableRequest, match=r"meta\.id"):
        GENERIC.identify(request({"meta": {}}), in_body)
    in_header = endpoint_of(GENERIC, {"delivery_id": "header:X-Id"})
    assert GENERIC.identify(request({}, x_id="a"), in_header) == "a"
    assert GENERIC.identify(request({}), endpoint_of(GENERIC)) is None


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"templates": "x"}, "config.templates"),
        ({"verification": "none"}, "config.verification"),
        ({"verification": {"scheme": "none", "header": "X-A"}}, "config.verification.header"),
        ({"verification": {"scheme": "md5"}}, "config.verification.scheme"),
        ({"verification": {"header": "a b"}}, "config.verification.header"),
        ({"verification": {"prefix": 1}}, "config.verification.prefix"),
        ({"verification": {"secret": "x"}}, "config.verification.secret"),
        ({"attributes": []}, "config.attributes"),
        ({"attributes": {"A B": "x"}}, "config.attributes.A B"),
        ({"attributes": {"a": "x..y"}}, "config.attributes.a"),
        ({"event_type": 1}, "config.event_type"),
        ({"delivery_id": "header:"}, "config.delivery_id"),
        ({"template": ""}, "config.template"),
        ({"template": "{% if %}"}, "config.template"),
        ({"template": "{{ title }}"}, "config.template"),
        (
            {"template": '{% extends "card.j2" %}{% block titel %}x{% endblock %}'},
            "config.template",
        ),
    ],
)
def test_a_wrong_setting_is_named(config: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        GENERIC.validate_config(config)
    assert list(caught.value.fields) == [field]


def test_a_body_that_is_not_json_is_said() -> None:
    with pytest.raises(UnreadableRequest, match="not JSON"):
        list(GENERIC.parse(request(b"<xml/>"), endpoint_of(GENERIC)))


@given(payload=st.dictionaries(KEYS, JSON, max_size=6) | JSON)
def test_whatever_comes_becomes_a_card(payload: Any) -> None:
    made = card(payload)
    assert plain(made.title)
    assert len(made.facts) <= 13
