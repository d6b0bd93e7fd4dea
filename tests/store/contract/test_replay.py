"""What is over can be had once more: a delivery, or a whole event."""

from dataclasses import replace
from datetime import timedelta

from bridge.models import Endpoint, Selection, Subscription
from bridge.store.port import Store
from tests.store.making import (
    NOW,
    URL,
    Shift,
    a_delivery,
    a_subscription,
    an_attempt,
    an_event,
    recorded,
)

SOON = NOW + timedelta(seconds=5)
LATER = NOW + timedelta(minutes=1)


async def test_a_replayed_delivery_comes_last_where_its_subscription_is_now(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (first,) = await shift.owed(endpoint, hall)
    await shift.end(first, "dead", an_attempt(), reason="no", digest="dg_1")
    (second,) = await shift.owed(endpoint, hall)
    elsewhere = a_subscription(endpoint, URL + "/else").channel
    moved = await store.subscriptions.save(replace(hall, channel=elsewhere))
    assert await store.deliveries.replay(first.id)
    assert not await store.deliveries.replay("dl_nowhere")
    waiting, again = await shift.lane(moved.channel.id)
    assert waiting == replace(second, channel_id=moved.channel.id)
    assert again.owed_at is not None
    assert again.owed_at > NOW  # it expires so long after it was owed again
    assert again == replace(first, attempts=1, channel_id=moved.channel.id, owed_at=again.owed_at)


async def test_replaying_what_is_pending_leaves_it_its_turn(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (first,) = await shift.owed(endpoint, hall)
    (second,) = await shift.owed(endpoint, hall)
    assert await store.deliveries.replay(first.id)
    assert await shift.lane(hall.channel.id) == [first, second]


async def test_a_delivery_to_a_removed_subscription_stays_as_it_ended(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    dead = await shift.end(delivery, "dead", reason="no")
    await store.subscriptions.remove(hall.id, NOW)
    assert await store.deliveries.replay(delivery.id)
    assert await store.deliveries.replay_selected(Selection("dead"), 9) == (0, None)
    assert await store.deliveries.get(delivery.id) == dead


async def test_what_was_replayed_for_a_paused_subscription_is_held(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    await shift.end(delivery, "dead")
    await store.subscriptions.set_state(hall.id, "paused", None)
    assert await store.deliveries.replay(delivery.id)
    assert await shift.lane(hall.channel.id) == []
    await store.subscriptions.set_state(hall.id, "active", None)
    assert [one.id for one in await shift.lane(hall.channel.id)] == [delivery.id]


async def test_a_replayed_event_is_routed_last_and_its_cards_come_last(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (before,) = await shift.owed(endpoint, hall)
    await shift.end(before, attempt=an_attempt())
    waiting = await recorded(store, endpoint)
    assert await store.events.replay(before.event_id)
    assert [one.id for one in await shift.unrouted()] == [waiting.id, before.event_id]
    fresh = []
    for event in await shift.unrouted():
        fresh.append(a_delivery(event, hall))
        await shift.route(event, fresh[-1])
    assert await shift.lane(hall.channel.id) == fresh
    again = await store.deliveries.of_event(before.event_id)
    assert [one.state for one in again] == ["delivered", "pending"]


async def test_only_a_new_event_is_fresh(store: Store, shift: Shift, endpoint: Endpoint) -> None:
    old, new = await recorded(store, endpoint), await recorded(store, endpoint)
    await shift.failed(old)
    await store.events.replay(old.id)
    found = await store.events.unrouted(0, 9)
    assert [(one.event.id, one.fresh) for one in found] == [(new.id, True), (old.id, False)]
    newest = await store.events.record(an_event(endpoint), "newest", None)
    first = found[0].turn
    assert [found[1].turn, newest.turn] == [first + 1, first + 2]


async def test_replaying_what_is_to_be_routed_anyway_leaves_one_routing(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    event = await recorded(store, endpoint)
    assert await store.events.replay(event.id)
    assert await shift.unrouted() == [event]
