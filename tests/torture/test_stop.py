"""A bridge that is told to stop, or hangs, loses nothing, and repeats only what it could not know to have arrived."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Final

import aiohttp
import pytest

from tests.pipeline.running import SECRET
from tests.torture.account import set_up, story
from tests.torture.killer import TAKEOVER
from tests.torture.plan import draw
from tests.torture.processes import processes, until
from tests.torture.receiver import receiving
from tests.torture.sender import Sender
from tests.torture.verdict import judge, repeats

DEADLINE: Final = 15.0
"""Seconds within which a bridge that was told to stop has ended, whatever its channels do."""

pytestmark = [pytest.mark.xdist_group("stops"), pytest.mark.timeout(300)]


async def test_told_to_stop_it_ends_what_is_in_flight_and_leaves_the_rest(tmp_path: Path) -> None:
    plan = draw("stop", webhooks=300, endpoints=6, channels=12)
    async with (
        aiohttp.ClientSession() as session,
        receiving(plan) as receiver,
        processes(tmp_path, session, {}) as (bridge,),
    ):
        receiver.healthy = True
        hooks = await set_up(plan, receiver, bridge, SECRET)
        sender = Sender(plan, session, [bridge.url], hooks)
        receiver.answers.clear()
        await sender.run()
        wanted = {one.channel for one in plan.subscriptions}
        await until(lambda: receiver.waiting() == wanted)
        told_at = monotonic()
        stopping = asyncio.create_task(bridge.stop())
        await until(lambda: "Waiting for application shutdown" in bridge.log.read_text())
        await asyncio.sleep(1)  # that it begins something new would show by now
        assert not stopping.done()
        receiver.answers.set()
        assert await stopping == 0
        assert monotonic() - told_at < DEADLINE
        assert receiver.count == len(wanted)
        await bridge.start()
        await bridge.ready()
        await until(bridge.idle, every=0.1)
        told = await story(plan, sender, receiver, bridge)
    assert judge(told) == ()
    assert repeats(told) == {}
    assert sender.faults == []
    assert "Traceback" not in bridge.log.read_text()


async def test_told_to_stop_it_does_not_wait_for_channels_that_never_answer(tmp_path: Path) -> None:
    plan = draw("stop", webhooks=100, endpoints=6, channels=12)
    async with (
        aiohttp.ClientSession() as session,
        receiving(plan) as receiver,
        processes(tmp_path, session, {}) as (bridge,),
    ):
        receiver.healthy = True
        hooks = await set_up(plan, receiver, bridge, SECRET)
        sender = Sender(plan, session, [bridge.url], hooks)
        receiver.answers.clear()
        await sender.run()
        wanted = {one.channel for one in plan.subscriptions}
        await until(lambda: receiver.waiting() == wanted)
        async with asyncio.timeout(DEADLINE):
            assert await bridge.stop() == 0
        assert receiver.count == len(wanted)
        receiver.answers.set()
        await bridge.start()
        await bridge.ready()
        await until(bridge.idle, every=0.1)
        told = await story(plan, sender, receiver, bridge)
    assert judge(told) == ()
    assert repeats(told) == dict.fromkeys(
        ((channel, receiver.taken[channel][0]) for channel in wanted), 1
    )
    assert "Traceback" not in bridge.log.read_text()


async def test_one_that_hangs_is_replaced_and_does_not_get_in_the_way_when_it_goes_on(
    tmp_path: Path,
) -> None:
    plan = draw("hang", webhooks=600, endpoints=6, channels=12)
    async with (
        aiohttp.ClientSession() as session,
        receiving(plan) as receiver,
        processes(tmp_path, session, {}, count=2) as (hung, other),
    ):
        receiver.healthy = True
        hooks = await set_up(plan, receiver, hung, SECRET)
        sender = Sender(plan, session, [hung.url], hooks)
        receiver.answers.clear()
        await sender.run(50)
        wanted = {one.channel for one in plan.subscriptions}
        await until(lambda: receiver.waiting() == wanted)
        in_flight = {(channel, cards[0]) for channel, cards in receiver.taken.items()}

        await until(hung.has_routed)
        await hung.hang()
        hung_at = monotonic()
        await until(lambda: min(receiver.posted_at.values()) > hung_at)
        took_over = monotonic() - hung_at
        receiver.answers.set()
        hung.go_on()
        await until(lambda: "worker replaced" in hung.log.read_text())
        await until(other.idle, every=0.1)
        told = await story(plan, sender, receiver, other)
        assert judge(told) == ()
        assert set(repeats(told)) == in_flight

        await sender.run()  # to the one that hung, for the other to deliver
        assert await other.stop() == 0
        await until(hung.idle, every=0.1)  # it works again
        told = await story(plan, sender, receiver, hung)
        assert await hung.stop() == 0
    assert took_over < TAKEOVER
    assert judge(told) == ()
    assert set(repeats(told)) == in_flight
    assert sender.faults == []
    assert set(receiver.overlapping) == wanted
    assert len(receiver.overlapping) == len(wanted)
    for one in (hung, other):
        assert "Traceback" not in one.log.read_text()
        assert "stumbled" not in one.log.read_text()
