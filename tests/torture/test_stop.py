"""A bridge that is told to stop, or hangs, loses nothing, and repeats only what it could not know to have arrived."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

import aiohttp
import pytest

from tests.pipeline.running import SECRET
from tests.torture.account import set_up, story
from tests.torture.killer import TAKEOVER
from tests.torture.plan import Plan, draw
from tests.torture.processes import Process, processes, until
from tests.torture.receiver import Receiver, receiving
from tests.torture.sender import Sender
from tests.torture.verdict import Story, judge, repeats

DEADLINE: Final = 15.0
"""Seconds within which a bridge that was told to stop has ended, whatever its channels do."""

pytestmark = [pytest.mark.xdist_group("stops"), pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Scene:
    """Bridges of which the first waits for an answer of each channel that is `wanted`, and what they were sent."""

    plan: Plan
    receiver: Receiver
    bridges: tuple[Process, ...]
    sender: Sender
    wanted: frozenset[str]

    async def told(self, bridge: Process) -> Story:
        """What came of it all, as this bridge tells it when it is idle."""
        await until(bridge.idle, every=0.1)
        return await story(self.plan, self.sender, self.receiver, bridge)

    async def again(self, bridge: Process) -> Story:
        """What came of it all, when a bridge that stopped was started again."""
        await bridge.start()
        await bridge.ready()
        return await self.told(bridge)


@asynccontextmanager
async def in_flight(
    folder: Path, plan: Plan, count: int = 1, sent: int | None = None
) -> AsyncIterator[Scene]:
    """So many bridges; `sent`: how many webhooks of each endpoint, None for all."""
    async with (
        aiohttp.ClientSession() as session,
        receiving(plan) as receiver,
        processes(folder, session, {}, count=count) as bridges,
    ):
        receiver.healthy = True
        hooks = await set_up(plan, receiver, bridges[0], SECRET)
        sender = Sender(plan, session, [bridges[0].url], hooks)
        receiver.answers.clear()
        await sender.run(sent)
        wanted = frozenset(one.channel for one in plan.subscriptions)
        await until(lambda: receiver.waiting() == wanted)
        yield Scene(plan, receiver, bridges, sender, wanted)


async def test_told_to_stop_it_ends_what_is_in_flight_and_leaves_the_rest(tmp_path: Path) -> None:
    plan = draw("stop", webhooks=300, endpoints=6, channels=12)
    async with in_flight(tmp_path, plan) as scene:
        (bridge,), receiver = scene.bridges, scene.receiver
        told_at = monotonic()
        stopping = asyncio.create_task(bridge.stop())
        await until(lambda: "Waiting for application shutdown" in bridge.log.read_text())
        await asyncio.sleep(1)  # that it begins something new would show by now
        assert not stopping.done()
        receiver.answers.set()
        assert await stopping == 0
        assert monotonic() - told_at < DEADLINE
        assert receiver.count == len(scene.wanted)
        told = await scene.again(bridge)
    assert judge(told) == ()
    assert repeats(told) == {}
    assert scene.sender.faults == []
    assert "Traceback" not in bridge.log.read_text()


async def test_told_to_stop_it_does_not_wait_for_channels_that_never_answer(tmp_path: Path) -> None:
    plan = draw("stop", webhooks=100, endpoints=6, channels=12)
    async with in_flight(tmp_path, plan) as scene:
        (bridge,), receiver = scene.bridges, scene.receiver
        async with asyncio.timeout(DEADLINE):
            assert await bridge.stop() == 0
        assert receiver.count == len(scene.wanted)
        receiver.answers.set()
        told = await scene.again(bridge)
    assert judge(told) == ()
    assert repeats(told) == dict.fromkeys(
        ((channel, receiver.taken[channel][0]) for channel in scene.wanted), 1
    )
    assert "Traceback" not in bridge.log.read_text()


async def test_one_that_hangs_is_replaced_and_does_not_get_in_the_way_when_it_goes_on(
    tmp_path: Path,
) -> None:
    plan = draw("hang", webhooks=600, endpoints=6, channels=12)
    async with in_flight(tmp_path, plan, count=2, sent=50) as scene:
        (hung, other), receiver = scene.bridges, scene.receiver
        in_air = {(channel, cards[0]) for channel, cards in receiver.taken.items()}

        await until(hung.has_routed)
        await hung.hang()
        hung_at = monotonic()
        await until(lambda: min(receiver.posted_at.values()) > hung_at)
        took_over = monotonic() - hung_at
        receiver.answers.set()
        hung.go_on()
        await until(lambda: "worker replaced" in hung.log.read_text())
        told = await scene.told(other)
        assert judge(told) == ()
        assert set(repeats(told)) == in_air

        await scene.sender.run()  # to the one that hung, for the other to deliver
        assert await other.stop() == 0
        told = await scene.told(hung)  # it works again
        assert await hung.stop() == 0
    assert took_over < TAKEOVER
    assert judge(told) == ()
    assert set(repeats(told)) == in_air
    assert scene.sender.faults == []
    assert set(receiver.overlapping) == scene.wanted
    assert len(receiver.overlapping) == len(scene.wanted)
    for one in (hung, other):
        assert "Traceback" not in one.log.read_text()
        assert "stumbled" not in one.log.read_text()
