"""Events from being received to what became of them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.errors import NotFound
from bridge.models import Decision, Endpoint, Page, ParsedEvent, Proof, Subscription
from bridge.store.port import Store
from bridge.store.records import Recorded, Routed, Unrouted
from tests.store.making import (
    NOW,
    Shift,
    a_delivery,
    a_subscription,
    an_endpoint,
    an_event,
    recorded,
)


async def test_an_event_comes_back_as_it_went_in(store: Store, endpoint: Endpoint) -> None:
    proof = Proof("signature", ("x-door-signature",), endpoint.secrets[0].id)
    event = an_event(endpoint, body=bytes(range(256)) * 300, delivery_id="d-1", proof=proof)
    found = await store.events.record(event, "id:d-1", None)
    assert found == Recorded(event.id, duplicate=False, turn=found.turn)
    assert await store.events.get(event.id) == event
    assert await store.events.get("ev_nowhere") is None
    assert found.turn is not None
    assert await store.events.unrouted(0, 9) == [Unrouted(event, found.turn, fresh=True)]


async def test_lists_have_no_bodies(store: Store, endpoint: Endpoint) -> None:
    event = await recorded(store, endpoint, proof=Proof("url"))
    assert (await store.events.get(event.id)) == event
    brief = replace(event, headers={}, body=b"", proof=None)
    assert (await store.events.list(Page())).items == (brief,)


async def test_an_event_of_a_removed_endpoint_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.events.record(an_event(an_endpoint()), "key", None)


async def test_a_duplicate_is_the_first_one_again(store: Store, endpoint: Endpoint) -> None:
    event = await recorded(store, endpoint)
    again = an_event(endpoint, received_at=NOW + timedelta(days=400))
    assert await store.events.record(again, event.id, None) == Recorded(event.id, duplicate=True)
    assert await store.events.get(again.id) is None
    assert len((await store.events.list(Page())).items) == 1


async def test_the_same_key_at_another_endpoint_is_no_duplicate(
    store: Store, endpoint: Endpoint
) -> None:
    event = await recorded(store, endpoint)
    other = an_endpoint()
    await store.endpoints.add(other)
    assert not (await store.events.record(an_event(other), event.id, None)).duplicate


async def test_a_duplicate_may_have_to_be_recent(store: Store, endpoint: Endpoint) -> None:
    old = await recorded(store, endpoint)
    window = timedelta(seconds=60)
    for passed, duplicate in ((61, False), (62, True), (121, True), (122, False)):
        event = an_event(endpoint, received_at=NOW + timedelta(seconds=passed))
        found = await store.events.record(event, old.id, event.received_at - window)
        assert found.duplicate is duplicate, passed


async def test_duplicates_at_once_are_recorded_once(store: Store, endpoint: Endpoint) -> None:
    found = await asyncio.gather(
        *(store.events.record(an_event(endpoint), "same", None) for _ in range(50))
    )
    assert len({one.event_id for one in found}) == 1
    assert [one.duplicate for one in found].count(False) == 1


async def test_events_are_routed_in_commit_order(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    events = [await recorded(store, endpoint) for _ in range(5)]
    assert await shift.unrouted(3) == events[:3]
    await shift.failed(events[0])
    await shift.route(events[1])
    assert await shift.unrouted() == events[2:]


async def test_turns_follow_one_another_and_unrouted_begins_at_one(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    found = [await store.events.record(an_event(endpoint), f"key {n}", None) for n in range(3)]
    first = found[0].turn
    assert first is not None
    await store.events.record(an_event(endpoint), "key 1", None)
    assert [one.turn for one in found] == [first, first + 1, first + 2]
    from_second = await store.events.unrouted(first + 1, 9)
    assert [one.turn for one in from_second] == [first + 1, first + 2]
    assert await store.events.unrouted(first + 3, 9) == []
    assert (await store.events.record(an_event(endpoint), "key 4", None)).turn == first + 3


async def test_large_bodies_come_a_few_at_a_time(store: Store, endpoint: Endpoint) -> None:
    large = 7 * 1024 * 1024
    events = [
        await recorded(store, endpoint, body=bytes(size)) for size in (large, 1, large, large, 2)
    ]
    found = await store.events.unrouted(0, 9)
    assert [one.event.id for one in found] == [event.id for event in events[:4]]
    found = await store.events.unrouted(found[-1].turn + 1, 9)
    assert [one.event for one in found] == events[4:]


async def test_one_enormous_body_comes_alone(store: Store, endpoint: Endpoint) -> None:
    enormous = await recorded(store, endpoint, body=bytes(20 * 1024 * 1024))
    small = await recorded(store, endpoint)
    (first,) = await store.events.unrouted(0, 9)
    assert first.event == enormous
    assert [one.event for one in await store.events.unrouted(first.turn + 1, 9)] == [small]


async def test_a_routed_event_shows_what_was_made_of_it(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event = await recorded(store, endpoint)
    parts = [
        ParsedEvent("door.opened", {"people": ("ada", "bob"), "count": 2, "open": True}),
        ParsedEvent("door.shut", {"nobody": None, "share": 0.5}),
    ]
    decisions = (
        Decision(hall.id, 0, True, "wanted"),
        Decision(hall.id, 1, False, "no"),
    )
    came = await shift.route(event, a_delivery(event, hall), parts=parts, decisions=decisions)
    assert came == Routed(kept=True, as_planned=True)
    found = await store.events.get(event.id)
    assert found == replace(
        event,
        state="routed",
        types=("door.opened", "door.shut"),
        attributes=tuple(part.attributes for part in parts),
        decisions=decisions,
    )
    listed = await store.events.list(Page(), endpoint.id, "routed")
    assert listed.items == (replace(found, headers={}, body=b"", decisions=()),)


async def test_routing_twice_changes_nothing(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    event = await store.events.get(delivery.event_id)
    assert event is not None
    came = await shift.route(event, a_delivery(event, hall))
    assert came == Routed(kept=False, as_planned=True)
    await shift.failed(event, "late")
    assert await store.deliveries.of_event(event.id) == (delivery,)
    assert await store.events.get(event.id) == event


async def test_routing_what_is_not_there_keeps_nothing(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event = an_event(endpoint)
    came = await shift.route(event, a_delivery(event, hall))
    assert not came.kept
    assert (await store.deliveries.list(Page())).items == ()


async def test_a_replayed_event_shows_what_is_made_of_it_now(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    await store.events.replay(delivery.event_id)
    (event,) = await shift.unrouted()
    decisions = (Decision(hall.id, 0, False, "no longer"),)
    shut = ParsedEvent("door.shut", {"room": "attic"})
    await shift.route(event, parts=[shut], decisions=decisions)
    found = await store.events.get(event.id)
    assert found is not None
    assert (found.types, found.attributes) == (("door.shut",), ({"room": "attic"},))
    assert found.decisions == decisions
    assert await store.deliveries.of_event(event.id) == (delivery,)


async def test_a_delivery_may_be_dropped_from_the_start(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint, state="paused"))
    event = await recorded(store, endpoint)
    dropped = a_delivery(event, subscription, state="dropped", reason="paused", finished_at=NOW)
    await shift.route(event, dropped)
    await store.subscriptions.set_state(subscription.id, "active", None)
    assert await store.deliveries.of_event(event.id) == (dropped,)
    assert await shift.lane(subscription.channel.id) == []


async def test_a_failed_event_can_be_replayed(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    event = await recorded(store, endpoint)
    await shift.failed(event, "The plugin stumbled.")
    assert await store.events.get(event.id) == replace(
        event, state="failed", reason="The plugin stumbled."
    )
    assert await shift.unrouted() == []
    assert await store.events.replay(event.id)
    assert await shift.unrouted() == [event]
    assert not await store.events.replay("ev_nowhere")


@pytest.mark.parametrize("state", ["received", "routed", "failed"])
async def test_lists_can_be_of_an_endpoint_and_a_state(
    store: Store, shift: Shift, endpoint: Endpoint, state: str
) -> None:
    other = an_endpoint()
    await store.endpoints.add(other)
    for place in (endpoint, other):
        _, routed, failed = [await recorded(store, place) for _ in range(3)]
        await shift.route(routed)
        await shift.failed(failed)
    assert len((await store.events.list(Page())).items) == 6
    assert len((await store.events.list(Page(), endpoint.id)).items) == 3
    (found,) = (await store.events.list(Page(), endpoint.id, state)).items  # type: ignore[arg-type]  # one of three
    assert (found.endpoint_id, found.state) == (endpoint.id, state)
