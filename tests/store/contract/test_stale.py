"""Subscriptions that change between being looked up and an event's being routed: nothing goes where it is not wanted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.models import Endpoint, Subscription
from bridge.store.port import Store
from bridge.store.records import Routed
from tests.store.making import (
    NOW,
    URL,
    Shift,
    a_delivery,
    a_routing,
    a_subscription,
    an_attempt,
    an_endpoint,
    recorded,
)

STALE = Routed(kept=True, as_planned=False)
PLANNED = Routed(kept=True, as_planned=True)


@pytest.fixture
async def seen(store: Store, endpoint: Endpoint, hall: Subscription, attic: Subscription) -> int:
    """The change up to which a worker that looked the subscriptions up knows them."""
    return (await store.subscriptions.of_endpoint(endpoint.id)).seen


async def test_a_subscription_removed_meanwhile_gets_a_dropped_delivery(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, seen: int
) -> None:
    event = await recorded(store, endpoint)
    await store.subscriptions.remove(hall.id, NOW)
    delivery = a_delivery(event, hall)
    claimed = frozenset({delivery.id})
    assert await shift.route(event, delivery, seen=seen, claimed=claimed) == STALE
    assert await store.deliveries.of_event(event.id) == (
        replace(delivery, state="dropped", reason="The subscription was removed.", finished_at=NOW),
    )


async def test_a_subscription_moved_meanwhile_gets_it_where_it_is_now(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, seen: int
) -> None:
    event = await recorded(store, endpoint)
    moved = await store.subscriptions.save(
        replace(hall, channel=a_subscription(endpoint, URL + "/else").channel)
    )
    delivery = a_delivery(event, hall)
    claimed = frozenset({delivery.id})
    assert await shift.route(event, delivery, seen=seen, claimed=claimed) == STALE
    found = await store.deliveries.get(delivery.id)
    assert found == replace(delivery, channel_id=moved.channel.id)
    (pending,) = (await shift.front(moved.channel.id)).pending
    assert pending.delivery == found


async def test_what_is_not_claimed_after_all_was_not_interrupted(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, seen: int
) -> None:
    """A later worker must not believe that the channel may have a card that nobody was to post."""
    event = await recorded(store, endpoint)
    await store.subscriptions.save(replace(hall, name="renamed"))
    delivery = a_delivery(event, hall)
    await shift.route(event, delivery, seen=seen, claimed=frozenset({delivery.id}))
    front = await store.deliveries.front(hall.channel.id, 9, shift.generation + 1)
    assert [(one.delivery, one.interrupted) for one in front.pending] == [(delivery, False)]


async def test_only_the_endpoint_that_changed_is_stale(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, seen: int
) -> None:
    other = an_endpoint()
    await store.endpoints.add(other)
    elsewhere = await store.subscriptions.save(a_subscription(other))
    known = (await store.subscriptions.of_endpoint(other.id)).seen
    await store.subscriptions.save(replace(hall, name="renamed"))
    mine, theirs = await recorded(store, endpoint), await recorded(store, other)
    routings = [
        a_routing(event, [a_delivery(event, to)], generation=shift.generation, seen=position)
        for event, to, position in ((mine, hall, seen), (theirs, elsewhere, known))
    ]
    assert await store.events.routed(routings) == [STALE, PLANNED]


async def test_what_was_dropped_from_the_start_keeps_its_reason(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, seen: int
) -> None:
    event = await recorded(store, endpoint)
    await store.subscriptions.remove(hall.id, NOW)
    dropped = a_delivery(event, hall, state="dropped", reason="paused", finished_at=NOW)
    await shift.route(event, dropped, seen=seen)
    assert await store.deliveries.of_event(event.id) == (dropped,)


async def test_a_subscription_paused_meanwhile_holds_it(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, seen: int
) -> None:
    event = await recorded(store, endpoint)
    await store.subscriptions.set_state(hall.id, "paused", None)
    delivery = a_delivery(event, hall)
    assert await shift.route(event, delivery, seen=seen) == STALE
    assert await shift.lane(hall.channel.id) == []
    await store.subscriptions.set_state(hall.id, "active", None)
    assert [one.id for one in await shift.lane(hall.channel.id)] == [delivery.id]


async def test_what_happens_elsewhere_leaves_a_routing_as_planned(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, seen: int
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    event = await recorded(store, endpoint)
    other = an_endpoint()
    await store.endpoints.add(other)
    await store.endpoints.replace(replace(other, name="renamed"))
    await store.endpoints.replace(replace(endpoint, name="renamed"))
    seen = (await store.subscriptions.of_endpoint(endpoint.id)).seen
    await store.subscriptions.save(a_subscription(other, URL + "/else"))
    await shift.again(delivery, an_attempt("retry"), replace(hall.channel, failures=1))
    await store.deliveries.replay((await shift.end(delivery)).id)
    assert await shift.route(event, a_delivery(event, hall), seen=seen) == PLANNED


async def test_a_channel_that_closed_meanwhile_makes_its_endpoints_stale(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, seen: int
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    event = await recorded(store, endpoint)
    gone = replace(hall.channel, state="gone", reason="gone")
    await shift.close(gone, delivery, NOW + timedelta(seconds=1))
    late = a_delivery(event, hall)
    assert await shift.route(event, late, seen=seen) == STALE
    assert await store.deliveries.get(late.id) == late
    assert await store.deliveries.lanes() == []
