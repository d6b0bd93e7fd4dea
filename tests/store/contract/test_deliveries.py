from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.models import Endpoint, Page, Subscription
from bridge.store.port import Store
from tests.store.making import (
    NOW,
    URL,
    a_delivery,
    a_subscription,
    an_attempt,
    an_endpoint,
    owed,
    recorded,
    route,
)

SOON = NOW + timedelta(seconds=5)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
async def endpoint(store: Store) -> Endpoint:
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    return endpoint


@pytest.fixture
async def hall(store: Store, endpoint: Endpoint) -> Subscription:
    return await store.subscriptions.save(a_subscription(endpoint))


@pytest.fixture
async def attic(store: Store, endpoint: Endpoint) -> Subscription:
    return await store.subscriptions.save(a_subscription(endpoint, URL + "/attic"))


async def test_a_lane_is_in_order(store: Store, endpoint: Endpoint, hall: Subscription) -> None:
    event = await recorded(store, endpoint)
    deliveries = [a_delivery(event, hall, part) for part in (2, 0, 1)]
    await route(store, event, *deliveries)
    deliveries += await owed(store, endpoint, hall)
    for delivery in deliveries:
        assert await store.deliveries.head(hall.channel.id) == delivery
        assert await store.deliveries.get(delivery.id) == delivery
        await store.deliveries.finish(replace(delivery, state="delivered"), an_attempt())
    assert await store.deliveries.head(hall.channel.id) is None
    assert len(await store.deliveries.of_event(event.id)) == 3
    assert await store.deliveries.get("dl_nowhere") is None


async def test_an_end_is_kept_with_its_try(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await owed(store, endpoint, hall)
    ended = replace(delivery, state="dead", reason="Too large.", attempts=1, finished_at=LATER)
    attempt = an_attempt("rejected", status=None, excerpt="no")
    await store.deliveries.finish(ended, attempt)
    assert await store.deliveries.get(delivery.id) == ended
    assert await store.deliveries.attempts(delivery.id) == (attempt,)


async def test_due_are_the_lanes_that_waited_longest_but_for_those_named(
    store: Store, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    await owed(store, endpoint, attic)
    await owed(store, endpoint, hall)
    await owed(store, endpoint, attic)
    both = (attic.channel, hall.channel)
    assert await store.deliveries.due(NOW, 9, ()) == both
    assert await store.deliveries.due(NOW, 1, ()) == both[:1]
    assert await store.deliveries.due(NOW, 9, (attic.channel.id,)) == both[1:]
    assert await store.deliveries.due(NOW, 9, [channel.id for channel in both]) == ()


async def test_a_lane_with_nothing_pending_is_not_due(store: Store, hall: Subscription) -> None:
    assert await store.deliveries.due(NOW, 9, ()) == ()
    assert await store.deliveries.next_retry() is None
    assert await store.deliveries.head(hall.channel.id) is None


async def test_a_lane_that_backs_off_is_due_when_that_is_over(
    store: Store, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    (delivery, other) = await owed(store, endpoint, hall, attic)
    failing = replace(hall.channel, failures=1, failing_since=NOW, retry_at=LATER, reason="Busy.")
    attempt = an_attempt("retry", status=503)
    await store.deliveries.retry(replace(delivery, reason="Busy.", attempts=1), attempt, failing)
    sooner = replace(attic.channel, failures=2, failing_since=NOW, retry_at=SOON)
    await store.deliveries.retry(other, attempt, sooner)
    assert await store.deliveries.next_retry() == SOON
    assert await store.deliveries.due(NOW, 9, ()) == ()
    assert await store.deliveries.due(SOON, 9, ()) == (sooner,)
    assert await store.deliveries.due(LATER, 9, ()) == (failing, sooner)
    kept = replace(delivery, reason="Busy.", attempts=1)
    assert await store.deliveries.head(hall.channel.id) == kept
    assert await store.deliveries.attempts(delivery.id) == (attempt,)


@pytest.mark.parametrize("state", ["delivered", "dead"])
async def test_a_try_that_got_through_ends_the_back_off(
    store: Store, endpoint: Endpoint, hall: Subscription, state: str
) -> None:
    (delivery,) = await owed(store, endpoint, hall)
    (_,) = await owed(store, endpoint, hall)
    failing = replace(hall.channel, failures=1, failing_since=NOW, retry_at=LATER, reason="Busy.")
    await store.deliveries.retry(delivery, an_attempt("retry"), failing)
    ended = replace(delivery, state=state, finished_at=NOW)  # type: ignore[arg-type]  # one of two
    await store.deliveries.finish(ended, None)
    assert await store.deliveries.due(LATER, 9, ()) == (failing,)
    await store.deliveries.finish(ended, an_attempt())
    assert await store.deliveries.due(NOW, 9, ()) == (hall.channel,)


async def test_a_closed_channel_ends_its_lane_and_disables_its_subscriptions(
    store: Store, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    second = await store.subscriptions.save(a_subscription(endpoint))
    delivery, other, elsewhere = await owed(store, endpoint, hall, second, attic)
    await store.subscriptions.set_state(second.id, "paused", None)
    gone = replace(hall.channel, state="gone", reason="The channel is gone.")
    await store.deliveries.close_channel(gone, delivery, an_attempt("gone", status=410), LATER)
    dead = {"state": "dead", "reason": "The channel is gone.", "finished_at": LATER}
    ended = replace(delivery, attempts=1, **dead)  # type: ignore[arg-type]  # fields of a delivery
    assert await store.deliveries.get(delivery.id) == ended
    assert await store.deliveries.get(other.id) == replace(other, **dead)  # type: ignore[arg-type]  # see above
    for one in (hall, second):
        found = await store.subscriptions.get(one.id)
        assert found is not None
        assert (found.state, found.reason, found.channel) == ("disabled", gone.reason, gone)
    assert await store.deliveries.due(LATER, 9, ()) == (attic.channel,)
    assert await store.deliveries.head(attic.channel.id) == elsewhere


async def test_a_late_answer_does_not_open_a_closed_channel(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    first, second = [(await owed(store, endpoint, hall))[0] for _ in range(2)]
    gone = replace(hall.channel, state="gone", reason="gone")
    await store.deliveries.close_channel(gone, first, an_attempt("gone"), NOW)
    late = replace(second, state="delivered", attempts=1, finished_at=NOW)
    await store.deliveries.finish(late, an_attempt())
    assert await store.deliveries.get(second.id) == late
    found = await store.subscriptions.get(hall.id)
    assert found is not None
    assert found.channel == gone


async def test_what_was_in_flight_when_its_subscription_went_keeps_its_end(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    first, second, third = [(await owed(store, endpoint, hall))[0] for _ in range(3)]
    await store.subscriptions.remove(hall.id, NOW)
    failing = replace(hall.channel, failures=1, retry_at=LATER)
    attempt = an_attempt("retry")
    await store.deliveries.retry(replace(first, reason="Busy."), attempt, failing)
    gone = replace(hall.channel, state="gone", reason="gone")
    await store.deliveries.close_channel(gone, second, attempt, NOW)
    await store.deliveries.finish(replace(third, state="delivered", finished_at=NOW), attempt)
    dropped = {"state": "dropped", "reason": "The subscription was removed.", "finished_at": NOW}
    for delivery in (first, second):
        expected = replace(delivery, attempts=1, **dropped)  # type: ignore[arg-type]  # fields of a delivery
        assert await store.deliveries.get(delivery.id) == expected
        assert await store.deliveries.attempts(delivery.id) == (attempt,)
    found = await store.deliveries.get(third.id)
    assert found is not None
    assert found.state == "delivered"


async def test_what_was_in_flight_when_its_endpoint_went_is_let_go(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await owed(store, endpoint, hall)
    await store.endpoints.remove(endpoint.id)
    await store.deliveries.finish(replace(delivery, state="delivered"), an_attempt())
    assert await store.deliveries.get(delivery.id) is None
    assert await store.deliveries.attempts(delivery.id) == ()


async def test_a_card_that_was_moved_while_in_flight_is_not_ended_by_its_old_channel(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await owed(store, endpoint, hall)
    elsewhere = a_subscription(endpoint, URL + "/else").channel
    moved = await store.subscriptions.save(replace(hall, channel=elsewhere))
    gone = replace(hall.channel, state="gone", reason="gone")
    await store.deliveries.close_channel(gone, delivery, an_attempt("gone"), NOW)
    assert await store.subscriptions.get(hall.id) == moved
    assert await store.deliveries.head(moved.channel.id) == replace(
        delivery, attempts=1, channel_id=moved.channel.id
    )


async def test_a_replayed_delivery_comes_last_where_its_subscription_is_now(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    (first,) = await owed(store, endpoint, hall)
    await store.deliveries.finish(replace(first, state="dead", reason="no"), an_attempt())
    (second,) = await owed(store, endpoint, hall)
    elsewhere = a_subscription(endpoint, URL + "/else").channel
    moved = await store.subscriptions.save(replace(hall, channel=elsewhere))
    assert await store.deliveries.replay(first.id)
    assert not await store.deliveries.replay("dl_nowhere")
    for delivery in (second, replace(first, attempts=1)):
        head = await store.deliveries.head(moved.channel.id)
        assert head == replace(delivery, channel_id=moved.channel.id)
        await store.deliveries.finish(replace(head, state="delivered"), None)


async def test_replaying_what_is_pending_leaves_it_its_turn(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    (first,) = await owed(store, endpoint, hall)
    await owed(store, endpoint, hall)
    assert await store.deliveries.replay(first.id)
    assert await store.deliveries.head(hall.channel.id) == first


async def test_a_delivery_to_a_removed_subscription_stays_as_it_ended(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await owed(store, endpoint, hall)
    dead = replace(delivery, state="dead", reason="no", finished_at=NOW)
    await store.deliveries.finish(dead, None)
    await store.subscriptions.remove(hall.id, NOW)
    assert await store.deliveries.replay(delivery.id)
    assert await store.deliveries.replay_dead(NOW, None) == 0
    assert await store.deliveries.get(delivery.id) == dead


async def test_all_that_died_since_can_be_replayed_in_order(
    store: Store, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    deliveries = [(await owed(store, endpoint, to))[0] for to in (hall, hall, hall, attic)]
    ends = (NOW, LATER, SOON, SOON)
    for delivery, end in zip(deliveries, ends, strict=True):
        await store.deliveries.finish(
            replace(delivery, state="dead", reason="no", finished_at=end), None
        )
    assert await store.deliveries.replay_dead(SOON, hall.id) == 2
    for delivery in deliveries[1:3]:
        assert await store.deliveries.head(hall.channel.id) == delivery
        await store.deliveries.finish(replace(delivery, state="delivered"), None)
    assert await store.deliveries.replay_dead(SOON, None) == 1
    assert await store.deliveries.head(attic.channel.id) == deliveries[3]
    assert await store.deliveries.replay_dead(SOON, None) == 0


async def test_lists_can_be_of_a_state_and_a_subscription(
    store: Store, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    first, second = await owed(store, endpoint, hall, attic)
    dead = replace(first, state="dead", reason="no", finished_at=NOW)
    await store.deliveries.finish(dead, None)
    assert (await store.deliveries.list(Page())).items == (second, dead)
    assert (await store.deliveries.list(Page(), "dead")).items == (dead,)
    assert (await store.deliveries.list(Page(), None, attic.id)).items == (second,)
    assert (await store.deliveries.list(Page(), "pending", hall.id)).items == ()
