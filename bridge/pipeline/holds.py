"""What is held until its filters are asked, and what came meanwhile. Pure: the worker releases it, and time is handed in.

Times are seconds of a clock that is never set, so that nothing is held longer than was planned.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from bridge.models import ParsedEvent
from bridge.pipeline.things import object_of, time_of
from bridge.store.order import Held


class Wait(NamedTuple):
    """A hold that has not ended. Of those that are due at once, the first to come is the first to go."""

    due: float
    number: int
    name: str


class Holds:
    """Everything that is held. It is true where that is something."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[Held, Wait]] = {}
        self._of_object: dict[tuple[str, str], dict[str, None]] = {}
        self._queue: list[Wait] = []
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._held)

    def add(self, held: Held, due: float) -> None:
        """It is held until then; or as long as what it waits behind."""
        if not held.asks:
            ahead = self._ahead(held.endpoint_id, held.object, held.delivery.subscription_id)
            due = max((wait.due for _, wait in ahead), default=due)
        wait = Wait(due, next(self._numbers), held.delivery.id)
        self._held[wait.name] = held, wait
        self._of_object.setdefault((held.endpoint_id, held.object), {})[wait.name] = None
        heappush(self._queue, wait)

    def until(self, endpoint_id: str, thing: str, subscription_id: str) -> datetime | None:
        """How long a further event about the same object has to wait, so that it does not overtake what is held of it."""
        ahead = self._ahead(endpoint_id, thing, subscription_id)
        return max((held.until for held, _ in ahead), default=None)

    def tell(self, endpoint_id: str, part: ParsedEvent, passing: Collection[str]) -> list[Held]:
        """An event brings news of an object: what is held of it and knows more now.

        What is older than the newest that is known is no news. `passing` attributes say what happened, and nothing of the
        object.
        """
        told: list[Held] = []
        for held, wait in tuple(self._of(endpoint_id, object_of(part))):
            now = _told(held, part, passing) if held.asks else held
            if now is not held:
                self._held[wait.name] = now, wait
                told.append(now)
        return told

    def take(self, now: float, most: int) -> list[Held]:
        """The first of what is due, in order: it is held no more."""
        due: list[Held] = []
        while self._queue and self._queue[0].due <= now and len(due) < most:
            held, wait = self._held.pop(heappop(self._queue).name)
            key = (held.endpoint_id, held.object)
            del self._of_object[key][wait.name]
            if not self._of_object[key]:
                del self._of_object[key]
            due.append(held)
        return due

    def next_at(self) -> float | None:
        """When something is due, at the earliest."""
        return self._queue[0].due if self._queue else None

    def _ahead(
        self, endpoint_id: str, thing: str, subscription_id: str
    ) -> Iterator[tuple[Held, Wait]]:
        for held, wait in self._of(endpoint_id, thing):
            if held.asks and held.delivery.subscription_id == subscription_id:
                yield held, wait

    def _of(self, endpoint_id: str, thing: str | None) -> Iterator[tuple[Held, Wait]]:
        for name in self._of_object.get((endpoint_id, thing or ""), ()):
            yield self._held[name]


def left(held: Held, now: datetime) -> float:
    """Seconds that are left of a hold: never more than it had, however the clock was set."""
    whole = held.until - held.delivery.created_at
    return max(0.0, min(held.until - now, whole).total_seconds())


def _told(held: Held, part: ParsedEvent, passing: Collection[str]) -> Held:
    """What is held, with the news. The same, if there are none."""
    at = time_of(part)
    if at is None:
        at = held.at
    elif held.at is not None and at < held.at:
        return held
    known = held.known
    news = {
        name: value
        for name, value in part.attributes.items()
        if name not in passing and known.get(name) != value
    }
    return replace(held, late={**held.late, **news}, at=at) if news or at != held.at else held
