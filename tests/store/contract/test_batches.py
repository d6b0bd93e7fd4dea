"""Many writes at once: all of them are kept as each alone would be, and one that cannot be fails alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import NotFound
from bridge.models import Decision, Delivery, Endpoint, Event, ParsedEvent, Subscription
from bridge.store.port import Store
from bridge.store.records import Recorded, Routed, Settlement
from tests.store.conftest import Engine, engines, working
from tests.store.making import (
    NOW,
    Shift,
    a_delivery,
    a_routing,
    a_subscription,
    an_attempt,
    an_endpoint,
    an_event,
    recorded,
)

MEGABYTE: Final = 1024 * 1024

TEXTS: Final = [
    "",
    "ünï 🚪 \u2028 \x01\x7f",
    "\"quoted\" 'quoted' \\ \\u0041 \\",
    "9223372036854775808",
    "-9223372036854775809.5e999",
    '{"a": [1, null]}',
    "x" * 100_000,
]
"""What must come back as it went in."""

HALF: Final = "half a character: \ud800"
"""What no database can keep."""


async def record_all(
    store: Store, events: Sequence[Event], keys: Sequence[str]
) -> list[Recorded | BaseException]:
    """Record events at once."""
    recording = (
        store.events.record(event, key, None) for event, key in zip(events, keys, strict=True)
    )
    return await asyncio.gather(*recording, return_exceptions=True)


async def test_events_recorded_at_once_come_in_order(store: Store, endpoint: Endpoint) -> None:
    events = [an_event(endpoint, body=b"%d" % number) for number in range(500)]
    before = await store.events.record(an_event(endpoint), "before", None)
    assert before.turn is not None
    found = await record_all(store, events, [event.id for event in events])
    assert found == [
        Recorded(event.id, duplicate=False, turn=turn)
        for turn, event in enumerate(events, before.turn + 1)
    ]
    kept = await store.events.unrouted(before.turn + 1, 1000)
    assert [one.event for one in kept] == events


async def test_duplicates_within_a_batch_are_the_first_of_them(
    store: Store, endpoint: Endpoint
) -> None:
    other = an_endpoint()
    await store.endpoints.add(other)
    before = an_event(endpoint)
    turn = (await store.events.record(before, before.id, None)).turn
    assert turn is not None
    keys = ["a", "b", "a", before.id, "a", "b", "a"]
    events = [an_event(endpoint) for _ in keys[:-1]] + [an_event(other)]
    found = await record_all(store, events, keys)
    a, b = events[:2]
    assert found == [
        Recorded(a.id, duplicate=False, turn=turn + 1),
        Recorded(b.id, duplicate=False, turn=turn + 2),
        Recorded(a.id, duplicate=True),
        Recorded(before.id, duplicate=True),
        Recorded(a.id, duplicate=True),
        Recorded(b.id, duplicate=True),
        Recorded(events[-1].id, duplicate=False, turn=turn + 3),
    ]
    assert [one.event for one in await store.events.unrouted(turn + 1, 9)] == [a, b, events[-1]]


async def test_an_event_whose_endpoint_is_gone_fails_alone(
    store: Store, endpoint: Endpoint
) -> None:
    events = [an_event(endpoint), an_event(an_endpoint()), an_event(endpoint)]
    first, gone, second = await record_all(store, events, ["1", "2", "3"])
    assert isinstance(gone, NotFound)
    assert isinstance(first, Recorded)
    assert isinstance(second, Recorded)
    assert first.turn is not None
    assert second.turn == first.turn + 1
    assert [one.event for one in await store.events.unrouted(0, 9)] == [events[0], events[2]]


@pytest.mark.parametrize("where", ["delivery_id", "source", "headers", "key"])
async def test_an_event_that_cannot_be_kept_fails_alone(
    store: Store, endpoint: Endpoint, where: str
) -> None:
    events = [an_event(endpoint) for _ in range(5)]
    keys = [event.id for event in events]
    if where == "key":
        keys[2] = HALF
    else:
        odd: dict[str, Any] = {where: {"x-odd": HALF} if where == "headers" else HALF}
        events[2] = replace(events[2], **odd)

    async def record(event: Event, key: str) -> Recorded:
        return await store.events.record(event, key, None)

    found = await asyncio.gather(*map(record, events, keys), return_exceptions=True)
    assert isinstance(found[2], TypeError)
    assert [one.event for one in await store.events.unrouted(0, 9)] == events[:2] + events[3:]


async def test_bodies_of_every_size_come_back_from_one_batch(
    store: Store, endpoint: Endpoint
) -> None:
    sizes = (0, 1, 5 * MEGABYTE, 0, 7, 9 * MEGABYTE, 8 * MEGABYTE, 3, 20 * MEGABYTE, 0)
    events = [
        an_event(endpoint, body=bytes([number]) * size) for number, size in enumerate(sizes, 1)
    ]
    found = await record_all(store, events, [event.id for event in events])
    assert not [one for one in found if isinstance(one, BaseException)]
    for event in events:
        assert await store.events.get(event.id) == event


async def test_a_body_may_have_any_bytes(store: Store, endpoint: Endpoint) -> None:
    bodies = (b"\x00", b"", b"\xff\xfe\x00\x00", "ü🚪".encode(), b"\x00" * 100, bytes(range(256)))
    events = [an_event(endpoint, body=body) for body in bodies]
    await record_all(store, events, [event.id for event in events])
    assert [one.event for one in await store.events.unrouted(0, 9)] == events


@pytest.mark.parametrize("text", TEXTS)
async def test_any_text_of_an_event_comes_back(store: Store, endpoint: Endpoint, text: str) -> None:
    event = an_event(endpoint, delivery_id=text, headers={"x-text": text}, source=text)
    beside = an_event(endpoint)
    await record_all(store, [event, beside], [text, "other"])
    assert await store.events.get(event.id) == event
    assert await store.events.get(beside.id) == beside


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("together", [True, False])
async def test_only_the_same_key_is_a_duplicate(
    store: Store, endpoint: Endpoint, text: str, together: bool
) -> None:
    keys = [text, text + "+", "-" + text, text]
    again = [*keys, *keys]
    if together:
        found = await record_all(store, [an_event(endpoint) for _ in again], again)
    else:
        found = [await store.events.record(an_event(endpoint), key, None) for key in again]
    duplicates = [isinstance(one, Recorded) and one.duplicate for one in found]
    assert duplicates == [False] * 3 + [True] * 5


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


async def owing(shift: Shift, endpoint: Endpoint, hall: Subscription, count: int) -> list[Delivery]:
    """So many deliveries in one lane."""
    return [(await shift.owed(endpoint, hall))[0] for _ in range(count)]


async def test_settlements_at_once_are_each_kept(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    deliveries = await owing(shift, endpoint, hall, 30)
    ended = {one.id: replace(one, state="delivered", attempts=1) for one in deliveries[:20]}
    finished = [replace(one, finished_at=NOW) for one in ended.values()]
    settlements = [
        Settlement(shift.generation, finished=(one,), attempt=an_attempt(excerpt=str(number)))
        for number, one in enumerate(finished)
    ]
    settlements += [
        Settlement(shift.generation, kept=(one,), attempt=an_attempt("retry", excerpt="kept"))
        for one in deliveries[20:]
    ]
    await asyncio.gather(*map(store.deliveries.settle, settlements))
    for number, one in enumerate(finished):
        assert await store.deliveries.get(one.id) == one
        (attempt,) = await store.deliveries.attempts(one.id)
        assert attempt.excerpt == str(number)
    assert await shift.lane(hall.channel.id) == [
        replace(one, attempts=1, reason=an_attempt("retry").reason) for one in deliveries[20:]
    ]


async def test_a_settlement_that_cannot_be_kept_fails_alone(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    deliveries = await owing(shift, endpoint, hall, 4)
    attempts = [an_attempt(), an_attempt(excerpt=HALF), an_attempt(), an_attempt()]
    results = await asyncio.gather(
        *(shift.end(one, attempt=how) for one, how in zip(deliveries, attempts, strict=True)),
        return_exceptions=True,
    )
    assert isinstance(results[1], TypeError)
    assert await shift.lane(hall.channel.id) == [deliveries[1]]
    assert await store.deliveries.attempts(deliveries[1].id) == ()
    for one in (results[0], *results[2:]):
        assert isinstance(one, Delivery)
        assert await store.deliveries.get(one.id) == one


@pytest.mark.parametrize("text", TEXTS)
async def test_any_text_of_a_settlement_comes_back(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, text: str
) -> None:
    (delivery,) = await owing(shift, endpoint, hall, 1)
    attempt = an_attempt(text, reason=text, excerpt=text, digest=text, status=2**63 - 1)
    ended = await shift.end(delivery, "dead", attempt, reason=text, digest=text)
    assert await store.deliveries.get(delivery.id) == ended
    assert await store.deliveries.attempts(delivery.id) == (attempt,)


async def test_every_kind_of_write_may_come_at_once(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await owing(shift, endpoint, hall, 1)
    event, bad, another = await recorded(store, endpoint), an_event(an_endpoint()), an_endpoint()
    seen = (await store.subscriptions.of_endpoint(endpoint.id)).seen
    late = a_delivery(event, hall)
    new = an_event(endpoint)
    _, refused, _, came, ended = await asyncio.gather(
        store.events.record(new, new.id, None),
        store.events.record(bad, bad.id, None),
        store.endpoints.add(another),
        store.events.routed([a_routing(event, [late], generation=shift.generation, seen=seen)]),
        shift.end(delivery, attempt=an_attempt()),
        return_exceptions=True,
    )
    assert isinstance(refused, NotFound)
    assert came == [Routed(kept=True, as_planned=True)]
    assert await store.endpoints.get(another.id) == another
    assert await shift.unrouted() == [new]
    assert await store.deliveries.get(delivery.id) == ended
    assert await shift.lane(hall.channel.id) == [late]


@engines
@settings(deadline=None, max_examples=15)
@given(wanted=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), max_size=30))
def test_together_is_as_one_by_one(engine: Engine, wanted: list[tuple[int, int, bool]]) -> None:
    """Whatever comes at once, each has the result that it would have had alone; `wanted`: endpoint, key, is half."""

    async def run(*, together: bool) -> tuple[list[str], list[str]]:
        async with engine() as database, working(await database.open()) as shift:
            store = shift.store
            there = [an_endpoint(), an_endpoint()]
            for endpoint in there:
                await store.endpoints.add(endpoint)
                await store.subscriptions.save(a_subscription(endpoint))
            endpoints = [*there, an_endpoint()]
            names: dict[str, str] = {}

            async def record(number: int, what: tuple[int, int, bool]) -> str:
                at, key, half = what
                event = an_event(endpoints[at], delivery_id=HALF if half else None)
                names[event.id] = str(number)
                try:
                    found = await store.events.record(event, f"{key}", None)
                except (NotFound, TypeError) as error:
                    return type(error).__name__
                return f"{names[found.event_id]} {found.duplicate} {found.turn}"

            if together:
                said = await asyncio.gather(*(record(*one) for one in enumerate(wanted)))
            else:
                said = [await record(*one) for one in enumerate(wanted)]
            return said, [names[one.id] for one in await shift.unrouted()]

    assert asyncio.run(run(together=True)) == asyncio.run(run(together=False))
