"""Processes are killed while webhooks arrive and channels misbehave: nothing is lost, swapped, or repeated unexplained.

`TORTURE_SEED` draws another plan; the same seed plans the same webhooks, answers and moments of kills. `TORTURE_TIMES`
multiplies the webhooks and the kills, for a night of it.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from tests.pipeline.running import SECRET
from tests.torture.account import set_up, story
from tests.torture.killer import Killer
from tests.torture.plan import draw
from tests.torture.processes import Process, processes, until
from tests.torture.receiver import receiving
from tests.torture.sender import Sender
from tests.torture.verdict import judge, repeats

SEED: Final = os.environ.get("TORTURE_SEED", "2026")
TIMES: Final = int(os.environ.get("TORTURE_TIMES", "1"))

pytestmark = [pytest.mark.xdist_group("torture"), pytest.mark.timeout(300 * TIMES)]


@asynccontextmanager
async def torture(
    folder: Path, webhooks: int, count: int = 1, pause: float = 0.0
) -> AsyncIterator[tuple[tuple[Process, ...], Killer]]:
    """So many processes that get the webhooks of the seed's plan, to be tortured meanwhile; then they are judged."""
    print(f"TORTURE_SEED={SEED}")  # noqa: T201  # what to run again if it fails
    plan = draw(SEED, webhooks=webhooks)
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        receiving(plan) as receiver,
        processes(folder, session, {}, count=count) as bridges,
    ):
        hooks = await set_up(plan, receiver, bridges[0], SECRET)
        sender = Sender(plan, session, [one.url for one in bridges], hooks, pause)
        killer = Killer(plan, sender, receiver)
        async with asyncio.TaskGroup() as group:
            group.create_task(sender.run())
            yield bridges, killer
        receiver.healthy = True
        await until(bridges[0].idle, every=0.2)
        told = await story(plan, sender, receiver, bridges[0])
    again = repeats(told)
    outcomes = Counter(
        attempt.outcome
        for one in told.deliveries
        if (one.channel, one.card) in again
        for attempt in one.attempts
        if attempt.explains
    )
    states = Counter(one.state for one in told.deliveries)
    print(  # noqa: T201  # what happened, for whoever reads it
        f"{plan.count} webhooks, {len(told.acknowledged)} acknowledged, {len(told.committed)} kept; "
        f"{killer.kills} kills, {killer.taken_over} lanes taken over within {killer.longest:.1f} s; deliveries {dict(states)}; "
        f"{receiver.count} cards arrived, {sum(again.values())} of them repeats, explained by {dict(outcomes)}"
    )
    faults = (*judge(told), *sender.faults, *receiver.overlapping)
    assert not faults, f"TORTURE_SEED={SEED}: {len(faults)} faults, such as " + "; ".join(
        faults[:9]
    )
    for one in bridges:
        assert not [line for line in one.log.read_text().splitlines() if "stumbled" in line]
        assert "Traceback" not in one.log.read_text()


async def test_one_process_is_killed_and_started_again(tmp_path: Path) -> None:
    async with torture(tmp_path, 2000 * TIMES) as ((process,), killer):
        await killer.restart(process, 6 * TIMES)


async def test_of_two_processes_one_is_killed_and_the_other_takes_over(tmp_path: Path) -> None:
    async with torture(tmp_path, 1500 * TIMES, count=2, pause=0.08) as ((one, other), killer):
        await killer.alternate(one, other, 3 * TIMES)
        assert killer.taken_over > 0
