"""Events recorded at once: all of them are kept as each alone would be, and one that cannot be fails alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from bridge.errors import NotFound
from bridge.models import Endpoint, Event
from bridge.store.port import Store
from bridge.store.records import Recorded
from tests.store.making import HALF, TEXTS, an_endpoint, an_event

MEGABYTE: Final = 1024 * 1024


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
