import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.errors import NotFound
from bridge.models import Decision, Endpoint, Page, ParsedEvent
from bridge.store.port import Recorded, Store
from tests.store.making import (
    NOW,
    URL,
    a_delivery,
    a_subscription,
    an_attempt,
    an_endpoint,
    an_event,
    owed,
    recorded,
    route,
)


@pytest.fixture
async def endpoint(store: Store) -> Endpoint:
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    return endpoint


async def test_an_event_comes_back_as_it_went_in(store: Store, endpoint: Endpoint) -> None:
    event = an_event(endpoint, body=bytes(range(256)) * 300, delivery_id="d-1")
    assert await store.events.record(event, "id:d-1", None) == Recorded(event.id, duplicate=False)
    assert await store.events.get(event.id) == event
    assert await store.events.get("ev_nowhere") is None
    assert await store.events.unrouted(9) == (event,)


async def test_lists_have_no_bodies(store: Store, endpoint: Endpoint) -> None:
    event = await recorded(store, endpoint)
    assert (await store.events.list(Page())).items == (replace(event, headers={}, body=b""),)


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


async def test_events_are_routed_in_commit_order(store: Store, endpoint: Endpoint) -> None:
    events = [await recorded(store, endpoint) for _ in range(5)]
    assert list(await store.events.unrouted(3)) == events[:3]
    await store.events.failed(events[0].id, "no")
    await route(store, events[1])
    assert list(await store.events.unrouted(9)) == events[2:]


async def test_a_routed_event_shows_what_was_made_of_it(store: Store, endpoint: Endpoint) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    event = await recorded(store, endpoint)
    parts = [
        ParsedEvent("door.opened", {"people": ("ada", "bob"), "count": 2, "open": True}),
        ParsedEvent("door.shut", {"nobody": None, "share": 0.5}),
    ]
    decisions = (
        Decision(subscription.id, 0, True, "wanted"),
        Decision(subscription.id, 1, False, "no"),
    )
    await store.events.routed(event.id, parts, decisions, [a_delivery(event, subscription)])
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


async def test_routing_twice_changes_nothing(store: Store, endpoint: Endpoint) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    (delivery,) = await owed(store, endpoint, subscription)
    event = await store.events.get(delivery.event_id)
    assert event is not None
    await route(store, event, a_delivery(event, subscription))
    await store.events.failed(event.id, "late")
    assert await store.deliveries.of_event(event.id) == (delivery,)
    assert await store.events.get(event.id) == event


async def test_routing_what_cannot_be_kept_keeps_nothing(store: Store, endpoint: Endpoint) -> None:
    event = await recorded(store, endpoint)
    with pytest.raises(TypeError):
        await store.events.routed(event.id, [ParsedEvent("x", {"a": {1}})], (), ())  # type: ignore[dict-item]  # on purpose
    assert await store.events.unrouted(9) == (event,)


async def test_a_subscription_removed_meanwhile_gets_a_dropped_delivery(
    store: Store, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    event = await recorded(store, endpoint)
    await store.subscriptions.remove(subscription.id, NOW)
    delivery = a_delivery(event, subscription)
    await route(store, event, delivery)
    assert await store.deliveries.of_event(event.id) == (
        replace(delivery, state="dropped", reason="The subscription was removed.", finished_at=NOW),
    )


async def test_a_subscription_moved_meanwhile_gets_it_where_it_is_now(
    store: Store, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    event = await recorded(store, endpoint)
    moved = await store.subscriptions.save(
        replace(subscription, channel=a_subscription(endpoint, URL + "/else").channel)
    )
    delivery = a_delivery(event, subscription)
    await route(store, event, delivery)
    assert await store.deliveries.head(moved.channel.id) == replace(
        delivery, channel_id=moved.channel.id
    )


async def test_a_delivery_may_be_dropped_from_the_start(store: Store, endpoint: Endpoint) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint, state="paused"))
    event = await recorded(store, endpoint)
    dropped = a_delivery(event, subscription, state="dropped", reason="paused", finished_at=NOW)
    await route(store, event, dropped)
    await store.subscriptions.set_state(subscription.id, "active", None)
    assert await store.deliveries.of_event(event.id) == (dropped,)
    assert await store.deliveries.head(subscription.channel.id) is None


async def test_a_failed_event_can_be_replayed(store: Store, endpoint: Endpoint) -> None:
    event = await recorded(store, endpoint)
    await store.events.failed(event.id, "The plugin stumbled.")
    assert await store.events.get(event.id) == replace(
        event, state="failed", reason="The plugin stumbled."
    )
    assert await store.events.unrouted(9) == ()
    assert await store.events.replay(event.id)
    assert await store.events.unrouted(9) == (event,)
    assert not await store.events.replay("ev_nowhere")


async def test_a_replayed_event_is_routed_last_and_its_cards_come_last(
    store: Store, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    (before,) = await owed(store, endpoint, subscription)
    await store.deliveries.finish(replace(before, state="delivered", finished_at=NOW), an_attempt())
    waiting = await recorded(store, endpoint)
    assert await store.events.replay(before.event_id)
    assert [one.id for one in await store.events.unrouted(9)] == [waiting.id, before.event_id]
    fresh = {}
    for event in await store.events.unrouted(9):
        fresh[event.id] = a_delivery(event, subscription)
        await route(store, event, fresh[event.id])
    assert await store.deliveries.head(subscription.channel.id) == fresh[waiting.id]
    again = await store.deliveries.of_event(before.event_id)
    assert [one.state for one in again] == ["delivered", "pending"]


@pytest.mark.parametrize("state", ["received", "routed", "failed"])
async def test_lists_can_be_of_an_endpoint_and_a_state(
    store: Store, endpoint: Endpoint, state: str
) -> None:
    other = an_endpoint()
    await store.endpoints.add(other)
    for place in (endpoint, other):
        _, routed, failed = [await recorded(store, place) for _ in range(3)]
        await route(store, routed)
        await store.events.failed(failed.id, "no")
    assert len((await store.events.list(Page())).items) == 6
    assert len((await store.events.list(Page(), endpoint.id)).items) == 3
    (found,) = (await store.events.list(Page(), endpoint.id, state)).items  # type: ignore[arg-type]  # one of three
    assert (found.endpoint_id, found.state) == (endpoint.id, state)
