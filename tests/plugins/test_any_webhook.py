"""The page about any system that posts a webhook says what its settings do."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from jmespath.functions import Functions

from bridge.cards.card import plain
from bridge.errors import UnsupportedMediaType
from bridge.models import Endpoint, InboundRequest
from bridge.recipes import description, proving, reading, verification
from bridge.recipes.functions import MoreFunctions
from bridge.signatures import Algorithm, Encoding
from bridge.testing import SECRET, cards_of, endpoint_of
from bridge_generic.source import Generic

PAGE = (Path(__file__).parent.parent.parent / "docs/any-webhook.md").read_text(encoding="utf-8")
GENERIC = Generic()


def table(heading: str) -> str:
    return PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]


def rows(heading: str) -> list[str]:
    return re.findall(r"^\| `([\w-]+)` \|", table(heading), re.MULTILINE)


def examples() -> list[dict[str, Any]]:
    found = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [yaml.safe_load(text) for text in found]


def test_every_setting_scheme_and_format_is_there() -> None:
    assert sorted(rows("setting")) == sorted((*description.FIELDS, "actions"))
    assert tuple(rows("scheme")) == verification.SCHEMES
    known = {*rows("setting of `hmac`"), "header", "prefix"}
    assert known == set(proving.SETTINGS["hmac"])
    for word in (*reading.FORMATS, *get_args(Algorithm), *get_args(Encoding)):
        assert f"`{word}`" in PAGE
    assert {*examples()[0], "format", "form_field"} == set(description.FIELDS)


def test_the_first_example_does_what_is_said() -> None:
    endpoint = endpoint_of(GENERIC, examples()[0])
    launch = {
        "event": {
            "kind": "Fuelling Begun",
            "number": 7,
            "text": "T-4 h",
            "tags": ["fuel", "night"],
            "link": "https://pads.example/7",
            "at": "2026-11-23T15:05:00+01:00",
        },
        "pad": {"name": "North"},
        "checks": [{"name": "wind", "state": "failed"}, {"name": "fuel", "state": "passed"}],
    }
    payload = {"site": {"name": "Dunes"}, "launches": [launch, {"event": {"text": "none"}}]}
    headers = {"x-pad-token": SECRET, "x-pad-delivery": "d-1", "x-pad-event": "now"}
    request = InboundRequest(headers, json.dumps(payload).encode())
    GENERIC.verify(request, endpoint)
    assert GENERIC.identify(request, endpoint) == "d-1"
    (event, card), (other, _) = cards_of(GENERIC, request, endpoint)
    assert event.type == "fuelling_begun.now"
    assert event.attributes["pad"] == "North"
    assert event.attributes["tags"] == ("fuel", "night")
    assert event.attributes["failed"] == ("wind",)
    assert event.attributes["site"] == other.attributes["site"] == "Dunes"
    assert (event.url, event.object) == ("https://pads.example/7", "launch/7")
    assert event.at == datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    assert plain(card.title) == "North: T-4 h"


@pytest.mark.parametrize("config", examples()[1:], ids=lambda it: it["verification"]["header"])
def test_the_other_examples_prove_a_sender(config: dict[str, Any]) -> None:
    endpoint = endpoint_of(GENERIC, config)
    proof = description.check(config).verification.sign(b"{}", SECRET)
    request = InboundRequest({name.lower(): value for name, value in proof.items()}, b"{}")
    assert GENERIC.verify(request, endpoint) == endpoint.secrets[0]


def parsed(kind: str, body: str, endpoint: Endpoint | None = None) -> Any:
    request = InboundRequest({"content-type": kind}, body.encode())
    (event,) = GENERIC.parse(request, endpoint or endpoint_of(GENERIC))
    return event


def test_the_table_of_content_types() -> None:
    assert parsed("application/vnd.pad+json", '{"title": "x"}').attributes["title"] == "x"
    assert parsed("", '{"title": "x"}').attributes["title"] == "x"
    assert parsed("text/plain", '{"title": "x"}').attributes["title"] == "x"
    form = parsed("application/x-www-form-urlencoded", "a=1&a=2&b=3")
    assert form.context["payload"] == {"a": ["1", "2"], "b": "3"}
    config = {"attributes": {"customer": "invoice.customer.@id", "lines": "invoice.line"}}
    invoice = '<invoice><customer id="7">N</customer><line>a</line><line>b</line></invoice>'
    event = parsed("text/xml", invoice, endpoint_of(GENERIC, config))
    assert (event.attributes["customer"], event.attributes["lines"]) == ("7", ("a", "b"))
    assert parsed("text/plain", "First\nSecond").attributes["title"] == "First"
    with pytest.raises(UnsupportedMediaType):
        parsed("image/png", "x")
    for kind in ("application/cloudevents+json", "application/cloudevents-batch+json"):
        assert f"`{kind}`" in table("content type")


@pytest.mark.parametrize("name", ["actor", "actor_is_bot", "level", "title"])
def test_the_attributes_of_every_event_are_named(name: str) -> None:
    assert f"`{name}`" in PAGE.partition("Every event has the attributes")[2]
    assert name in {attribute.name for attribute in GENERIC.attributes}


def test_the_functions_beyond_the_library_s_are_named() -> None:
    for name in set(MoreFunctions.FUNCTION_TABLE) - set(Functions.FUNCTION_TABLE):
        assert f"`{name}(" in table("expression")
