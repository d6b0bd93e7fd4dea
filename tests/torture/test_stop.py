"""Told to stop, a bridge ends what is in flight, begins nothing more, and loses and repeats nothing."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Final

import aiohttp
import pytest

from tests.pipeline.running import SECRET
from tests.torture.account import set_up, story
from tests.torture.plan import draw
from tests.torture.processes import processes, until
from tests.torture.receiver import receiving
from tests.torture.sender import Sender
from tests.torture.verdict import judge, repeats

DEADLINE: Final = 15.0
"""Seconds within which a bridge that was told to stop has ended, whatever its channels do."""

pytestmark = [pytest.mark.xdist_group("torture"), pytest.mark.timeout(300)]


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
        await asyncio.sleep(
            1
        )  # that it begins something new would show by now, or right after the answers
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
