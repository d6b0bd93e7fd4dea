"""Finding the event that somebody asks about."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bridge.errors import Invalid, NotFound
from bridge.models import Page, ParsedEvent
from bridge.services.access import OPERATOR, Principal
from bridge.services.find import Found, Query, has, words
from tests.services.conftest import NOW, Scene


def ids(found: Sequence[Found]) -> list[str]:
    return [one.event.id for one in found]


@pytest.mark.parametrize(
    ("wanted", "text", "is_there"),
    [
        ("", "anything", True),
        ("door OPENED", "the door was opened", True),
        ("door opened", "the door was shut", False),
        ("12", "closed pull request #12: Twelve", True),
        ("#12", "closed pull request #12: Twelve", True),
        ("12", "closed pull request #123 in 2012", False),
        ("12", "https://example.com/commit/c12e PROJ-12x", False),
        ("12", "PROJ-12 is done", True),
        ("1.2", "released v1.2", True),
        ("octo/hello 12", "https://example.com/octo/hello/pull/12", True),
        ("v1.2", "released v1.25", False),
        ("a.b", "acb", False),
        ("(", "a (b)", True),
    ],
)
def test_all_words_are_looked_for_and_numbers_whole(wanted: str, text: str, is_there: bool) -> None:
    assert has(words(wanted), text) is is_there


async def test_an_event_is_found_by_what_is_kept_of_it_and_by_what_its_card_says(
    scene: Scene,
) -> None:
    endpoint = await scene.endpoint()
    cellar = await scene.event(endpoint, delivery_id="delivery-77")
    attic = await scene.event(
        endpoint, b'{"happened": "door.closed", "room": "Attic 3", "noise": 12}'
    )
    await scene.routed(cellar)
    await scene.routed(attic, parts=[ParsedEvent("door.closed", {"floor": ("upper", "top")})])
    for text, wanted in (
        ("cellar", [cellar]),
        ("delivery-77", [cellar]),
        (cellar.id, [cellar]),
        ("door.closed", [attic]),
        ("upper top", [attic]),
        ("moved", [attic, cellar]),
        ("attic 3 moved", [attic]),
        ("12", []),
        ("cellar attic", []),
    ):
        assert ids(await scene.found(text=text)) == [event.id for event in wanted], text
    (found,) = await scene.found(text="3")
    assert [part.title for part in found.parts] == ["The door of Attic 3 moved"]
    assert found.event.body == b""


async def test_events_are_narrowed_by_type_time_state_and_endpoint(scene: Scene) -> None:
    endpoint, other = await scene.endpoint(), await scene.endpoint()
    late = NOW + timedelta(hours=1)
    opened = await scene.event(endpoint)
    alarm = await scene.event(other, b'{"happened": "alarm"}', received_at=late)
    waiting = await scene.event(other, received_at=late)
    await scene.routed(opened)
    await scene.routed(alarm, parts=[ParsedEvent("alarm")])
    for query, wanted in (
        ({}, [waiting, alarm, opened]),
        ({"type": "door"}, [opened]),
        ({"type": "*l*r*"}, [alarm]),
        ({"since": late}, [waiting, alarm]),
        ({"until": late}, [opened]),
        ({"state": "received"}, [waiting]),
        ({"endpoint": other.id, "type": "*"}, [alarm]),
        ({"endpoint": endpoint.id, "text": "cellar", "type": "door", "until": late}, [opened]),
    ):
        assert ids(await scene.found(**query)) == [event.id for event in wanted], query


async def test_a_search_goes_on_where_it_ended_and_looks_at_some_only(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.services.events.LOOKED_AT", 4)
    endpoint = await scene.endpoint()
    events = [await scene.event(endpoint) for _ in range(9)]
    wanted = await scene.event(endpoint, b'{"happened": "alarm", "room": "Roof"}')
    events += [wanted, *[await scene.event(endpoint) for _ in range(5)]]
    found: list[str] = []
    cursor, parts = None, 0
    while parts == 0 or cursor:
        part = await scene.services.events.find(OPERATOR, Page(2, cursor), Query(text="alarm"))
        found += ids(part.items)
        cursor, parts = part.next, parts + 1
    assert found == [wanted.id]
    assert parts == 4


async def test_one_subscriptions_view_says_what_became_of_each(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    hall = await scene.subscription(endpoint)
    attic = await scene.subscription(endpoint, channel="attic")
    first, second = await scene.event(endpoint), await scene.event(endpoint)
    (owed,) = await scene.routed(first, hall, unlike=[attic])
    await scene.end(owed)
    await scene.routed(second, attic)
    elsewhere = await scene.event(await scene.endpoint())
    seen, missed = await scene.found(subscription=attic.id)
    assert ids((seen, missed)) == [second.id, first.id]
    assert [step.standing for step in seen.steps] == [
        "It waits for its turn in the channel's queue."
    ]
    assert [step.decision.reason for step in missed.steps] == ["room is Cellar, not Attic"]
    unasked, dead = await scene.found(subscription=hall.id)
    assert unasked.steps == ()
    assert unasked.unasked
    assert (dead.steps[0].standing or "").startswith("Given up: rejected")
    assert elsewhere.id not in ids((seen, missed, unasked, dead))


async def test_nobody_finds_what_they_may_not_see(scene: Scene, guest: Principal) -> None:
    theirs, foreign = await scene.endpoint(guest), await scene.endpoint()
    mine = await scene.subscription(theirs, guest)
    other = await scene.subscription(theirs)
    event, _ = await scene.event(theirs), await scene.event(foreign)
    await scene.routed(event, mine, other)
    assert ids(await scene.found(guest)) == [event.id]
    assert ids(await scene.found(guest, subscription=mine.id)) == [event.id]
    for query in ({"endpoint": foreign.id}, {"subscription": other.id}, {"subscription": "sub_x"}):
        with pytest.raises(NotFound):
            await scene.found(guest, **query)
    with pytest.raises(Invalid, match="not one of that endpoint"):
        await scene.found(endpoint=foreign.id, subscription=mine.id)
