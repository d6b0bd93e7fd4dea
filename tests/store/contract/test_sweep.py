"""What is old and finished goes, a little at a time; whatever is not finished stays, however old it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bridge.models import Delivery, Endpoint, Event, Page, Selection, Subscription
from bridge.store.port import Store
from bridge.store.records import Ages
from tests.store.making import (
    NOW,
    Shift,
    a_delivery,
    an_attempt,
    an_event,
    recorded,
)

OLD = NOW - timedelta(days=40)
MIDDLE = NOW - timedelta(days=20)
AGES = Ages(
    bodies=NOW - timedelta(days=14),
    events=NOW - timedelta(days=30),
    deliveries=NOW - timedelta(days=30),
)
"""The defaults: bodies for two weeks, the rest for thirty days."""


async def sweep(store: Store, ages: Ages = AGES, limit: int = 100) -> int:
    """Sweep until there is no more; in how many steps."""
    steps = 1
    while await store.sweep(ages, limit):
        steps += 1
        assert steps < 1000
    return steps


async def routed(
    shift: Shift, endpoint: Endpoint, *to: Subscription, at: datetime
) -> tuple[Event, list[Delivery]]:
    """An event of that time, routed at that time."""
    event = await recorded(shift.store, endpoint, received_at=at)
    owed = [a_delivery(event, one, created_at=at, owed_at=at) for one in to]
    await shift.route(event, *owed)
    return event, owed


async def finished(
    shift: Shift, endpoint: Endpoint, to: Subscription, at: datetime
) -> tuple[Event, Delivery]:
    """An event of that time whose card was delivered then."""
    event, (owed,) = await routed(shift, endpoint, to, at=at)
    return event, await shift.end(owed, attempt=an_attempt(at=at), finished_at=at)


async def there(store: Store, event: Event) -> str:
    """What is left of an event."""
    found = await store.events.get(event.id)
    if found is None:
        return "nothing"
    return "the rest" if found.removed else "all"


async def test_what_is_old_and_finished_goes(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    old, gone = await finished(shift, endpoint, hall, OLD)
    middle, kept = await finished(shift, endpoint, hall, MIDDLE)
    fresh, also_kept = await finished(shift, endpoint, hall, NOW)
    await sweep(store)
    assert [await there(store, event) for event in (old, middle, fresh)] == [
        "nothing", "the rest", "all"
    ]  # fmt: skip
    assert await store.deliveries.get(gone.id) is None
    assert await store.deliveries.attempts(gone.id) == ()
    for delivery in (kept, also_kept):
        assert await store.deliveries.get(delivery.id) == delivery
        assert len(await store.deliveries.attempts(delivery.id)) == 1
    assert (await store.deliveries.list(Page())).items == (also_kept, kept)
    assert [event.id for event in (await store.events.list(Page())).items] == [fresh.id, middle.id]


async def test_an_event_whose_body_went_says_so_and_cannot_be_routed_again(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event, _ = await finished(shift, endpoint, hall, MIDDLE)
    before = await store.events.get(event.id)
    await sweep(store)
    found = await store.events.get(event.id)
    assert before is not None
    assert not before.removed
    assert found == replace(before, headers={}, body=b"", removed=True)
    assert found.decisions
    assert not await store.events.replay(event.id)
    assert await store.events.replay_selected(Selection("routed"), 9) == (0, None)
    assert await store.events.get(event.id) == found
    assert await shift.unrouted() == []


async def test_the_same_webhook_is_a_duplicate_after_its_body_went(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event, _ = await finished(shift, endpoint, hall, MIDDLE)
    await sweep(store)
    again = await store.events.record(an_event(endpoint), event.id, None)
    assert (again.event_id, again.duplicate) == (event.id, True)


async def test_what_is_pending_keeps_its_event_with_its_body(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    event, (pending, done) = await routed(shift, endpoint, hall, attic, at=OLD)
    ended = await shift.end(done, attempt=an_attempt(), finished_at=OLD)
    await sweep(store)
    assert await there(store, event) == "all"
    assert await store.deliveries.get(ended.id) is None
    assert await shift.lane(hall.channel.id) == [pending]
    await shift.end(pending, attempt=an_attempt(), finished_at=OLD)
    await sweep(store)
    assert await there(store, event) == "nothing"


async def test_what_is_held_for_a_paused_subscription_stays(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event, (held,) = await routed(shift, endpoint, hall, at=OLD)
    await store.subscriptions.set_state(hall.id, "paused", None)
    await sweep(store)
    assert await there(store, event) == "all"
    assert await store.deliveries.get(held.id) == held


async def test_what_was_not_routed_yet_stays(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    event = await recorded(store, endpoint, received_at=OLD)
    await sweep(store)
    assert await shift.unrouted() == [event]


async def test_what_failed_is_finished(store: Store, shift: Shift, endpoint: Endpoint) -> None:
    old, middle, fresh = [
        await recorded(store, endpoint, received_at=at) for at in (OLD, MIDDLE, NOW)
    ]
    for event in (old, middle, fresh):
        await shift.failed(event)
    await sweep(store)
    assert [await there(store, event) for event in (old, middle, fresh)] == [
        "nothing", "the rest", "all"
    ]  # fmt: skip


async def test_what_was_replayed_stays(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event, _ = await finished(shift, endpoint, hall, OLD)
    other, delivery = await finished(shift, endpoint, hall, OLD)
    assert await store.events.replay(event.id)
    assert await store.deliveries.replay(delivery.id)
    await sweep(store)
    assert [await there(store, one) for one in (event, other)] == ["all", "all"]
    assert [one.id for one in await shift.unrouted()] == [event.id]
    assert [one.id for one in await shift.lane(hall.channel.id)] == [delivery.id]


async def test_a_delivery_counts_from_its_end_and_keeps_its_event(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    """One that was given up yesterday, after weeks, can still be looked at."""
    event, (owed,) = await routed(shift, endpoint, hall, at=OLD)
    dead = await shift.end(owed, "dead", finished_at=NOW)
    await sweep(store)
    assert await store.deliveries.get(dead.id) == dead
    assert await there(store, event) == "the rest"


async def test_bodies_may_be_kept_for_longer_than_deliveries_and_go_with_their_events(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    old, _ = await finished(shift, endpoint, hall, OLD)
    middle, delivery = await finished(shift, endpoint, hall, MIDDLE)
    ages = replace(AGES, bodies=OLD - timedelta(days=1), deliveries=NOW - timedelta(days=10))
    await sweep(store, ages)
    assert [await there(store, event) for event in (old, middle)] == ["nothing", "all"]
    assert await store.deliveries.get(delivery.id) is None


@pytest.mark.parametrize(("limit", "steps"), [(1, 8), (3, 3), (7, 2), (8, 1)])
async def test_it_goes_in_small_steps(
    shift: Shift, endpoint: Endpoint, hall: Subscription, limit: int, steps: int
) -> None:
    for _ in range(7):
        await finished(shift, endpoint, hall, OLD)
    fresh, _ = await finished(shift, endpoint, hall, NOW)
    assert await sweep(shift.store, limit=limit) == steps
    assert [event.id for event in (await shift.store.events.list(Page())).items] == [fresh.id]


async def test_what_stays_does_not_hide_what_is_behind_it(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    pending = [(await routed(shift, endpoint, attic, at=OLD))[0] for _ in range(9)]
    gone = [(await finished(shift, endpoint, hall, OLD))[0] for _ in range(9)]
    await sweep(store, limit=2)
    assert {await there(store, event) for event in pending} == {"all"}
    assert {await there(store, event) for event in gone} == {"nothing"}


async def test_an_empty_database_has_nothing_to_sweep(store: Store) -> None:
    assert not await store.sweep(AGES, 1)


async def test_what_was_swept_leaves_its_place_to_nobody(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    """What comes after all was swept still goes behind what was there before."""
    old = await recorded(store, endpoint, received_at=OLD)
    (before,) = await store.events.unrouted(0, 9)
    owed = a_delivery(old, hall, created_at=OLD, owed_at=OLD)
    await shift.route(old, owed)
    await shift.end(owed, attempt=an_attempt(at=OLD), finished_at=OLD)
    await sweep(store)
    assert await there(store, old) == "nothing"
    event = await recorded(store, endpoint)
    (after,) = await store.events.unrouted(0, 9)
    assert after.turn == before.turn + 1
    delivery = a_delivery(event, hall)
    await shift.route(event, delivery)
    assert (await store.events.list(Page())).items[0].id == event.id
    assert (await store.deliveries.list(Page())).items == (delivery,)


async def test_a_clock_that_was_set_back_ends_nothing_too_early(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    times = (OLD, NOW, OLD, NOW, MIDDLE, NOW)
    events = [(await finished(shift, endpoint, hall, at))[0] for at in times]
    await sweep(store)
    left = [await there(store, event) for event in events]
    assert [what for what, at in zip(left, times, strict=True) if at == NOW] == ["all"] * 3


async def test_sweeping_tells_nobody(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    told: list[str] = []
    await finished(shift, endpoint, hall, OLD)
    store.on_change(told.extend)
    await sweep(store)
    assert told == []


async def test_what_is_just_as_old_as_that_stays(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event, _ = await finished(shift, endpoint, hall, datetime(2026, 1, 1, tzinfo=UTC))
    just = Ages(*[datetime(2026, 1, 1, tzinfo=UTC)] * 3)
    await sweep(store, just)
    assert await there(store, event) == "all"
    later = just.events + timedelta(milliseconds=1)
    await sweep(store, Ages(later, later, later))
    assert await there(store, event) == "nothing"
