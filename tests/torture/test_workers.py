"""`serve --workers 2`: two processes receive at one address, and every channel still gets its cards in order."""

import re
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from tests.pipeline.running import SECRET
from tests.torture.account import set_up, story
from tests.torture.plan import draw
from tests.torture.processes import Process, processes, until
from tests.torture.receiver import receiving
from tests.torture.sender import Sender
from tests.torture.verdict import judge

WORKERS: Final = 2
RECEIVED: Final = re.compile(r'^bridge_webhooks_total\{.*status="202"\} (\d+)', re.MULTILINE)

pytestmark = [pytest.mark.xdist_group("stops"), pytest.mark.timeout(300)]


async def received(bridge: Process) -> int:
    """The webhooks that one of its processes, by chance, has received."""
    async with bridge.session.get(f"{bridge.url}/metrics") as answer:
        found = RECEIVED.search(await answer.text())
    return int(float(found[1])) if found else 0


async def test_what_two_processes_receive_by_turns_comes_in_order(tmp_path: Path) -> None:
    plan = draw("workers", webhooks=900, endpoints=6, channels=12)
    one_by_one = aiohttp.TCPConnector(limit=0, force_close=True)  # a process for each connection
    async with (
        aiohttp.ClientSession(connector=one_by_one) as session,
        receiving(plan) as receiver,
        processes(tmp_path, session, {}, options=("--workers", str(WORKERS))) as (bridge,),
    ):
        hooks = await set_up(plan, receiver, bridge, SECRET)
        sender = Sender(plan, session, [bridge.url], hooks)
        await sender.run()
        await until(bridge.idle, every=0.1)
        counts: set[int] = set()

        async def all_counted() -> bool:
            counts.add(await received(bridge))
            return len(counts) == WORKERS

        await until(all_counted)
        told = await story(plan, sender, receiver, bridge)
        assert await bridge.stop() == 0
    assert judge(told) == ()
    assert sender.faults == []
    assert receiver.overlapping == []
    assert sum(counts) == plan.count
    assert min(counts) > plan.count // 10
    assert "Traceback" not in bridge.log.read_text()
