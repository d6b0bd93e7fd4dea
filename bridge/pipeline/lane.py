"""What a lane does next. Pure: the worker does it, the store remembers it, and time is handed in.

A lane sends its cards in order, one request in flight. Where more wait than should go one by one, the first of them go
together as one digest; only a run from the front is ever merged, so that the order stays.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Final, TypeAlias

from bridge.cards.presentation import PLAIN, Presentation
from bridge.models import Channel, Delivery
from bridge.pipeline.pacing import Pace

ROOM: Final = 128
"""Cards of one lane that are held in memory; what is behind them stays in the store until there is room."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that waits in its lane, with what its subscription says of it today.

    `digest`: it may be merged with its neighbours. `expires_at`, in seconds since 1970: from then on it is dropped.
    `presentation`: how its card looks. `acting`: its buttons may do something.
    """

    delivery: Delivery
    digest: bool = True
    expires_at: float | None = None
    presentation: Presentation = PLAIN
    acting: bool = True

    def expired(self, now: float) -> bool:
        """Whether nobody wants it any more."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Send:
    """Post these: one is a card of its own, more are one digest, in this order."""

    owed: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """Finish these as dropped: they expired."""

    owed: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be done before that time, because of back-off or pacing."""

    until: float


@dataclass(frozen=True, slots=True)
class Load:
    """Ask the store for the first cards of the lane: it has more than is here."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do: empty, closed, or something is in flight."""


Step: TypeAlias = Send | Drop | Wait | Load | Rest


@dataclass(frozen=True, slots=True)
class Policy:
    """When cards are merged.

    `digest_after`: so many that wait are; 0 is never. `most`: cards in one digest. `quota_span`: a window of at least so
    many seconds is a quota that merging saves. `even_span`: one of at least so many is spread evenly when little is left.
    """

    digest_after: int
    most: int = 100
    quota_span: float = 300.0
    even_span: float = 3600.0


@dataclass(slots=True)
class Lane:
    """One channel's queue. `waiting` is the first part of it; `complete`: nothing is pending behind that.

    `flying` is what was sent and not yet settled. `next` decides and changes nothing; the other methods say what happened.
    """

    channel: Channel
    pace: Pace
    policy: Policy
    waiting: deque[Owed] = field(default_factory=deque)
    complete: bool = False
    flying: tuple[Owed, ...] = ()
    _promising: bool = True
    """Whether the store may give other than it last did."""
    _newest: str | None = None
    """The last delivery that was added since the store last answered."""

    def add(self, owed: Owed) -> bool:
        """A delivery was just stored, behind all others. Whether it is kept here; else it is loaded in its time.

        To be told in the order of storing and before anything that was sent since is settled.
        """
        self._newest = owed.delivery.id
        if self.complete and len(self.waiting) < ROOM:
            if owed.delivery.id not in _ids((*self.flying, *self.waiting)):
                self.waiting.append(
                    owed
                )  # else the store gave it already, before who stored it came to say so
            return True
        self.complete = False
        self._promising = True
        return False

    def load(self, owed: Sequence[Owed], *, complete: bool) -> None:
        """What the store says is pending, first to last, at any time. `complete`: it had no more when it was asked."""
        flying = _ids(self.flying)
        self.waiting = deque(one for one in owed if one.delivery.id not in flying)
        # What was stored while the store was being asked may not be among this: then it is asked once more.
        overtaken = complete and self._newest is not None and self._newest not in _ids(owed)
        self.complete = complete and not overtaken
        self._promising = overtaken
        self._newest = None

    def next(self, now: float) -> Step:
        """What to do at this time."""
        if self.flying or self.channel.state != "open":
            return Rest()
        if not self.waiting:
            return Load() if self._may_load else Rest()
        due = self._digest_due(now)
        run = self._run(self.policy.most if due else 1)
        if expired := tuple(takewhile(lambda one: one.expired(now), self.waiting)) or tuple(
            one for one in run if one.expired(now)
        ):
            return Drop(expired)
        if (ready := self._ready_at(now)) > now:
            return Wait(min(ready, self.waiting[0].expires_at or ready))
        if due and self._may_load and len(self.waiting) < self.policy.most:
            return Load()
        return Send(run)

    def free(self, now: float) -> bool:
        """Whether a card that came now would be sent at once."""
        return (
            self.complete
            and not (self.waiting or self.flying)
            and self.channel.state == "open"
            and (self.channel.retry_at is None or self.channel.retry_at.timestamp() <= now)
            and self.pace.next_at(now) <= now
            and not (self.policy.digest_after and self._even_at(now))
        )

    def start(self, owed: Sequence[Owed]) -> None:
        """These fly: all that `next` said to send, or only the first of them. Raises `ValueError` for any others."""
        if not _same(owed, islice(self.waiting, len(owed))):
            raise ValueError("Only what is first in a lane may be sent.")
        self.flying = tuple(self.waiting.popleft() for _ in owed)
        self._promising = True

    def settle(
        self, channel: Channel, answered_at: float | None, again: Sequence[Owed] = ()
    ) -> None:
        """What flew came to an end, and the store knows. `channel` carries the back-off.

        `answered_at`, in seconds since 1970, is None where nothing was posted. `again` goes back to the front, in order.
        """
        self.channel = channel
        if answered_at is not None:
            self.pace.note(answered_at)
        self.waiting.extendleft(reversed(again))
        self.flying = ()
        self._promising = True

    def drop(self, owed: Sequence[Owed]) -> None:
        """These were finished without being sent, and the store knows."""
        dropped = _ids(owed)
        self.waiting = deque(one for one in self.waiting if one.delivery.id not in dropped)
        self._promising = True

    @property
    def _may_load(self) -> bool:
        return self._promising and not self.complete

    def _run(self, most: int) -> tuple[Owed, ...]:
        """The first card, with those behind it that may be merged with it."""
        run = tuple(takewhile(lambda one: one.digest, islice(self.waiting, most)))
        return run or (self.waiting[0],)

    def _digest_due(self, now: float) -> bool:
        """Whether what waits is too much to go one by one."""
        after = self.policy.digest_after
        if not after:
            return False
        if not self.complete or len(self.waiting) >= after:
            return True
        room = self.pace.room(now, self.policy.quota_span)
        return room is not None and (len(self.waiting) > room or self._even_at(now) is not None)

    def _ready_at(self, now: float) -> float:
        """When the back-off and the pace permit a card. A full digest does not wait for more."""
        retry_at = self.channel.retry_at
        ready = max(self.pace.next_at(now), retry_at.timestamp() if retry_at else now)
        full = not self.complete or len(self.waiting) >= self.policy.most
        mergeable = self.policy.digest_after and self.waiting[0].digest
        return max(ready, self._even_at(now) or now) if mergeable and not full else ready

    def _even_at(self, now: float) -> float | None:
        return self.pace.even_at(now, self.policy.even_span)


def _ids(owed: Iterable[Owed]) -> set[str]:
    return {one.delivery.id for one in owed}


def _same(owed: Iterable[Owed], others: Iterable[Owed]) -> bool:
    return [one.delivery.id for one in owed] == [one.delivery.id for one in others]
