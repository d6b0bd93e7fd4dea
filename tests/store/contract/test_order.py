"""Whatever happens to subscriptions and deliveries, a lane is what a plain list would be."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.models import Delivery, Subscription
from tests.store.conftest import Engine, engines, working
from tests.store.making import NOW, Shift, a_subscription, an_attempt, an_endpoint

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

    def __init__(self, shift: Shift) -> None:
        self.shift = shift
        self.store = shift.store
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
        made = await self.shift.owed(self.endpoint, *(self.model.saved[one] for one in wanted))
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
        lane = await self.lane(place)
        if lane:
            delivery = lane[0]
            await self.shift.end(delivery, attempt=an_attempt())
            first = next(one for one in self.model.pending if one[0] == delivery.id)
            self.model.pending.remove(first)
            self.model.ended.append(first)

    async def close(self, place: int) -> None:
        lane = await self.lane(place)
        if not lane:
            return
        delivery = lane[0]
        there = [one for one in self.model.saved if self.model.place[one] == place]
        gone = replace(self.model.saved[there[0]].channel, state="gone", reason="gone")
        await self.shift.close(gone, delivery, NOW)
        for number in there:
            if self.model.active[number]:
                self.end(number)
            self.model.active[number] = False

    async def replay(self, which: int) -> None:
        if which < len(self.model.ended):
            delivery, number = self.model.ended[which]
            assert await self.store.deliveries.replay(delivery)
            if number in self.model.saved:
                self.model.pending.append(self.model.ended.pop(which))

    async def channel(self, place: int) -> str | None:
        there = [one for one in self.model.saved if self.model.place[one] == place]
        return self.model.saved[there[0]].channel.id if there else None

    async def lane(self, place: int) -> list[Delivery]:
        channel = await self.channel(place)
        return await self.shift.lane(channel) if channel else []

    async def compare(self) -> None:
        firsts = {}
        for place in range(len(URLS)):
            expected = self.model.lane(place)
            lane = await self.lane(place)
            assert [one.id for one in lane] == expected
            if lane:
                assert {one.channel_id for one in lane} == {await self.channel(place)}
                firsts[lane[0].channel_id] = expected[0]
        order = [one for one, _ in self.model.pending]
        lanes = await self.store.deliveries.lanes()
        assert lanes == sorted(firsts, key=lambda channel: order.index(firsts[channel]))


@engines
@settings(deadline=None, max_examples=25)
@given(steps=STEPS)
def test_a_lane_is_what_a_plain_list_would_be(engine: Engine, steps: list[tuple[str, Any]]) -> None:
    async def scenario() -> None:
        async with engine() as database, working(await database.open()) as shift:
            run = Run(shift)
            await run.store.endpoints.add(run.endpoint)
            for number in range(SUBSCRIPTIONS):
                await run.save(number, number % len(URLS))
            for verb, argument in steps:
                await getattr(run, verb)(argument)
                await run.compare()

    asyncio.run(scenario())
