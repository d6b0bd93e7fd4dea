"""(d) The receiver fails for a while, then recovers: what arrives of five cards, and in which order."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.bridge import serving
from bench.load import ask
from bench.payload import github_one
from bench.peers import FAILING
from bench.peers.install import NotInstalled
from bench.peers.peer import Started
from bench.plan import Plan
from bench.process import DidNotStart
from bench.receiver import Mood, Receiver, receiving
from bench.report import Section, Table

CARDS: Final = 5
SPACING: Final = 0.2
"""Seconds from one webhook to the next."""
SENDER_WAITS: Final = 10.0
"""Seconds after which a sender gives up, as GitHub does; it does not send again."""
FAILURES: Final = (Mood.THROTTLED, Mood.UNAVAILABLE, Mood.DOWN)
BRIDGE: Final = "bridge"


@dataclass(frozen=True, slots=True)
class Entrant:
    """Someone who is running, and the receiver it posts to."""

    name: str
    started: Started
    receiver: Receiver


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of five cards: which arrived, in order of arrival, and what their senders were told."""

    arrived: tuple[int, ...]
    told: Counter[int]

    @property
    def whole(self) -> bool:
        """All arrived, once each, in order."""
        return self.arrived == tuple(range(CARDS))

    def __str__(self) -> str:
        once = tuple(dict.fromkeys(self.arrived))
        text = f"{len(once)} of {CARDS}"
        if len(once) > 1:
            text += ", in order" if list(once) == sorted(once) else ", out of order"
        if len(self.arrived) > len(once):
            text += f", {len(self.arrived) - len(once)} twice"
        told = ", ".join(f"{status or 'no answer'} ×{count}" for status, count in self.told.items())
        return f"{text} (sender told: {told})"


async def fail(plan: Plan) -> Section:
    """Everybody through each failure at the same time; each has a receiver of its own."""
    absent: list[str] = []
    fates: dict[str, list[Fate]] = {}
    async with AsyncExitStack() as stack:
        entrants = await _enter(stack, plan, absent)
        for failure in FAILURES:
            plan.say(f"the receiver {failure.value} for {plan.outage:.0f} s")
            found = await asyncio.gather(*(_suffer(one, failure, plan) for one in entrants))
            for entrant, fate in zip(entrants, found, strict=True):
                fates.setdefault(entrant.name, []).append(fate)
                plan.say(f"  {entrant.name}: {fate}")
    whole = {name: all(fate.whole for fate in every) for name, every in fates.items()}
    others = [name for name, well in whole.items() if well and name != BRIDGE]
    sentences = [
        f"bridge: goal {CARDS} of {CARDS} in order, each time: "
        + ("reached" if whole[BRIDGE] else "not reached"),
        "nothing lost and in order besides: " + (", ".join(others) or "nobody"),
    ]
    return Section(
        "(d) When the receiver fails",
        sentences + absent,
        [
            Table(
                ("who", *(f"receiver {failure.value}" for failure in FAILURES)),
                [(name, *map(str, every)) for name, every in fates.items()],
            )
        ],
        f"The receiver fails for {plan.outage:.0f} s, in which {CARDS} webhooks are sent {SPACING} s apart, and then "
        f"recovers; {plan.recovery:.0f} s later the cards are counted (sooner if all are there). "
        f"A sender waits {SENDER_WAITS:.0f} s for its answer and does not send again."
        + (f" The bridge ran with {plan.retries}." if plan.retries else ""),
    )


async def _enter(stack: AsyncExitStack, plan: Plan, absent: list[str]) -> list[Entrant]:
    folder = plan.folder / "d"
    entrants = []
    for name, start in (
        (BRIDGE, lambda folder, receiver: _the_bridge(folder, receiver, plan)),
        *((peer.name, peer.start) for peer in FAILING),
    ):
        receiver = await stack.enter_async_context(receiving(keep=True))
        plan.say(f"starting {name}")
        place = folder / re.sub(r"\W", "", name)
        try:
            started = await stack.enter_async_context(start(place, receiver))
        except (NotInstalled, DidNotStart) as error:
            absent.append(f"{name}: {error}")
        else:
            entrants.append(Entrant(name, started, receiver))
    return entrants


async def _suffer(entrant: Entrant, failure: Mood, plan: Plan) -> Fate:
    receiver, port = entrant.receiver, entrant.started.process.port
    words = [f"{failure.name.title()}Card{number}End" for number in range(CARDS)]
    await receiver.be(failure)
    recovery = asyncio.create_task(_recover(receiver, plan.outage))
    answers = []
    for word in words:
        request = entrant.started.one(word)
        answers.append(asyncio.create_task(ask(port, request, SENDER_WAITS)))
        await asyncio.sleep(SPACING)
    told = Counter(await asyncio.gather(*answers))
    await recovery
    until = time.monotonic() + plan.recovery
    while len(set(_arrived(receiver, words))) < CARDS and time.monotonic() < until:
        await asyncio.sleep(0.1)
    return Fate(tuple(_arrived(receiver, words)), told)


async def _recover(receiver: Receiver, outage: float) -> None:
    await asyncio.sleep(outage)
    await receiver.be(Mood.WELL)


def _arrived(receiver: Receiver, words: Sequence[str]) -> list[int]:
    return [
        number
        for card in receiver.kept
        for number, word in enumerate(words)
        if word.encode() in card.body
    ]


@asynccontextmanager
async def _the_bridge(folder: Path, receiver: Receiver, plan: Plan) -> AsyncIterator[Started]:
    """With its own limits and its own pace: what is shown is how it comes out of the box."""
    settings = {"BRIDGE_RETRY_SCHEDULE": plan.retries} if plan.retries else {}
    async with serving(folder, settings) as bridge:
        endpoint, door = await bridge.endpoint("bench")
        await bridge.subscribe(endpoint, receiver.connector("channel"))
        yield Started(bridge.process, iter(()), lambda word: github_one(door, word))
