"""Kills processes at random moments, and starts them again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Final

import pytest

from tests.torture.plan import Plan
from tests.torture.processes import Process, until
from tests.torture.receiver import Receiver
from tests.torture.sender import Sender

TAKEOVER: Final = 15.0
"""Seconds within which another process takes over a dead one's lanes."""

SLACK: Final = 2.0
"""Seconds that a lane may wait for its own reasons: the longest Retry-After of the receiver, and its jitter."""

DIES_AT_START: Final = 0.25
"""How often a process is killed again while it starts."""


@dataclass
class Killer:
    """Kills at moments that are drawn from the plan's seed, by how much was acknowledged and taken.

    `taken_over` counts the lanes that another process took over, `longest` is the longest of these times in seconds.
    """

    plan: Plan
    sender: Sender
    receiver: Receiver
    kills: int = 0
    taken_over: int = 0
    longest: float = 0.0

    async def restart(self, process: Process, times: int) -> None:
        """Kill a process so many times, and start it again each time."""
        dice = self.plan.chance("killer")
        async for _ in self._moments(times):
            await self._kill(process)
            await process.start()
            if dice.random() < DIES_AT_START:
                await asyncio.sleep(dice.uniform(0, 1))
                await self._kill(process)
                await process.start()
            await process.ready()

    async def alternate(self, working: Process, waiting: Process, times: int) -> None:
        """Kill the one that works with cards in flight, see that the other takes over, and start it again."""
        dice = self.plan.chance("killer")
        async for _ in self._moments(times):
            await self._hold(dice.randint(1, 10))
            held = self.receiver.waiting()
            await self._kill(working)
            killed_at = monotonic()
            await asyncio.sleep(0.1)  # the operating system closes a dead process's connections
            orphaned = held - self.receiver.waiting()
            self.receiver.answers.set()
            await self._taken_over(orphaned, killed_at)
            await working.start()
            await working.ready()
            working, waiting = waiting, working

    async def _taken_over(self, channels: frozenset[str], since: float) -> None:
        """Wait until each of these lanes, whose process died then, is posted to again."""

        def left() -> frozenset[str]:
            return frozenset(one for one in channels if self.receiver.posted_at[one] < since)

        try:
            async with asyncio.timeout(TAKEOVER + SLACK):
                await until(lambda: not left())
        except TimeoutError:
            waiting = ", ".join(sorted(left()))
            pytest.fail(f"Nobody took over {waiting} within {TAKEOVER} seconds.")
        self.taken_over += len(channels)
        self.longest = max(self.longest, monotonic() - since)

    async def _moments(self, count: int) -> AsyncIterator[None]:
        """Wait for each of so many moments."""
        dice = self.plan.chance("moments")
        cards = sum(
            1
            for endpoint, webhooks in self.plan.webhooks.items()
            for one in webhooks
            for _ in self.plan.wanted(endpoint, one)
        )
        # Not the last tenth, which may not come: some webhooks are given up, and some cards rejected.
        for moment in sorted(dice.sample(range((self.plan.count + cards) * 9 // 10), count)):
            await until(partial(self._came, moment))
            await asyncio.sleep(dice.uniform(0, 0.05))
            yield

    def _came(self, moment: int) -> bool:
        return len(self.sender.acknowledged) + self.receiver.count >= moment

    async def _hold(self, channels: int) -> None:
        """Let posts wait for their answers, until so many do."""
        self.receiver.answers.clear()
        try:
            async with asyncio.timeout(1):
                await until(lambda: len(self.receiver.waiting()) >= channels)
        except TimeoutError:
            return  # there is less to do at the moment

    async def _kill(self, process: Process) -> None:
        await process.kill()
        self.kills += 1
