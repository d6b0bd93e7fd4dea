"""Pages, put together, are the whole list: nothing missing, nothing twice, whatever comes in between."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import Invalid
from bridge.models import Endpoint, EventState, Listing, Page
from bridge.store.port import Store
from tests.store.conftest import Engine, engines, working
from tests.store.making import NOW, Shift, a_subscription, an_endpoint, recorded

Made: TypeAlias = tuple[str, str, EventState]
"""An event's id, endpoint and state."""


STATES: Final[tuple[EventState | None, ...]] = (None, "received", "routed", "failed")


async def pages(
    fetch: Callable[[Page], Awaitable[Listing[Any]]],
    limit: int,
    between: Callable[[], Awaitable[Any]] | None = None,
) -> list[Any]:
    """The items of all pages; no page but the last is short."""
    found: list[Any] = []
    cursor = None
    while True:
        part = await fetch(Page(limit, cursor))
        found += part.items
        assert len(found) < 1000
        if part.next is None:
            assert len(part.items) <= limit
            return found
        assert len(part.items) == limit
        cursor = part.next
        if between is not None:
            await between()


async def check_every_list(
    store: Store, endpoints: Sequence[Endpoint], made: Sequence[Made], limit: int
) -> None:
    """Each list has what was made, newest first, though another event comes in between two pages."""
    for endpoint_id, state in product((None, *(endpoint.id for endpoint in endpoints)), STATES):
        fetch = partial(store.events.list, endpoint_id=endpoint_id, state=state)
        found = [
            event.id for event in await pages(fetch, limit, partial(recorded, store, endpoints[0]))
        ]
        known = {one for one, _, _ in made}
        assert len(set(found)) == len(found)
        assert [one for one in found if one in known] == [
            one for one, at, was in made if endpoint_id in {None, at} and state in {None, was}
        ]


@engines
@settings(deadline=None, max_examples=20)
@given(
    arrivals=st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(["received", "routed", "failed"])), max_size=12
    ),
    limit=st.integers(1, 7),
)
def test_pages_of_events_are_the_whole_list(
    engine: Engine, arrivals: list[tuple[int, EventState]], limit: int
) -> None:
    async def scenario() -> None:
        async with engine() as database, working(await database.open()) as shift:
            store = shift.store
            endpoints = [an_endpoint(), an_endpoint()]
            for endpoint in endpoints:
                await store.endpoints.add(endpoint)
            made: list[Made] = []
            for number, state in arrivals:
                event = await recorded(store, endpoints[number])
                if state == "routed":
                    await shift.route(event)
                elif state == "failed":
                    await shift.failed(event)
                made.insert(0, (event.id, event.endpoint_id, state))
            await check_every_list(store, endpoints, made, limit)

    asyncio.run(scenario())


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6])
async def test_every_list_has_pages(
    store: Store, shift: Shift, endpoint: Endpoint, limit: int
) -> None:
    for _ in range(4):
        await store.endpoints.add(an_endpoint())
    subscriptions = [await store.subscriptions.save(a_subscription(endpoint)) for _ in range(5)]
    deliveries = await shift.owed(endpoint, *subscriptions)

    def ids(items: list[Any]) -> list[str]:
        return [item.id for item in items]

    assert len(set(ids(await pages(store.endpoints.list, limit)))) == 5
    assert ids(await pages(store.subscriptions.list, limit)) == ids(subscriptions)[::-1]
    assert ids(await pages(store.deliveries.list, limit)) == ids(deliveries)[::-1]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "0",
        "x",
        "-1",
        "%%%",
        "ü",
        "MA",
        "LTE",
        "MTIz=",
        "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMg",
        "IDEy",
    ],
)
async def test_a_cursor_that_no_list_gave_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        await store.events.list(Page(5, cursor))
    assert list(refused.value.fields) == ["cursor"]


async def test_events_are_listed_from_a_time_until_another(
    store: Store, endpoint: Endpoint
) -> None:
    other = an_endpoint()
    await store.endpoints.add(other)
    made = [
        await recorded(store, where, received_at=NOW + timedelta(minutes=minute))
        for minute, where in enumerate((endpoint, other) * 3)
    ]
    for first, last in product(range(7), repeat=2):
        since, until = (NOW + timedelta(minutes=one) for one in (first, last))
        fetch = partial(store.events.list, since=since, until=until)
        found = [event.id for event in await pages(fetch, 2)]
        assert found == [event.id for event in reversed(made[first:last])]
        part = await store.events.list(Page(9), endpoint.id, "received", since=since, until=until)
        assert [event.id for event in part.items] == [
            event.id for event in reversed(made[first:last]) if event.endpoint_id == endpoint.id
        ]
    assert len((await store.events.list(Page(9), since=NOW)).items) == 6
    assert (await store.events.list(Page(9), until=NOW)).items == ()
