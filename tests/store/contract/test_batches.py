"""Many writes at once, of whatever kind: all of them are kept as each alone would be."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import NotFound
from bridge.models import Endpoint, Subscription
from bridge.store.port import Store
from bridge.store.records import Routed
from tests.store.conftest import Engine, engines, working
from tests.store.making import (
    HALF,
    Shift,
    a_delivery,
    a_routing,
    a_subscription,
    an_attempt,
    an_endpoint,
    an_event,
    recorded,
)


async def test_every_kind_of_write_may_come_at_once(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
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
