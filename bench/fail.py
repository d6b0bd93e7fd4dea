"""(d) The receiver fails for a while, then recovers: what arrives of five cards, and in which order."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from bench.bridge import serving
from bench.errors import DidNotStart, NotInstalled
from bench.load import ask
from bench.payload import github_one
from bench.peers import FAILING
from bench.peers.peer import Started
from bench.plan import Plan
from bench.receiver import Mood, Receiver, receiving
from bench.report import Section, Table


@dataclass(frozen=True, slots=True)
class Failure:
    """What the receiver does for a while. `killed`: besides, who posts to it is killed and started again."""

    name: str
    mood: Mood
    killed: bool = False

    def __str__(self) -> str:
        text = f"receiver {self.mood.value}"
        return f"{text}; the process killed meanwhile" if self.killed else text


Start: TypeAlias = Callable[[Path, Receiver], AbstractAsyncContextManager[Started]]

CARDS: Final = 5
SPACING: Final = 0.2
"""Seconds from one webhook to the next."""
SENDER_WAITS: Final = 10.0
"""Seconds after which a sender gives up, as GitHub does; it does not send again."""
KILLED_AFTER: Final = 1.0
"""Seconds from the last webhook to the kill."""
FAILURES: Final = (
    Failure("throttled", Mood.THROTTLED),
    Failure("unavailable", Mood.UNAVAILABLE),
    Failure("down", Mood.DOWN),
    Failure("killed", Mood.DOWN, killed=True),
)
BRIDGE: Final = "bridge"


class Entrant:
    """Someone who is running, and the receiver it posts to."""

    def __init__(self, name: str, start: Start, folder: Path, receiver: Receiver) -> None:
        self.name, self.receiver = name, receiver
        self._start, self._folder = start, folder
        self._stack = AsyncExitStack()
        self._started: Started | None = None

    @property
    def started(self) -> Started:
        """It, running."""
        assert self._started is not None  # noqa: S101  # it is used only between begin and end
        return self._started

    async def begin(self) -> None:
        """Start it, on what it kept before."""
        self._started = await self._stack.enter_async_context(
            self._start(self._folder, self.receiver)
        )

    async def end(self) -> None:
        """Stop it."""
        await self._stack.aclose()

    async def kill(self) -> None:
        """As a crash would, `kill -9`; then start it again."""
        self.started.process.kill()
        await self.end()
        await self.begin()


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
            plan.say(f"{failure} for {plan.outage:.0f} s")
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
                ("who", *map(str, FAILURES)),
                [(name, *map(str, every)) for name, every in fates.items()],
            )
        ],
        f"The receiver fails for {plan.outage:.0f} s, in which {CARDS} webhooks are sent {SPACING} s apart, and then "
        f"recovers; {plan.recovery:.0f} s later the cards are counted (sooner if all are there). "
        f"A sender waits {SENDER_WAITS:.0f} s for its answer and does not send again."
        + (
            f" The bridge ran with BRIDGE_RETRY_SCHEDULE={plan.retries}, and its defaults for everything else."
            if plan.retries
            else ""
        ),
    )


async def _enter(stack: AsyncExitStack, plan: Plan, absent: list[str]) -> list[Entrant]:
    starts: list[tuple[str, Start]] = [(BRIDGE, _bridge_with(plan.retries))]
    starts += [(peer.name, peer.start) for peer in FAILING]
    entrants = []
    for name, start in starts:
        plan.say(f"starting {name}")
        receiver = await stack.enter_async_context(receiving(keep=True))
        entrant = Entrant(name, start, plan.folder / "d" / re.sub(r"\W", "", name), receiver)
        try:
            await entrant.begin()
        except (NotInstalled, DidNotStart) as error:
            absent.append(f"{name}: {error}")
        else:
            stack.push_async_callback(entrant.end)
            entrants.append(entrant)
    return entrants


async def _suffer(entrant: Entrant, failure: Failure, plan: Plan) -> Fate:
    receiver, port = entrant.receiver, entrant.started.process.port
    words = [f"{failure.name.title()}Card{number}End" for number in range(CARDS)]
    await receiver.be(failure.mood)
    recovery = asyncio.create_task(_recover(receiver, plan.outage))
    answers = []
    for word in words:
        request = entrant.started.one(word)
        answers.append(asyncio.create_task(ask(port, request, SENDER_WAITS)))
        await asyncio.sleep(SPACING)
    if failure.killed:
        await asyncio.sleep(KILLED_AFTER)
        await entrant.kill()
    told = Counter(await asyncio.gather(*answers))
    await recovery
    until = time.monotonic() + plan.recovery
    while len(set(_arrived(receiver, words))) < CARDS and time.monotonic() < until:  # noqa: ASYNC110  # the receiver has no event for each card
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


def _bridge_with(retries: str | None) -> Start:
    """With its own limits and its own pace: what is shown is how it comes out of the box."""
    settings = {"BRIDGE_RETRY_SCHEDULE": retries} if retries else {}

    @asynccontextmanager
    async def start(folder: Path, receiver: Receiver) -> AsyncIterator[Started]:
        async with serving(folder, settings) as bridge:
            door = await bridge.known("bench")
            if door is None:
                endpoint, door = await bridge.endpoint("bench")
                await bridge.subscribe(endpoint, receiver.connector("channel"))
            yield Started(bridge.process, iter(()), partial(github_one, door))

    return start
