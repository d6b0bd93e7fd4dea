"""Rounds: everybody in turn, again and again, so that what the machine does meanwhile hits all alike."""

import asyncio
import math
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.load import Sent, flood
from bench.payload import Door
from bench.plan import Plan
from bench.process import Running
from bench.receiver import Receiver

STALLED: Final = 30.0
"""Seconds without a card after which the rest counts as lost."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """Someone who takes webhooks in. `cards`: whether each becomes one at the receiver."""

    name: str
    process: Running
    requests: Iterator[bytes]
    receiver: Receiver
    cards: bool
    doors: tuple[Door, ...] = ()
    settle: Callable[[], Awaitable[None]] | None = None
    """Waits until it has nothing left to do."""
    unrouted: Callable[[], int] | None = None
    most: float = math.inf
    """How many webhooks it is sent in a turn at most."""


@dataclass(frozen=True, slots=True)
class Round:
    """One contestant's turn. Seconds are from the first send on; processor seconds of the server alone."""

    taken: int
    refused: dict[int, int]
    acknowledged_after: float
    cards: int
    delivered_after: float
    processor_to_acknowledge: float
    processor_to_settle: float
    unrouted: int | None
    generator: float
    """Processor seconds of the sender and the receiver together."""

    @property
    def acknowledged(self) -> float:
        """Webhooks a second that were answered with success."""
        return self.taken / self.acknowledged_after

    @property
    def delivered(self) -> float:
        """Cards a second that reached the receiver."""
        return self.cards / self.delivered_after if self.cards else 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of the same."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Their median and ends."""
        return cls(statistics.median(values), min(values), max(values))


async def turn(contestant: Contestant, connections: int, seconds: float) -> Round:
    """Flood one contestant, and wait until it has done all that follows."""
    process, receiver = contestant.process, contestant.receiver
    cards, processor, generator = receiver.cards, process.processor(), time.process_time()
    sent = await flood(process.port, contestant.requests, connections, seconds, contestant.most)
    acknowledged = process.processor() - processor
    unrouted = contestant.unrouted() if contestant.unrouted else None
    await _finish(contestant, cards + sent.taken)
    arrived = receiver.cards - cards
    return Round(
        taken=sent.taken,
        refused=sent.refused,
        acknowledged_after=sent.ended - sent.started,
        cards=arrived,
        delivered_after=_until_last(receiver, sent) if arrived else 0.0,
        processor_to_acknowledge=acknowledged,
        processor_to_settle=process.processor() - processor,
        unrouted=unrouted,
        generator=time.process_time() - generator,
    )


async def rounds(
    contestants: Sequence[Contestant], plan: Plan, connections: int, turns: int
) -> dict[str, list[Round]]:
    """A warm-up and then so many turns for each, one after the other; by name."""
    found: dict[str, list[Round]] = {contestant.name: [] for contestant in contestants}
    for contestant in contestants:
        plan.say(f"{contestant.name}: pid {contestant.process.pid}")
    for number in range(turns + 1):
        for contestant in contestants:
            length = plan.seconds if number else min(plan.seconds, 1.0)
            started = time.perf_counter()
            done = await turn(contestant, connections, length)
            if number:
                found[contestant.name].append(done)
            plan.say(
                f"{connections} connections, {f'round {number}' if number else 'warm-up'}, {contestant.name}: "
                f"{done.acknowledged:,.0f} acknowledged/s, {done.delivered:,.0f} delivered/s"
                f"{f', refused {done.refused}' if done.refused else ''}"
                f" ({time.perf_counter() - started:.1f} s)"
            )
    return found


async def _finish(contestant: Contestant, cards: int) -> None:
    if contestant.cards:
        await contestant.receiver.until(cards, STALLED)
    if contestant.settle:
        await contestant.settle()
    await asyncio.sleep(0.2)  # for what the processor still does after the last answer


def _until_last(receiver: Receiver, sent: Sent) -> float:
    return receiver.last - sent.started
