"""The page about any system that posts JSON says what its settings do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bridge.cards.card import plain
from bridge.models import InboundRequest
from bridge.testing import SECRET, cards_of, endpoint_of
from bridge_generic import config
from bridge_generic.source import Generic

PAGE = (Path(__file__).parent.parent.parent / "docs/any-json.md").read_text(encoding="utf-8")
GENERIC = Generic()


def rows(heading: str) -> list[str]:
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)


def example() -> dict[str, Any]:
    found = re.search(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return dict(json.loads(found[1]))


def test_every_setting_and_scheme_is_there() -> None:
    assert sorted(rows("setting")) == sorted(config.FIELDS)
    assert tuple(rows("scheme")) == config.SCHEMES
    assert set(example()) == set(config.FIELDS)


def test_the_example_does_what_is_said() -> None:
    endpoint = endpoint_of(GENERIC, example())
    payload = {
        "event": {"kind": "Fuelling Begun", "text": "T-4 h", "tags": ["fuel", "night"]},
        "pad": {"name": "North"},
    }
    headers = {"x-pad-token": SECRET, "x-pad-delivery": "d-1"}
    request = InboundRequest(headers, json.dumps(payload).encode())
    GENERIC.verify(request, endpoint)
    assert GENERIC.identify(request, endpoint) == "d-1"
    ((event, card),) = cards_of(GENERIC, request, endpoint)
    assert event.type == "fuelling_begun"
    assert event.attributes["pad"] == "North"
    assert event.attributes["tags"] == ("fuel", "night")
    assert plain(card.title) == "North: T-4 h"


@pytest.mark.parametrize("name", ["actor", "actor_is_bot", "level", "title"])
def test_the_attributes_of_every_event_are_named(name: str) -> None:
    assert f"`{name}`" in PAGE.partition("Every event has the attributes")[2]
    assert name in {attribute.name for attribute in GENERIC.attributes}
