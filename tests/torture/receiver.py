"""Teams on a bad day: channels that misbehave as the seed says, and remember which cards they took."""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from aiohttp import web

from tests.torture.plan import Plan

BAD: Final = 0.15
"""How often a channel misbehaves."""

PATIENT: Final = 4
"""A card that is posted for the fifth time is answered well: everything ends."""

_TITLE: Final = re.compile(rb"e\d\dn\d{4}p\d")
_GUID: Final = "11111111-2222-3333-4444-555555555555"
_IN_WORDS: Final = (
    "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 "
    "with ContextId tcid=0,server=none,cv=none"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a channel does with one post. `takes`: the card is in the channel, whatever the answer says."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    takes: bool = False
    hangs_up: bool = False
    after: float = 0.0


@dataclass
class Receiver:
    """The channels of a plan on the loopback interface.

    `taken` are the titles that each channel took, in order, and `cards` the channel and titles of each card that was,
    several in a digest. `overlapping` are the channels that were posted to while an earlier post had its connection and
    waited for its answer. While not `answers`, every post waits for its answer.
    """

    plan: Plan
    port: int = 0
    healthy: bool = False
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    taken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    cards: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    overlapping: list[str] = field(default_factory=list)
    posted_at: dict[str, float] = field(default_factory=dict)
    _times: Counter[tuple[str, str]] = field(default_factory=Counter)
    _open: dict[str, web.Request] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many cards were taken, repetitions included."""
        return sum(map(len, self.taken.values()))

    def waiting(self) -> frozenset[str]:
        """The channels with a post whose sender still waits for the answer."""
        return frozenset(
            channel
            for channel, request in self._open.items()
            if request.transport and not request.transport.is_closing()
        )

    def url(self, channel: str) -> str:
        """The channel's address."""
        if self.plan.channels[channel] == "connector":
            path = f"webhookb2/{_GUID}@{_GUID}/IncomingWebhook/{channel}/{_GUID}"
        else:
            path = f"workflows/{channel}/triggers/manual/paths/invoke?sig=a-signature-of-the-tests"
        return f"http://127.0.0.1:{self.port}/{path}"

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One post."""
        parts = request.path.split("/")
        channel = parts[2] if parts[1] == "workflows" else parts[4]
        self.posted_at[channel] = monotonic()
        if channel in self.waiting():
            self.overlapping.append(channel)
        self._open[channel] = request
        try:
            return await self._answered(channel, request)
        finally:
            if self._open.get(channel) is request:
                del self._open[channel]

    async def _answered(self, channel: str, request: web.Request) -> web.StreamResponse:
        titles = titles_of(await request.read())
        number = self._times[channel, titles[0]]
        self._times[channel, titles[0]] += 1
        answer = self.answer(channel, titles, number)
        if answer.takes:
            self.taken[channel] += titles
            self.cards.add((channel, frozenset(titles)))
        if answer.after:
            await asyncio.sleep(answer.after)
        await self.answers.wait()
        if answer.hangs_up and request.transport:
            request.transport.abort()
        return web.Response(status=answer.status, text=answer.body, headers=answer.headers)

    def answer(self, channel: str, titles: tuple[str, ...], number: int) -> Answer:
        """What comes of a card's post of that number: by the seed alone, in whatever order they arrive."""
        dice = self.plan.chance("receiver", channel, titles[0], number)
        connector = self.plan.channels[channel] == "connector"
        good = Answer(200, "1", takes=True) if connector else Answer(202, takes=True)
        if any((channel, title) in self.plan.rejected for title in titles):
            in_words = connector and dice.random() < 0.5
            good = Answer(200, "Summary or Text is required.") if in_words else Answer(400, "No.")
        if self.healthy or number >= PATIENT or dice.random() >= BAD:
            return good
        takes = good.takes and dice.random() < 0.5
        return dice.choice((
            Answer(200, _IN_WORDS) if connector else Answer(429, "Too many."),
            Answer(503, "Not now."),
            Answer(429, "Too many.", {"Retry-After": "1" if dice.random() < 0.2 else "0"}),
            Answer(dice.choice((502, 504)), "No answer from behind.", takes=takes),
            Answer(500, hangs_up=True, takes=takes, after=dice.choice((0, 0.02))),
            Answer(413, "Too large.") if number == 0 else Answer(503, "Not now."),
            Answer(good.status, good.body, takes=good.takes, after=dice.uniform(0.01, 0.2)),
        ))  # fmt: skip


def titles_of(posted: bytes) -> tuple[str, ...]:
    """The calls' titles that a posted card shows, each once, in their order: one, or those of a digest."""
    found = tuple(dict.fromkeys(one.decode() for one in _TITLE.findall(posted)))
    assert found, f"A card without a title: {posted[:500]!r}"
    return found


@asynccontextmanager
async def receiving(plan: Plan) -> AsyncIterator[Receiver]:
    """The plan's channels, while the block lasts."""
    receiver = Receiver(plan)
    receiver.answers.set()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        receiver.answers.set()
        await runner.cleanup()
