"""Deliveries from being owed to their end: lanes, tries and back-off."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.models import Channel, DeliveryState, Endpoint, Page, Subscription
from bridge.store.port import Store
from bridge.store.records import Front
from tests.store.making import (
    NOW,
    Shift,
    a_delivery,
    a_subscription,
    an_attempt,
    recorded,
)

SOON = NOW + timedelta(seconds=5)
LATER = NOW + timedelta(minutes=1)


async def channel_of(store: Store, subscription: Subscription) -> Channel:
    """The channel of a subscription, as it is now."""
    found = await store.subscriptions.get(subscription.id)
    assert found is not None
    return found.channel


async def test_a_lane_is_in_order(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event = await recorded(store, endpoint)
    deliveries = [a_delivery(event, hall, part) for part in (2, 0, 1)]
    await shift.route(event, *deliveries)
    deliveries += await shift.owed(endpoint, hall)
    assert await shift.lane(hall.channel.id) == deliveries
    for delivery in deliveries:
        assert await shift.head(hall.channel.id) == delivery
        assert await store.deliveries.get(delivery.id) == delivery
        await shift.end(delivery, attempt=an_attempt())
    assert await shift.front(hall.channel.id) == Front(hall.channel, (), complete=True)
    assert await store.deliveries.of_event(event.id) == tuple(
        [replace(one, state="delivered", attempts=1, finished_at=NOW) for one in deliveries[:3]]
    )
    assert await store.deliveries.get("dl_nowhere") is None


async def test_a_front_says_whether_there_is_more(
    shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    second = await shift.store.subscriptions.save(a_subscription(endpoint))
    deliveries = [
        delivery for _ in range(3) for delivery in await shift.owed(endpoint, second, hall)
    ]
    for limit in (1, 2, 5, 6):
        front = await shift.front(hall.channel.id, limit)
        assert [one.delivery for one in front.pending] == deliveries[:limit]
        assert not front.complete
    front = await shift.front(hall.channel.id, 7)
    assert [one.delivery for one in front.pending] == deliveries
    assert front.complete


async def test_a_channel_that_is_not_there_has_no_lane(shift: Shift) -> None:
    assert await shift.front("ch_nowhere") == Front(None, (), complete=True)


async def test_an_end_is_kept_with_its_try(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    attempt = an_attempt("rejected", status=None, excerpt="no")
    ended = await shift.end(delivery, "dead", attempt, reason="Too large.", finished_at=LATER)
    assert (ended.attempts, ended.reason) == (1, "Too large.")
    assert await store.deliveries.get(delivery.id) == ended
    assert await store.deliveries.attempts(delivery.id) == (attempt,)


async def test_what_was_never_tried_ends_without_a_try(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    ended = await shift.end(delivery, "dropped", reason="Too late.")
    assert await store.deliveries.get(delivery.id) == ended == replace(ended, attempts=0)
    assert await store.deliveries.attempts(delivery.id) == ()


async def test_tries_are_listed_oldest_first(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    attempts = [an_attempt("retry", at=at, status=503) for at in (LATER, NOW, SOON)]
    for attempt in attempts:
        await shift.settle(kept=(delivery,), attempt=attempt)
    assert list(await store.deliveries.attempts(delivery.id)) == attempts
    kept = replace(delivery, attempts=3, reason=attempts[-1].reason)
    assert await store.deliveries.get(delivery.id) == kept
    assert await shift.lane(hall.channel.id) == [kept]


async def test_lanes_come_in_the_order_of_what_waited_longest(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    (first,) = await shift.owed(endpoint, attic)
    await shift.owed(endpoint, hall)
    await shift.owed(endpoint, attic)
    assert await store.deliveries.lanes() == [attic.channel.id, hall.channel.id]
    await shift.end(first)
    assert await store.deliveries.lanes() == [hall.channel.id, attic.channel.id]


async def test_a_lane_with_nothing_pending_is_none(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    assert await store.deliveries.lanes() == []
    (delivery,) = await shift.owed(endpoint, hall)
    await shift.end(delivery)
    assert await store.deliveries.lanes() == []
    assert await shift.head(hall.channel.id) is None


async def test_a_back_off_is_kept_with_its_lane(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    (delivery, other) = await shift.owed(endpoint, hall, attic)
    failing = replace(
        hall.channel,
        failures=1,
        failing_since=NOW,
        retry_at=LATER,
        reason="Busy.",
        flagged=True,
    )
    attempt = an_attempt("retry", status=503)
    kept = await shift.again(delivery, attempt, failing)
    sooner = replace(attic.channel, failures=2, failing_since=NOW, retry_at=SOON)
    await shift.again(other, attempt, sooner)
    assert (await shift.front(attic.channel.id)).channel == sooner
    front = await shift.front(hall.channel.id)
    assert (front.channel, [one.delivery for one in front.pending]) == (failing, [kept])
    assert await channel_of(store, hall) == failing
    assert await store.deliveries.attempts(delivery.id) == (attempt,)
    # When a lane may go on is the worker's to judge: it has to know of all that have something to send.
    assert await store.deliveries.lanes() == [hall.channel.id, attic.channel.id]


@pytest.mark.parametrize("state", ["delivered", "dead"])
async def test_a_try_that_got_through_ends_the_back_off(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, state: DeliveryState
) -> None:
    first, second = [(await shift.owed(endpoint, hall))[0] for _ in range(2)]
    failing = replace(hall.channel, failures=1, failing_since=NOW, retry_at=LATER, reason="Busy.")
    await shift.again(first, an_attempt("retry"), failing)
    await shift.end(first, state)
    assert await channel_of(store, hall) == failing  # nothing was posted
    await shift.end(second, state, an_attempt(), hall.channel)
    assert await channel_of(store, hall) == hall.channel


async def test_one_settlement_can_settle_a_whole_digest(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    deliveries = [(await shift.owed(endpoint, hall))[0] for _ in range(4)]
    attempt = an_attempt(digest="dg_1")
    ended = [
        replace(one, state="delivered", digest="dg_1", attempts=1, finished_at=LATER)
        for one in deliveries[:3]
    ]
    await shift.settle(finished=tuple(ended), attempt=attempt)
    for one in ended:
        assert await store.deliveries.get(one.id) == one
        assert await store.deliveries.attempts(one.id) == (attempt,)
    assert await shift.lane(hall.channel.id) == deliveries[3:]


async def test_a_digest_that_failed_leaves_all_of_it_in_place(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    deliveries = [(await shift.owed(endpoint, hall))[0] for _ in range(3)]
    attempt = an_attempt("retry", status=503, digest="dg_1")
    await shift.settle(kept=tuple(deliveries[:2]), attempt=attempt)
    expected = [replace(one, attempts=1, reason=attempt.reason) for one in deliveries[:2]]
    assert await shift.lane(hall.channel.id) == [*expected, deliveries[2]]
    for one in deliveries[:2]:
        assert await store.deliveries.attempts(one.id) == (attempt,)


async def test_answered_counts_a_digest_once_and_what_was_interrupted_not_at_all(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    one, two, three, four = [(await shift.owed(endpoint, hall))[0] for _ in range(4)]
    (elsewhere,) = await shift.owed(endpoint, attic)
    second, third = NOW + timedelta(seconds=2), NOW + timedelta(seconds=3)
    before = NOW - timedelta(seconds=1)
    await shift.settle(kept=(one,), attempt=an_attempt("retry", at=before))
    await shift.settle(kept=(one,), attempt=an_attempt("retry", at=third, milliseconds=400))
    await shift.settle(
        finished=(replace(two, state="delivered"), replace(three, state="delivered")),
        attempt=an_attempt(at=second, digest="dg_1", milliseconds=0),
    )
    await shift.settle(kept=(four,), attempt=an_attempt("interrupted", at=third, milliseconds=0))
    await shift.end(elsewhere, attempt=an_attempt(at=third))
    answered = [second, third + timedelta(milliseconds=400)]
    assert await store.deliveries.answered(hall.channel.id, NOW) == answered
    assert await store.deliveries.answered(hall.channel.id, third) == answered[1:]
    assert await store.deliveries.answered("ch_nowhere", NOW) == []


async def test_what_is_answered_counts_where_it_was_posted(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    """A subscription that moves takes its cards along, but not what the old channel has got."""
    (delivery,) = await shift.owed(endpoint, hall)
    await shift.settle(kept=(delivery,), attempt=an_attempt("retry", milliseconds=0))
    await store.subscriptions.save(replace(hall, channel=attic.channel))
    assert await store.deliveries.answered(attic.channel.id, NOW) == []
    (moved,) = await shift.lane(attic.channel.id)
    await shift.end(moved, attempt=an_attempt(at=LATER, milliseconds=0))
    assert await store.deliveries.answered(attic.channel.id, NOW) == [LATER]


async def test_a_front_says_what_its_subscription_wants_of_it(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    urgent = await store.subscriptions.save(a_subscription(endpoint, digest=False, expiry=30))
    await shift.owed(endpoint, hall, urgent)
    first, second = (await shift.front(hall.channel.id)).pending
    assert (first.digest, first.expiry, first.interrupted) == (True, None, False)
    assert (second.digest, second.expiry, second.interrupted) == (False, 30, False)
    await store.subscriptions.save(replace(urgent, digest=True, expiry=5))
    _, second = (await shift.front(hall.channel.id)).pending
    assert (second.digest, second.expiry) == (True, 5)


async def test_what_a_channel_refused_in_a_digest_is_not_merged_again(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    deliveries = [(await shift.owed(endpoint, hall))[0] for _ in range(4)]
    refused, failed, alone, _ = deliveries
    tries = (
        (refused, an_attempt("rejected", digest="dg_1")),
        (failed, an_attempt("retry", digest="dg_2")),
        (alone, an_attempt("too_large")),
    )
    for delivery, attempt in tries:
        await shift.settle(kept=(delivery,), attempt=attempt)
    front = await shift.front(hall.channel.id)
    assert [one.digest for one in front.pending] == [False, True, True, True]


async def test_what_was_in_flight_when_its_endpoint_went_is_let_go(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    await store.endpoints.remove(endpoint.id)
    await shift.end(delivery, attempt=an_attempt(), channel=hall.channel)
    assert await store.deliveries.get(delivery.id) is None
    assert await store.deliveries.attempts(delivery.id) == ()


async def test_lists_can_be_of_a_state_and_a_subscription(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    first, second = await shift.owed(endpoint, hall, attic)
    third, fourth = await shift.owed(endpoint, hall, attic)
    dead = await shift.end(first, "dead", reason="no")
    done = await shift.end(third, digest="dg_1")
    items = (await store.deliveries.list(Page())).items
    assert [one.id for one in items] == [fourth.id, third.id, second.id, first.id]
    assert (await store.deliveries.list(Page(), "dead")).items == (dead,)
    assert (await store.deliveries.list(Page(), "delivered")).items == (done,)
    assert (await store.deliveries.list(Page(), "delivered", attic.id)).items == ()
    assert (await store.deliveries.list(Page(), None, attic.id)).items == (fourth, second)
    assert (await store.deliveries.list(Page(), "pending", hall.id)).items == ()
    assert (await store.deliveries.list(Page(), "pending", attic.id)).items == (fourth, second)


async def test_an_events_tries_are_told_by_delivery_the_last_of_many(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    attic = await store.subscriptions.save(a_subscription(endpoint, "https://teams.example/attic"))
    one, other = await shift.owed(endpoint, hall, attic)
    (elsewhere,) = await shift.owed(endpoint, hall)
    tries = [an_attempt("retry", at=NOW + timedelta(seconds=n), status=429) for n in range(5)]
    for attempt in tries:
        await shift.again(one, attempt, hall.channel)
    arrived = an_attempt(at=LATER)
    await shift.end(other, attempt=arrived)
    await shift.end(elsewhere, attempt=arrived)
    found = await store.deliveries.attempts_of_event(one.event_id, 3)
    assert {owed: list(them) for owed, them in found.items()} == {
        one.id: tries[2:],
        other.id: [arrived],
    }
    assert await store.deliveries.attempts_of_event("ev_nowhere", 3) == {}


async def test_an_events_digests_are_told_with_what_each_had(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    owed = [(await shift.owed(endpoint, hall))[0] for _ in range(3)]
    refused = an_attempt("rejected", digest="dg_first", status=400)
    await shift.settle(kept=tuple(owed), attempt=refused)
    taken = an_attempt(digest="dg_second", at=LATER)
    ended = [replace(one, state="delivered", digest="dg_second") for one in owed[:2]]
    await shift.settle(finished=tuple(ended), attempt=taken)
    await shift.end(owed[2], attempt=an_attempt(at=LATER))
    digests = store.deliveries.digests_of_event
    assert await digests(owed[0].event_id) == {"dg_first": 3, "dg_second": 2}
    assert await digests(owed[2].event_id) == {"dg_first": 3}
    assert await digests("ev_nowhere") == {}
