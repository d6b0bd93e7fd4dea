"""What is held back of an event, and what becomes of it when its hold has ended. Pure."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.models import ParsedEvent, Subscription
from bridge.pipeline.directory import Audience
from bridge.pipeline.holding import REMARK, ended, opened
from bridge.pipeline.listener import Listener
from bridge.source import Source
from bridge.store.order import Held
from tests.services.doors import Doors
from tests.store.making import NOW, a_subscription, an_endpoint, an_event

ENDPOINT = an_endpoint()
EVENT = an_event(ENDPOINT)
HALL = a_subscription(ENDPOINT, hold=10)
DOOR = ParsedEvent("door.opened", {"room": "Cellar"}, object="door 7", at=NOW)
SOON = NOW + timedelta(seconds=10)


def held_of(part: ParsedEvent, *subscriptions: Subscription) -> tuple[Held, ...]:
    audience = Audience(tuple(map(Listener, subscriptions)), 1, holding=True)
    return opened(EVENT, (part,), audience, Doors().opening, NOW)


@pytest.mark.parametrize(
    ("part", "subscription", "held"),
    [
        (DOOR, HALL, True),
        (DOOR, replace(HALL, filters={"attribute": "room", "any_of": ["Attic"]}), True),
        (DOOR, replace(HALL, hold=0), False),
        (DOOR, replace(HALL, state="paused"), False),
        (DOOR, replace(HALL, events=("alarm",)), False),
        (replace(DOOR, type="door.closed"), HALL, False),
        (replace(DOOR, object=None), HALL, False),
        (replace(DOOR, object=""), HALL, False),
        (replace(DOOR, object="x" * 501), HALL, False),
    ],
)
def test_only_what_opens_a_thing_is_held_and_for_those_who_want_it_and_wait(
    part: ParsedEvent, subscription: Subscription, held: bool
) -> None:
    found = held_of(part, subscription)
    assert bool(found) == held
    for one in found:
        assert (one.until, one.at, one.object, one.asks) == (SOON, NOW, "door 7", True)
        assert one.delivery.state == "pending"


def remark(late: dict[str, Any], source: Source | None = None) -> str | None:
    (held,) = held_of(DOOR, HALL)
    release = ended(replace(held, late=late), Listener(HALL), source or Doors(), SOON)
    assert (release.delivery.state, release.delivery.owed_at) == ("pending", SOON)
    return release.delivery.remark


@pytest.mark.parametrize(
    ("late", "said"),
    [
        ({}, None),
        ({"room": "Attic"}, "Since then: Room: Attic"),
        ({"room": "Cellar"}, None),
        ({"room": ()}, None),
        ({"undeclared": "x"}, None),
        ({"room": ("Attic", "Hall\ud800")}, "Since then: Room: Attic, Hall?"),
    ],
)
def test_a_card_says_what_its_source_has_a_word_for(late: dict[str, Any], said: str | None) -> None:
    assert remark(late) == said


def test_what_a_card_says_is_short() -> None:
    said = remark({"room": "x" * 1000})
    assert said is not None
    assert (len(said), said[-1]) == (REMARK, "…")


def test_a_source_that_is_not_there_any_more_has_no_words() -> None:
    (held,) = held_of(DOOR, HALL)
    late = replace(held, late={"room": "Attic"})
    assert ended(late, Listener(HALL), None, SOON).delivery.remark is None
