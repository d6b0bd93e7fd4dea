"""What events became, kept at once: each as it would be alone, a batch wholly or not at all."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bridge.models import Decision, Endpoint, ParsedEvent, Subscription
from bridge.store.port import Store
from bridge.store.records import Routed
from tests.store.making import HALF, NOW, TEXTS, Shift, a_delivery, a_routing, recorded


async def test_routings_at_once_come_in_order(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    seen = (await store.subscriptions.of_endpoint(endpoint.id)).seen
    events = [await recorded(store, endpoint) for _ in range(60)]
    owed = {
        event.id: [
            a_delivery(event, to, part) for part in range(number % 3) for to in (hall, attic)
        ]
        for number, event in enumerate(events)
    }
    routings = [
        a_routing(event, owed[event.id], generation=shift.generation, seen=seen) for event in events
    ]
    batches = [routings[:20], routings[20:21], [], routings[21:]]
    results = await asyncio.gather(*map(store.events.routed, batches))
    planned = Routed(kept=True, as_planned=True)
    assert results == [[planned] * len(batch) for batch in batches]
    for subscription in (hall, attic):
        assert await shift.lane(subscription.channel.id) == [
            one
            for event in events
            for one in owed[event.id]
            if one.subscription_id == subscription.id
        ]
    for event in events:
        assert list(await store.deliveries.of_event(event.id)) == owed[event.id]
        found = await store.events.get(event.id)
        assert found is not None
        assert (found.state, len(found.decisions)) == ("routed", len(owed[event.id]))


async def test_an_event_routed_twice_in_a_batch_is_routed_once(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    seen = (await store.subscriptions.of_endpoint(endpoint.id)).seen
    event = await recorded(store, endpoint)
    first, second = [
        a_routing(event, [a_delivery(event, hall)], generation=shift.generation, seen=seen)
        for _ in range(2)
    ]
    await asyncio.gather(store.events.routed([first]), store.events.routed([second]))
    assert len(await shift.lane(hall.channel.id)) == 1


@pytest.mark.parametrize("where", ["decisions", "types", "reason", "id"])
async def test_a_batch_with_a_bad_routing_keeps_nothing_and_others_are_kept(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, where: str
) -> None:
    seen = (await store.subscriptions.of_endpoint(endpoint.id)).seen
    events = [await recorded(store, endpoint) for _ in range(4)]
    deliveries = [a_delivery(event, hall) for event in events]
    if where in {"reason", "id"}:
        odd: dict[str, Any] = {where: HALF}
        deliveries[1] = replace(deliveries[1], **odd)
    routings = [
        a_routing(event, [one], generation=shift.generation, seen=seen)
        for event, one in zip(events, deliveries, strict=True)
    ]
    if where in {"decisions", "types"}:
        odd = {where: HALF}
        routings[1] = replace(routings[1], **odd)
    good, bad, also_good = await asyncio.gather(
        store.events.routed(routings[:1]),
        store.events.routed(routings[1:3]),
        store.events.routed(routings[3:]),
        return_exceptions=True,
    )
    planned = Routed(kept=True, as_planned=True)
    assert (good, also_good) == ([planned], [planned])
    assert isinstance(bad, TypeError)
    assert await shift.unrouted() == events[1:3]
    assert await shift.lane(hall.channel.id) == [deliveries[0], deliveries[3]]
    for event in events[1:3]:
        assert await store.deliveries.of_event(event.id) == ()


@pytest.mark.parametrize("text", TEXTS)
async def test_any_text_of_a_routing_comes_back(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, text: str
) -> None:
    event = await recorded(store, endpoint)
    numbers = {"big": 2**63 - 1, "small": -(2**63), "real": 0.1, "no": None, "yes": True}
    part = ParsedEvent(text, {"text": text, "texts": (text, text), **numbers})
    decisions = (Decision(hall.id, 0, True, text), Decision(text, 1, False, text))
    dropped = a_delivery(event, hall, state="dropped", reason=text, finished_at=NOW)
    await shift.route(event, dropped, parts=[part], decisions=decisions)
    found = await store.events.get(event.id)
    assert found is not None
    assert (found.types, found.attributes) == ((text,), (part.attributes,))
    assert found.decisions == decisions
    assert await store.deliveries.get(dropped.id) == dropped
