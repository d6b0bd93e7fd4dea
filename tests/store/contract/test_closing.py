"""A channel that is gone ends its lane; and what is in flight while others change things ends as it should."""

from dataclasses import replace
from datetime import timedelta

from bridge.models import Endpoint, Subscription
from bridge.store.port import Store
from bridge.store.records import Settlement
from tests.store.making import NOW, URL, Shift, a_subscription, an_attempt

LATER = NOW + timedelta(minutes=1)
DEAD = {"state": "dead", "reason": "The channel is gone.", "finished_at": LATER}


async def test_a_closed_channel_ends_its_lane_and_disables_its_subscriptions(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    second = await store.subscriptions.save(a_subscription(endpoint))
    delivery, other, elsewhere = await shift.owed(endpoint, hall, second, attic)
    (more,) = await shift.owed(endpoint, hall)
    gone = replace(hall.channel, state="gone", reason="The channel is gone.")
    assert await shift.close(gone, delivery, LATER) == 2
    ended = replace(delivery, attempts=1, **DEAD)  # type: ignore[arg-type]  # fields of a delivery
    assert await store.deliveries.get(delivery.id) == ended
    for one in (other, more):
        assert await store.deliveries.get(one.id) == replace(one, **DEAD)  # type: ignore[arg-type]  # see above
    for subscription in (hall, second):
        found = await store.subscriptions.get(subscription.id)
        assert found is not None
        assert (found.state, found.reason) == ("disabled", gone.reason)
        assert (found.channel, found.updated_at) == (gone, LATER)
    assert await store.subscriptions.get(attic.id) == attic
    assert await store.deliveries.lanes() == [attic.channel.id]
    assert await shift.lane(attic.channel.id) == [elsewhere]
    assert await shift.lane(hall.channel.id) == []


async def test_what_is_held_when_its_channel_closes_stays_and_resuming_releases_it(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    paused = await store.subscriptions.save(a_subscription(endpoint))
    delivery, first = await shift.owed(endpoint, hall, paused)
    (second,) = await shift.owed(endpoint, paused)
    await store.subscriptions.set_state(paused.id, "paused", "A holiday.")
    gone = replace(hall.channel, state="gone", reason="The channel is gone.")
    assert await shift.close(gone, delivery, LATER) == 0
    found = await store.subscriptions.get(paused.id)
    assert found is not None
    assert (found.state, found.reason) == ("disabled", gone.reason)
    for held in (first, second):
        assert await store.deliveries.get(held.id) == held
    assert await shift.lane(hall.channel.id) == []
    await store.subscriptions.set_state(paused.id, "active", None)
    assert [one.id for one in await shift.lane(hall.channel.id)] == [first.id, second.id]
    assert await store.deliveries.lanes() == [hall.channel.id]


async def test_closing_keeps_all_of_its_settlement(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    """A digest may be what a channel refuses for the last time."""
    merged = [(await shift.owed(endpoint, hall))[0] for _ in range(2)]
    (waiting,) = await shift.owed(endpoint, hall)
    gone = replace(hall.channel, state="gone", reason="The channel is gone.")
    attempt = an_attempt("gone", status=410, digest="dg_1")
    ended = tuple(
        replace(one, attempts=1, **DEAD)  # type: ignore[arg-type]  # see above
        for one in merged
    )
    settlement = Settlement(shift.generation, finished=ended, attempt=attempt, channel=gone)
    assert await store.deliveries.close_channel(settlement, LATER) == 1
    for one in ended:
        assert await store.deliveries.get(one.id) == one
        assert await store.deliveries.attempts(one.id) == (attempt,)
    assert await store.deliveries.attempts(waiting.id) == ()


async def test_a_late_answer_does_not_open_a_closed_channel(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    first, second = [(await shift.owed(endpoint, hall))[0] for _ in range(2)]
    gone = replace(hall.channel, state="gone", reason="gone")
    await shift.close(gone, first, NOW)
    late = await shift.end(second, attempt=an_attempt())
    assert await store.deliveries.get(second.id) == late
    found = await store.subscriptions.get(hall.id)
    assert found is not None
    assert found.channel == gone


async def test_what_was_in_flight_when_its_subscription_went_keeps_its_end(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    first, second = [(await shift.owed(endpoint, hall))[0] for _ in range(2)]
    await store.subscriptions.remove(hall.id, NOW)
    attempt = an_attempt("retry")
    await shift.again(first, attempt, replace(hall.channel, failures=1, retry_at=LATER))
    done = await shift.end(second, attempt=an_attempt())
    assert await store.deliveries.get(first.id) == replace(
        first,
        attempts=1,
        state="dropped",
        reason="The subscription was removed.",
        finished_at=NOW,
    )
    assert await store.deliveries.attempts(first.id) == (attempt,)
    assert await store.deliveries.get(second.id) == done
    assert await store.deliveries.lanes() == []


async def test_what_was_dropped_while_in_flight_is_not_ended_by_its_channel(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    await store.subscriptions.remove(hall.id, NOW)
    gone = replace(hall.channel, state="gone", reason="gone")
    await shift.close(gone, delivery, LATER)
    assert await store.deliveries.get(delivery.id) == replace(
        delivery,
        attempts=1,
        state="dropped",
        reason="The subscription was removed.",
        finished_at=NOW,
    )


async def test_a_card_that_was_moved_while_in_flight_is_not_ended_by_its_old_channel(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    elsewhere = a_subscription(endpoint, URL + "/else").channel
    moved = await store.subscriptions.save(replace(hall, channel=elsewhere))
    gone = replace(hall.channel, state="gone", reason="gone")
    await shift.close(gone, delivery, NOW)
    assert await store.subscriptions.get(hall.id) == moved
    expected = replace(delivery, attempts=1, channel_id=moved.channel.id)
    assert await shift.lane(moved.channel.id) == [expected]


async def test_a_closed_channel_leaves_a_subscription_that_moved_away_alone(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    stays = await store.subscriptions.save(a_subscription(endpoint))
    delivery, other = await shift.owed(endpoint, stays, hall)
    elsewhere = a_subscription(endpoint, URL + "/else").channel
    moved = await store.subscriptions.save(replace(hall, channel=elsewhere))
    gone = replace(hall.channel, state="gone", reason="gone")
    assert await shift.close(gone, delivery, NOW) == 0
    assert await store.subscriptions.get(hall.id) == moved
    assert await shift.lane(moved.channel.id) == [replace(other, channel_id=moved.channel.id)]
