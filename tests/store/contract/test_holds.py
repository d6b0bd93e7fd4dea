"""What is held is pending and in no lane, survives everything, and takes its place at the end of its lane or ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.models import (
    Decision,
    Delivery,
    Endpoint,
    Page,
    ParsedEvent,
    Selection,
    Subscription,
)
from bridge.store.order import Held, Ordering, Release, Sight, Thing
from bridge.store.port import Store
from bridge.store.records import Ages, LeaseLost
from tests.store.conftest import Database
from tests.store.making import (
    NOW,
    OPENED,
    URL,
    Shift,
    a_held,
    a_routing,
    a_subscription,
    an_attempt,
    recorded,
)

SOON = NOW + timedelta(seconds=10)
LATER = NOW + timedelta(minutes=1)


def wanted(held: Held, **given: Any) -> Release:
    """The end of a hold: it is wanted."""
    delivery = replace(held.delivery, reason=None, owed_at=SOON, **given)
    return Release(delivery, held.endpoint_id, (True, "its labels are bug"))


def unwanted(held: Held) -> Release:
    """The end of a hold: it is not wanted."""
    delivery = replace(held.delivery, state="dropped", reason="no bug", finished_at=SOON)
    return Release(delivery, held.endpoint_id, (False, "no bug"))


async def released(shift: Shift, *releases: Release) -> list[str | None]:
    return list(await shift.store.order.release(releases, shift.generation))


async def there(store: Store, held: Held) -> Delivery:
    found = await store.deliveries.get(held.delivery.id)
    assert found is not None
    return found


async def test_what_is_held_is_pending_and_in_no_lane(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (held,) = await shift.held(endpoint, hall)
    assert await there(store, held) == held.delivery
    assert (await store.deliveries.list(Page(), "pending")).items == (held.delivery,)
    assert await store.deliveries.lanes() == []
    assert await shift.lane(hall.channel.id) == []
    assert await store.deliveries.replay(held.delivery.id)
    assert await store.deliveries.replay_selected(Selection(), 9) == (0, None)
    assert await store.order.held() == [held]


async def test_it_is_there_after_a_restart_as_it_was(
    database: Database, store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    late = {"labels": ("bug", "door"), "floor": 2, "urgent": True}
    (first,) = await shift.held(endpoint, hall, late=late)
    (second,) = await shift.held(endpoint, hall, asks=False, at=None)
    await store.close()
    assert await (await database.open()).order.held() == [first, second]


async def test_a_part_of_a_batch_is_held_with_what_it_said(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event = await recorded(store, endpoint)
    held = a_held(event, hall, type="door.shut", attributes={"room": "attic", "people": ("ada",)})
    held = replace(held, delivery=replace(held.delivery, part=1))
    parts = [OPENED, ParsedEvent(held.type, held.attributes)]
    await shift.route(event, ordering=Ordering(held=(held,)), parts=parts)
    assert await store.order.held() == [held]


async def test_what_is_released_goes_to_the_end_of_its_lane(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (first,), (second,) = await shift.held(endpoint, hall), await shift.held(endpoint, hall)
    (before,) = await shift.owed(endpoint, hall)
    release = wanted(second, remark="Since then: Labels: bug."), wanted(first)
    assert await released(shift, *release) == [hall.channel.id] * 2
    (after,) = await shift.owed(endpoint, hall)
    assert await shift.lane(hall.channel.id) == [
        before,
        release[0].delivery,
        release[1].delivery,
        after,
    ]
    assert await store.order.held() == []
    assert (await there(store, second)).remark == "Since then: Labels: bug."


async def test_what_its_filters_did_not_want_ends_with_the_reason(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (held,) = await shift.held(endpoint, hall)
    release = unwanted(held)
    assert await released(shift, release) == [hall.channel.id]
    assert await there(store, held) == release.delivery
    assert await shift.lane(hall.channel.id) == []
    assert await store.order.held() == []


async def test_the_events_decisions_say_what_the_filters_said(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    first, second = await shift.held(endpoint, hall, attic)
    await released(shift, unwanted(first))
    event = await store.events.get(first.delivery.event_id)
    assert event is not None
    held = Decision(attic.id, 0, True, "held")
    assert event.decisions == (Decision(hall.id, 0, False, "no bug"), held)
    await released(shift, wanted(second))
    event = await store.events.get(first.delivery.event_id)
    assert event is not None
    assert event.decisions[1] == Decision(attic.id, 0, True, "its labels are bug")


async def test_it_is_released_once(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (held,) = await shift.held(endpoint, hall)
    await released(shift, wanted(held))
    assert await released(shift, unwanted(held)) == [None]
    assert await shift.lane(hall.channel.id) == [wanted(held).delivery]


async def test_removing_its_subscription_drops_it(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    first, second = await shift.held(endpoint, hall, attic)
    (pending,) = await shift.owed(endpoint, hall)
    await store.subscriptions.remove(hall.id, LATER)
    ended: dict[str, Any] = {
        "state": "dropped",
        "reason": "The subscription was removed.",
        "finished_at": LATER,
    }
    assert await there(store, first) == replace(first.delivery, **ended)
    assert await store.deliveries.get(pending.id) == replace(pending, **ended)
    assert await store.order.held() == [second]
    assert await released(shift, wanted(first), wanted(second)) == [None, attic.channel.id]


async def test_it_is_released_to_where_its_subscription_has_moved(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (held,) = await shift.held(endpoint, hall)
    elsewhere = a_subscription(endpoint, URL + "/else").channel
    moved = await store.subscriptions.save(replace(hall, channel=elsewhere))
    assert await released(shift, wanted(held)) == [moved.channel.id]
    expected = replace(wanted(held).delivery, channel_id=moved.channel.id)
    assert await shift.lane(moved.channel.id) == [expected]


async def test_a_paused_subscription_keeps_what_was_released_to_it_until_it_is_resumed(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (held,) = await shift.held(endpoint, hall)
    await store.subscriptions.set_state(hall.id, "paused", None)
    await released(shift, wanted(held))
    assert await shift.lane(hall.channel.id) == []
    await store.subscriptions.set_state(hall.id, "active", None)
    (delivery,) = await shift.lane(hall.channel.id)
    assert delivery.id == held.delivery.id


async def test_a_resumed_subscription_goes_on_holding(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (held,) = await shift.held(endpoint, hall)
    await store.subscriptions.set_state(hall.id, "paused", None)
    await store.subscriptions.set_state(hall.id, "active", None)
    assert await store.order.held() == [held]
    assert await shift.lane(hall.channel.id) == []


async def test_a_channel_that_is_gone_ends_what_is_held_for_it(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    resting = await store.subscriptions.save(a_subscription(endpoint))
    first, second, third = await shift.held(endpoint, hall, resting, attic)
    (delivery,) = await shift.owed(endpoint, hall)
    await store.subscriptions.set_state(resting.id, "paused", None)
    channel = replace(hall.channel, state="gone", reason="410")
    assert await shift.close(channel, delivery, LATER) == 1
    dead = replace(first.delivery, state="dead", reason="410", finished_at=LATER)
    assert await there(store, first) == dead
    assert await store.order.held() == [second, third]


async def test_removing_its_endpoint_takes_it_away(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (held,) = await shift.held(endpoint, hall)
    await store.endpoints.remove(endpoint.id)
    assert await store.order.held() == []
    assert await released(shift, wanted(held)) == [None]


async def test_what_was_removed_while_it_was_routed_is_not_held(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event = await recorded(store, endpoint)
    seen = (await store.subscriptions.of_endpoint(endpoint.id)).seen
    await store.subscriptions.remove(hall.id, LATER)
    held = a_held(event, hall)
    await shift.route(event, ordering=Ordering(held=(held,)), seen=seen)
    assert (await there(store, held)).state == "dropped"
    assert await store.order.held() == []


async def test_what_is_held_is_told_what_came_meanwhile(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    first, second = await shift.held(endpoint, hall, attic)
    knows = replace(first, late={"labels": ("bug",)}, at=SOON)
    event = await recorded(store, endpoint)
    await shift.route(event, ordering=Ordering(told=(knows,)))
    assert await store.order.held() == [knows, second]


async def test_what_is_told_several_times_at_once_knows_the_last(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    """Opened and labelled twice, all routed together."""
    events = [await recorded(store, endpoint) for _ in range(3)]
    held = a_held(events[0], hall)
    told = [replace(held, late={"labels": labels}) for labels in (("a",), ("a", "b"))]
    seen = (await store.subscriptions.of_endpoint(endpoint.id)).seen
    orderings = [Ordering(held=(held,)), *(Ordering(told=(one,)) for one in told)]
    await store.events.routed(
        [
            a_routing(event, generation=shift.generation, seen=seen, ordering=ordering)
            for event, ordering in zip(events, orderings, strict=True)
        ]
    )
    assert await store.order.held() == [told[1]]


async def test_its_event_keeps_its_body_however_old_it_is(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (held,) = await shift.held(endpoint, hall)
    await store.sweep(Ages(LATER, LATER, LATER), 9)
    event = await store.events.get(held.delivery.event_id)
    assert event is not None
    assert not event.removed
    assert await store.order.held() == [held]


async def test_another_worker_may_not_release(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (held,) = await shift.held(endpoint, hall)
    with pytest.raises(LeaseLost):
        await store.order.release([wanted(held)], shift.generation - 1)
    assert await store.order.held() == [held]


async def test_the_newest_that_a_channel_saw_of_a_thing_is_known(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    for at in (SOON, LATER, NOW):
        await shift.showed(endpoint, hall, at)
    await shift.showed(endpoint, hall, NOW, "door 8")
    await shift.showed(endpoint, attic, NOW)
    things = [
        Thing(hall.channel.id, endpoint.id, "door 7"),
        Thing(attic.channel.id, endpoint.id, "door 7"),
        Thing(hall.channel.id, "ep_else", "door 7"),
        Thing(hall.channel.id, endpoint.id, "door 8"),
    ]
    seen = await store.order.seen(things)
    assert seen == {things[0]: LATER, things[1]: NOW, things[3]: NOW}
    assert await store.order.seen([]) == {}


async def test_a_released_card_is_seen_and_a_dropped_one_is_not(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (first,), (second,) = await shift.held(endpoint, hall), await shift.held(endpoint, hall)
    thing = Thing(hall.channel.id, endpoint.id, "door 7")
    sight = Sight(first.delivery.id, "door 7", SOON)
    await released(shift, replace(wanted(first), sight=sight))
    assert await store.order.seen([thing]) == {thing: SOON}
    sight = Sight(second.delivery.id, "door 7", LATER)
    await released(shift, replace(unwanted(second), sight=sight))
    assert await store.order.seen([thing]) == {thing: SOON}


async def test_a_card_that_goes_to_nobody_is_not_seen(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event = await recorded(store, endpoint)
    dropped = replace(a_held(event, hall).delivery, state="dropped", finished_at=NOW)
    sight = Sight(dropped.id, "door 7", NOW)
    await shift.route(event, dropped, ordering=Ordering(sights=(sight,)))
    assert await store.order.seen([Thing(hall.channel.id, endpoint.id, "door 7")]) == {}


async def test_what_was_seen_is_forgotten_with_its_deliveries(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    """By when it was noted, whatever the vendor's time is."""
    delivery = await shift.showed(endpoint, hall, NOW)
    await shift.end(delivery, attempt=an_attempt())
    thing = Thing(hall.channel.id, endpoint.id, "door 7")
    await store.sweep(Ages(LATER, LATER, LATER), 9)
    assert await store.order.seen([thing]) == {thing: NOW}
    ever = LATER.replace(year=9999)
    assert await store.sweep(Ages(ever, ever, ever), 1)
    assert await store.order.seen([thing]) == {}


async def test_a_remark_stays_with_its_delivery(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    event = await recorded(store, endpoint)
    delivery = replace(a_held(event, hall).delivery, remark="Older than what was shown before.")
    await shift.route(event, delivery, ordering=Ordering())
    assert await shift.lane(hall.channel.id) == [delivery]
    await shift.end(delivery, "dead", an_attempt("rejected"))
    await store.deliveries.replay(delivery.id)
    (again,) = await shift.lane(hall.channel.id)
    assert again.remark == delivery.remark
