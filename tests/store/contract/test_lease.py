"""One worker at a time, and what an earlier one still writes is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from bridge.models import Alert, Endpoint, Event, Subscription
from bridge.store.port import Store
from bridge.store.records import LeaseLost, Settlement
from tests.store.conftest import Database, working
from tests.store.making import NOW, Shift, a_delivery, a_routing, an_attempt, recorded

SOON = 8.0
"""Seconds in which something must have happened."""


async def test_one_works_at_a_time(database: Database) -> None:
    stores = [await database.open() for _ in range(3)]
    began: asyncio.Queue[asyncio.Event] = asyncio.Queue()
    working_now = 0
    generations = []

    async def work(store: Store) -> None:
        nonlocal working_now
        async with store.lease() as lease:
            working_now += 1
            assert working_now == 1
            generations.append(lease.generation)
            end = asyncio.Event()
            began.put_nowait(end)
            await end.wait()
            working_now -= 1

    async with asyncio.TaskGroup() as group:
        for store in stores:
            group.create_task(work(store))
        for _ in stores:
            (await began.get()).set()
    assert sorted(set(generations)) == generations
    assert len(generations) == 3


async def test_who_waits_has_it_as_soon_as_it_is_given_back(database: Database) -> None:
    first, second = await database.open(), await database.open()
    entered = asyncio.Event()

    async def enter() -> None:
        async with second.lease():
            entered.set()

    async with first.lease():
        waiting = asyncio.create_task(enter())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(entered.wait(), 0.6)
    await asyncio.wait_for(waiting, SOON)  # a lease that has to run out takes much longer


async def test_giving_up_waiting_holds_up_nobody(database: Database) -> None:
    first, second = await database.open(), await database.open()

    async def enter() -> int:
        async with second.lease() as lease:
            return lease.generation

    async with first.lease() as held:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(enter(), 0.05)
        await held.renew()
    assert await asyncio.wait_for(enter(), SOON) == held.generation + 1


async def test_a_worker_is_sure_of_a_fresh_lease(store: Store) -> None:
    async with store.lease() as lease:
        assert lease.sure
        await lease.renew()
        assert lease.sure


async def test_a_failing_worker_gives_its_lease_back(store: Store) -> None:
    with pytest.raises(LookupError, match="stumbled"):
        async with store.lease():
            raise LookupError("stumbled")
    async with asyncio.timeout(SOON), store.lease():
        pass


Write: TypeAlias = Callable[[Shift, Event, Subscription], Awaitable[object]]

WRITES: dict[str, Write] = {
    "settle": lambda late, event, hall: late.settle(
        finished=(replace(a_delivery(event, hall), state="delivered"),),
        attempt=an_attempt(),
        channel=replace(hall.channel, failures=9),
        alert=Alert(NOW, hall.channel.id, "gone", "gone"),
    ),
    "close": lambda late, event, hall: late.close(
        replace(hall.channel, state="gone"), a_delivery(event, hall), NOW
    ),
    "route": lambda late, event, hall: late.route(event, a_delivery(event, hall)),
    "failed": lambda late, event, hall: late.failed(event),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_a_worker_that_was_replaced_can_write_nothing(
    database: Database, store: Store, endpoint: Endpoint, hall: Subscription, write: Write
) -> None:
    async with working(store) as late:
        (owed,) = await late.owed(endpoint, hall)
    event = await recorded(store, endpoint)
    async with working(await database.open()) as now:
        with pytest.raises(LeaseLost):
            await write(late, event, hall)
        assert await store.events.get(event.id) == event
        assert await store.deliveries.of_event(event.id) == ()
        assert await store.alerts.first() is None
        assert await store.subscriptions.get(hall.id) == hall
        assert await now.lane(hall.channel.id) == [owed]
        assert await now.unrouted() == [event]


async def test_a_late_write_fails_alone_beside_those_of_the_worker(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    async with working(store) as late:
        first, second = [(await late.owed(endpoint, hall))[0] for _ in range(2)]
    async with working(store) as now:
        results = await asyncio.gather(
            *(
                store.deliveries.settle(
                    Settlement(generation, finished=(replace(one, state="delivered"),))
                )
                for generation, one in (
                    (late.generation, first),
                    (now.generation, second),
                )
            ),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [LeaseLost, type(None)]
        assert await now.lane(hall.channel.id) == [first]


async def test_one_late_routing_takes_its_whole_batch_along(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    """A batch is all or none."""
    async with working(store) as late:
        pass
    events = [await recorded(store, endpoint) for _ in range(2)]
    async with working(store) as now:
        seen = (await store.subscriptions.of_endpoint(endpoint.id)).seen
        routings = [
            a_routing(event, [a_delivery(event, hall)], generation=of.generation, seen=seen)
            for event, of in zip(events, (now, late), strict=True)
        ]
        with pytest.raises(LeaseLost):
            await store.events.routed(routings)
        assert await now.unrouted() == events


async def test_what_was_being_posted_when_a_worker_ended_is_interrupted(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    async with working(store) as first:
        event = await recorded(store, endpoint)
        claimed, waiting, posted, let_go = [a_delivery(event, hall, part) for part in range(4)]
        given = frozenset({claimed.id, posted.id, let_go.id})
        came = await first.route(event, claimed, waiting, posted, let_go, claimed=given)
        assert came.as_planned
        await first.settle(kept=(posted,), attempt=an_attempt("retry"), released=(let_go.id,))
        assert not any(one.interrupted for one in (await first.front(hall.channel.id)).pending)
    async with working(store) as second:
        pending = (await second.front(hall.channel.id)).pending
        assert [(one.delivery.part, one.interrupted) for one in pending] == [
            (0, True), (1, False), (2, False), (3, False)
        ]  # fmt: skip
        # Once that is noted, it is not interrupted any more.
        interrupted = an_attempt("interrupted", status=None, milliseconds=0)
        await second.settle(kept=(claimed,), attempt=interrupted)
        assert not any(one.interrupted for one in (await second.front(hall.channel.id)).pending)
        assert list(await store.deliveries.attempts(claimed.id)) == [interrupted]


async def test_a_settlement_claims_what_is_posted_next(
    store: Store, endpoint: Endpoint, hall: Subscription
) -> None:
    async with working(store) as first:
        one, two, three = [(await first.owed(endpoint, hall))[0] for _ in range(3)]
        await first.settle(
            finished=(replace(one, state="delivered"),), attempt=an_attempt(), claimed=(two.id,)
        )
        await first.settle(claimed=(three.id, one.id))
    async with working(store) as second:
        pending = (await second.front(hall.channel.id)).pending
        assert [(it.delivery.id, it.interrupted) for it in pending] == [
            (two.id, True),
            (three.id, True),
        ]
        assert await store.deliveries.replay(one.id)  # what was over was not claimed
        *_, last = (await second.front(hall.channel.id)).pending
        assert (last.delivery.id, last.interrupted) == (one.id, False)


@pytest.mark.parametrize("how", ["delivered", "removed", "closed"])
async def test_an_end_takes_the_claim_away(
    store: Store, endpoint: Endpoint, hall: Subscription, how: str
) -> None:
    async with working(store) as first:
        (one,) = await first.owed(endpoint, hall)
        (other,) = await first.owed(endpoint, hall)
        await first.settle(claimed=(one.id,))
        if how == "delivered":
            await first.end(one)
        elif how == "removed":
            await store.subscriptions.remove(hall.id, NOW)
            await store.subscriptions.save(hall)
        else:
            await first.close(replace(hall.channel, state="gone", reason="gone"), other, NOW)
            await store.subscriptions.set_state(hall.id, "active", None)
    async with working(store) as second:
        assert await store.deliveries.replay(one.id)
        saved = await store.subscriptions.get(hall.id)
        assert saved is not None
        pending = (await second.front(saved.channel.id)).pending
        assert [it.interrupted for it in pending if it.delivery.id == one.id] == [False]
