"""Where cards are merged and processes killed, every event is in some card: in order within its group, and on record so."""

from pathlib import Path

import aiohttp
import pytest

from tests.pipeline.running import SECRET
from tests.torture.account import set_up, story
from tests.torture.plan import Plan, draw
from tests.torture.processes import Process, processes, until
from tests.torture.receiver import Receiver, receiving
from tests.torture.sender import Sender
from tests.torture.test_torture import SEED
from tests.torture.verdict import judge_merged, repeats

HALF = 50
"""Webhooks of each endpoint that come at once."""

pytestmark = [pytest.mark.xdist_group("stops"), pytest.mark.timeout(300)]


async def test_merged_into_digests_no_event_is_lost(tmp_path: Path) -> None:
    print(f"TORTURE_SEED={SEED}")  # noqa: T201  # what to run again if it fails
    plan = draw(f"{SEED}/digests", webhooks=2 * 6 * HALF, endpoints=6, channels=8)
    async with (
        aiohttp.ClientSession() as session,
        receiving(plan) as receiver,
        processes(tmp_path, session, {"BRIDGE_DIGEST_AFTER": "5"}) as (bridge,),
    ):
        hooks = await set_up(plan, receiver, bridge, SECRET)
        sender = Sender(plan, session, [bridge.url], hooks)
        for _ in range(2):
            receiver.answers.clear()
            await sender.run(HALF)
            await _killed_in_flight(plan, receiver, bridge)  # single cards
            await _killed_in_flight(plan, receiver, bridge)  # digests of what is behind them
            receiver.answers.set()
            await until(bridge.idle, every=0.1)
        told = await story(plan, sender, receiver, bridge)
    groups = {
        call.title: call.type
        for webhooks in plan.webhooks.values()
        for one in webhooks
        for call in one.calls
    }
    digests = [cards for _, cards in receiver.cards if len(cards) > 1]
    print(  # noqa: T201  # what happened, for whoever reads it
        f"{plan.count} webhooks, {len(told.deliveries)} deliveries, {len(receiver.cards)} different cards arrived, "
        f"{len(digests)} of them digests with up to {max(map(len, digests))}; {sum(repeats(told).values())} repeats"
    )
    faults = (*judge_merged(told, groups), *sender.faults, *receiver.overlapping)
    assert not faults, f"TORTURE_SEED={SEED}: {len(faults)} faults, such as " + "; ".join(
        faults[:9]
    )
    assert len(digests) > len(plan.channels)
    assert "Traceback" not in bridge.log.read_text()


async def _killed_in_flight(plan: Plan, receiver: Receiver, bridge: Process) -> None:
    """The bridge is killed while it waits for every channel's answer, and started again."""
    wanted = {one.channel for one in plan.subscriptions}
    await until(lambda: receiver.waiting() == wanted)
    await bridge.kill()
    await bridge.start()
    await bridge.ready()
