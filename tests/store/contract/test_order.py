"""Whatever happens to subscriptions and deliveries, a lane is what a plain list would be."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.models import Delivery, Subscription
from bridge.store.port import Store
from tests.store.conftest import Engine, engines
from tests.store.making import NOW, a_subscription, an_attempt, an_endpoint, owed

SUBSCRIPTIONS = 3
URLS = ("https://teams.example/1", "https://teams.example/2")

NUMBER = st.integers(0, SUBSCRIPTIONS - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.sets(NUMBER, min_size=1)),
        st.tuples(st.just("pause"), NUMBER),
        st.tuples(st.just("resume"), NUMBER),
        st.tuples(st.just("move"), st.tuples(NUMBER, st.integers(0, 1))),
        st.tuples(st.just("remove"), NUMBER),
        st.tuples(st.just("deliver"), st.integers(0, 1)),
        st.tuples(st.just("close"), st.integers(0, 1)),
        st.tuples(st.just("replay"), st.integers(0, 20)),
    ),
    max_size=25,
)


@dataclass
class Model:
    """What should be: subscriptions by number, and everything pending in one list, in order."""

    saved: dict[int, Subscription] = field(default_factory=dict)
    active: dict[int, bool] = field(default_factory=dict)
    place: dict[int, int] = field(default_factory=dict)
    pending: list[tuple[str, int]] = field(default_factory=list)
    ended: list[tuple[str, int]] = field(default_factory=list)

    def lane(self, place: int) -> list[str]:
        return [
            one
            for one, number in self.pending
            if number in self.saved and self.active[number] and self.place[number] == place
        ]

    def release(self, number: int) -> None:
        if not self.active[number]:
            held = [one for one in self.pending if one[1] == number]
            self.pending = [one for one in self.pending if one[1] != number] + held
        self.active[number] = True


class Run:
    """Does each step to the store and to the model."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.model = Model()
        self.endpoint = an_endpoint()
        self.names = [a_subscription(self.endpoint).id for _ in range(SUBSCRIPTIONS)]

    async def save(self, number: int, place: int) -> None:
        wanted = a_subscription(self.endpoint, URLS[place], id=self.names[number])
        model = self.model
        model.saved[number] = await self.store.subscriptions.save(wanted)
        model.place[number] = place
        model.active.setdefault(number, True)
        model.release(number)

    async def arrive(self, numbers: set[int]) -> None:
        wanted = [number for number in sorted(numbers) if number in self.model.saved]
        made = await owed(self.store, self.endpoint, *(self.model.saved[one] for one in wanted))
        self.model.pending += [(one.id, number) for one, number in zip(made, wanted, strict=True)]

    async def pause(self, number: int) -> None:
        if await self.store.subscriptions.set_state(self.names[number], "paused", None):
            self.model.active[number] = False

    async def resume(self, number: int) -> None:
        if await self.store.subscriptions.set_state(self.names[number], "active", None):
            self.model.release(number)

    async def move(self, where: tuple[int, int]) -> None:
        await self.save(*where)

    async def remove(self, number: int) -> None:
        there = await self.store.subscriptions.remove(self.names[number], NOW)
        assert there is (number in self.model.saved)
        self.model.saved.pop(number, None)
        self.model.active.pop(number, None)
        self.end(number)

    def end(self, number: int) -> None:
        self.model.ended += [one for one in self.model.pending if one[1] == number]
        self.model.pending = [one for one in self.model.pending if one[1] != number]

    async def deliver(self, place: int) -> None:
        delivery = await self.head(place)
        if delivery is not None:
            await self.store.deliveries.finish(replace(delivery, state="delivered"), an_attempt())
            first = next(one for one in self.model.pending if one[0] == delivery.id)
            self.model.pending.remove(first)
            self.model.ended.append(first)

    async def close(self, place: int) -> None:
        delivery = await self.head(place)
        if delivery is None:
            return
        there = [one for one in self.model.saved if self.model.place[one] == place]
        gone = replace(self.model.saved[there[0]].channel, state="gone", reason="gone")
        await self.store.deliveries.close_channel(gone, delivery, an_attempt("gone"), NOW)
        for number in there:
            self.model.active[number] = False
            self.end(number)

    async def replay(self, which: int) -> None:
        if which < len(self.model.ended):
            delivery, number = self.model.ended[which]
            assert await self.store.deliveries.replay(delivery)
            if number in self.model.saved:
                self.model.pending.append(self.model.ended.pop(which))

    async def head(self, place: int) -> Delivery | None:
        there = [one for one in self.model.saved if self.model.place[one] == place]
        if not there:
            return None
        return await self.store.deliveries.head(self.model.saved[there[0]].channel.id)

    async def compare(self) -> None:
        firsts = {}
        for place in range(len(URLS)):
            lane = self.model.lane(place)
            head = await self.head(place)
            assert (head.id if head else None) == (lane[0] if lane else None)
            if head is not None:
                firsts[head.channel_id] = lane[0]
        order = [one for one, _ in self.model.pending]
        due = [channel.id for channel in await self.store.deliveries.due(NOW, 9, ())]
        assert due == sorted(firsts, key=lambda channel: order.index(firsts[channel]))


@engines
@settings(deadline=None, max_examples=25)
@given(steps=STEPS)
def test_a_lane_is_what_a_plain_list_would_be(engine: Engine, steps: list[tuple[str, Any]]) -> None:
    async def scenario() -> None:
        async with engine() as database:
            run = Run(await database.open())
            await run.store.endpoints.add(run.endpoint)
            for number in range(SUBSCRIPTIONS):
                await run.save(number, number % len(URLS))
            for verb, argument in steps:
                await getattr(run, verb)(argument)
                await run.compare()

    asyncio.run(scenario())
