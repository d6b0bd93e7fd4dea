"""A lane with its store, its channel and its clock, all simulated: the worker's part, without waiting for anything.

What is tested is real: `Lane`, `Pace`, `BackOff` and the channel kinds' judgement. The store gives what is pending up to
a limit, a little late; the channel fails at appointed times; the process restarts, or is killed with a card in flight.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Final, Literal, TypeAlias

from pydantic import SecretStr

from bridge.channel import Answer, ChannelKind, Verdict, Window
from bridge.models import Channel, Delivery
from bridge.pipeline.lane import ROOM, Drop, Lane, Load, Owed, Policy, Rest, Send, Step, Wait
from bridge.pipeline.lanes import BackOff, recovered
from bridge.pipeline.pacing import Pace

START: Final = 1_795_435_200.0
SCHEDULE: Final = (5.0, 30.0, 120.0, 300.0, 900.0)
ASKING: Final = 0.005
"""Seconds that the store takes to say what is pending."""

How: TypeAlias = Literal["503", "429", "429 seconds", "429 date", "silent", "lost"]
"""How a channel fails. `silent`: it takes the card, and its answer is not seen; `lost`: it does not take it either."""
Ending: TypeAlias = Literal["delivered", "digest", "rejected", "dropped"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A time in which the channel fails."""

    began: float
    ended: float
    how: How


def owed(
    number: int, at: float = START, *, digest: bool = True, lasts: float | None = None
) -> Owed:
    """A card that is stored at that time."""
    created = datetime.fromtimestamp(at, UTC)
    delivery = Delivery(f"dl_{number}", f"ev_{number}", 0, "sub_1", "ch_1", created)
    return Owed(delivery, digest, None if lasts is None else at + lasts)


@dataclass
class Receiver:
    """The channel as Teams has it: `arrivals` are all posts, `taken` the cards of those that it took."""

    kind: ChannelKind
    troubles: Sequence[Trouble] = ()
    bad: frozenset[str] = frozenset()
    arrivals: list[float] = field(default_factory=list)
    taken: list[tuple[str, ...]] = field(default_factory=list)

    def post(self, at: float, cards: tuple[str, ...]) -> Answer:
        self.arrivals.append(at)
        how = next((one.how for one in self.troubles if one.began <= at < one.ended), None)
        if how is None and self.bad.intersection(cards):
            return Answer(400, "", 1)
        if how in {None, "silent"}:
            self.taken.append(cards)
        if how in {"silent", "lost"}:
            return Answer(None, "no answer within 30 seconds", 30_000)
        return self._answer(how, at)

    def _answer(self, how: How | None, at: float) -> Answer:
        if how is None:
            return Answer(200, "1", 1) if self.kind.name == "connector" else Answer(202, "", 1)
        if how == "503":
            return Answer(503, "", 1)
        now = datetime.fromtimestamp(at, UTC)
        headers = {"date": format_datetime(now, usegmt=True)}
        if how == "429 seconds":
            headers["retry-after"] = "40"
        elif how == "429 date":
            headers["retry-after"] = format_datetime(now + timedelta(seconds=75), usegmt=True)
        if self.kind.name == "connector":
            text = "Webhook message delivery failed with error: HTTP error 429 with ContextId x"
            return Answer(200, text, 1, headers)
        return Answer(429, "", 1, headers)

    def burst(self, windows: Sequence[Window]) -> list[tuple[Window, float]]:
        """Where more arrived within a window than it permits, to the microsecond."""
        at = self.arrivals
        return [
            (window, later)
            for window in windows
            for earlier, later in zip(at, at[window.count :], strict=False)
            if later - earlier < window.seconds
        ]


@dataclass
class Simulation:
    """One channel. `traffic` are the cards, with the times at which they are stored.

    `late`: seconds after which the lane hears of what was stored, less than any flight. `limit`: how many the store gives at once. `fits`: how
    many cards fit into one digest. `restarts`: when the process begins anew.
    """

    kind: ChannelKind
    traffic: Sequence[tuple[float, Owed]]
    policy: Policy
    windows: Sequence[Window]
    troubles: Sequence[Trouble] = ()
    restarts: Sequence[float] = ()
    bad: frozenset[str] = frozenset()
    late: float = 0.0
    limit: int = ROOM
    fits: int = 1000
    flights: Sequence[float] = (0.02, 0.2, 1.5)
    seed: int = 1

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311  # chance, not a secret
        self.receiver = Receiver(self.kind, self.troubles, self.bad)
        self.back_off = BackOff(SCHEDULE, timedelta(days=3), self.random.random)
        self.now = START
        self.pending: list[Owed] = []
        self.endings: dict[str, Ending] = {}
        self.ended: dict[str, float] = {}
        self.unseen: Counter[str] = Counter()
        self.digests: list[tuple[Owed, ...]] = []
        self.most_pending = 0
        self._history: list[float] = []
        self._stored = self._told = 0
        self._times = [at for at, _ in self.traffic]
        self._heard = [at + self.late for at in self._times]
        self._restarts = sorted(self.restarts)
        channel = Channel("ch_1", self.kind.name, SecretStr("https://example.com"))
        self._lane = Lane(channel, Pace(self.windows), self.policy)

    def run(self, until: float = float("inf")) -> "Simulation":
        """Until that time, or until all is done."""
        loads, news = 0, (0, 0)
        while self.now < until:
            self._restart_if_due()
            self._pass_to(self.now)
            if news != (news := (self._told, len(self._restarts))):
                loads = 0
            step = self._lane.next(self.now)
            assert self._lane.next(self.now) == step, "to look changes something"
            loads = loads + 1 if isinstance(step, Load) else 0
            assert loads <= 2, "the store is asked again and again"
            if isinstance(step, Rest) and not self._coming():
                break
            self._do(step)
        return self

    def _do(self, step: Step) -> None:
        match step:
            case Send(cards):
                self._send(cards)
            case Drop(cards):
                assert all(
                    one.expires_at is not None and one.expires_at <= self.now for one in cards
                )
                self._end(cards, "dropped")
                self._lane.drop(cards)
            case Load():
                given = self.pending[: self.limit]
                complete = len(self.pending) <= self.limit
                self._pass_to(self.now + ASKING)
                self._lane.load(given, complete=complete)
            case Wait(at):
                assert at > self.now
                self._pass_to(min([at, *self._coming()]))
            case Rest():
                self._pass_to(min(self._coming()))

    def _coming(self) -> list[float]:
        """The times of what happens next without the lane's doing."""
        heard = self._heard[self._told : self._told + 1]
        return [max(at, self.now) for at in (*heard, *self._restarts[:1])]

    def _pass_to(self, now: float) -> None:
        """Let time pass: what comes in meanwhile is stored, and the lane is told."""
        self.now = now
        stored = bisect_right(self._times, now)
        self.pending.extend(one for _, one in self.traffic[self._stored : stored])
        self._stored = max(stored, self._stored)
        told = bisect_right(self._heard, now)
        for _, one in self.traffic[self._told : told]:
            self._lane.add(one)
        self._told = max(told, self._told)
        self.most_pending = max(self.most_pending, len(self.pending))

    def _send(self, cards: tuple[Owed, ...]) -> None:
        assert not any(one.expired(self.now) for one in cards)
        cards = cards[: max(self.fits, 2)]
        names = tuple(one.delivery.id for one in cards)
        assert list(names) == [one.delivery.id for one in self.pending[: len(cards)]]
        self._lane.start(cards)
        began = self.now
        answered = began + self.random.choice(self.flights)
        arrived = began + (answered - began) * self.random.random()
        killed = self._restarts[0] if self._restarts else answered + 1
        if arrived < killed <= answered:
            self.unseen.update(names)
        answer = self.receiver.post(arrived, names) if arrived < killed else None
        if answer is None or killed <= answered:
            self._restart(in_flight=True)
            return
        self._pass_to(answered)
        self._history.append(answered)
        outcome = self.kind.judge(answer)
        channel = recovered(self._lane.channel)
        again: tuple[Owed, ...] = ()
        if outcome.verdict is Verdict.DELIVERED:
            self._end(cards, "digest" if len(cards) > 1 else "delivered")
        elif outcome.verdict is Verdict.REJECTED and len(cards) == 1:
            self._end(cards, "rejected")
        elif outcome.verdict is Verdict.REJECTED:
            again = tuple(replace(one, digest=False) for one in cards)
            self.pending[: len(again)] = again
        else:
            if answer.status is None:
                self.unseen.update(names)
            at = datetime.fromtimestamp(self.now, UTC)
            channel = self.back_off.failed(self._lane.channel, outcome, at, at)
            again = cards
        self._lane.settle(channel, answered, again)

    def _end(self, cards: Sequence[Owed], ending: Ending) -> None:
        names = {one.delivery.id for one in cards}
        assert names.isdisjoint(self.endings), "a card ended twice"
        self.endings.update(dict.fromkeys(names, ending))
        self.ended.update(dict.fromkeys(names, self.now))
        first = slice(0, 2 * ROOM)
        self.pending[first] = [one for one in self.pending[first] if one.delivery.id not in names]
        if ending == "digest":
            self.digests.append(tuple(cards))

    def _restart_if_due(self) -> None:
        if self._restarts and self._restarts[0] <= self.now:
            self._restart(in_flight=False)

    def _restart(self, *, in_flight: bool) -> None:
        """Begin anew from what the store knows. A card in flight may have arrived: it counts from now."""
        self.now = max(self._restarts.pop(0), self.now)
        answered = [*self._history, *([self.now] if in_flight else [])]
        self._lane = Lane(self._lane.channel, Pace(self.windows, answered), self.policy)
        self._history = answered[-2000:]
        self._told = bisect_right(self._times, self.now)
        self._pass_to(self.now)


def check(done: Simulation) -> None:
    """What holds of every lane, whatever happened."""
    sent = [one.delivery.id for _, one in done.traffic]
    place = {name: index for index, name in enumerate(sent)}
    taken = [name for cards in done.receiver.taken for name in cards]
    firsts = list(dict.fromkeys(taken))
    assert done.receiver.burst(done.windows) == []
    assert [place[name] for name in firsts] == sorted(place[name] for name in firsts), "reordered"
    assert sorted(done.endings) == sorted(sent), "not everything ended"
    delivered = {name for name, how in done.endings.items() if how in {"delivered", "digest"}}
    assert delivered <= set(taken), "lost"
    repeated = Counter(taken) - Counter(delivered)
    assert repeated <= done.unseen, "repeated though its answer was seen"
    assert {name for name, how in done.endings.items() if how == "rejected"} <= done.bad
    assert not any(one.digest is False for cards in done.digests for one in cards)
    assert all(2 <= len(cards) <= done.policy.most for cards in done.digests)
    assert done.policy.digest_after or not done.digests
    assert done.now <= _bound(done), "starved"


def _bound(done: Simulation) -> float:
    """A time by which all must have ended: after the last trouble one wait, and then as fast as the windows permit."""
    began = max(
        [
            *(at for at, _ in done.traffic),
            *(one.ended for one in done.troubles),
            *done.restarts,
            START,
        ]
    )
    posts = len(done.traffic) + 1
    paced = sum(window.seconds * (posts / window.count + 2) for window in done.windows)
    return began + max(SCHEDULE) + paced + posts * 2 * max(done.flights)
