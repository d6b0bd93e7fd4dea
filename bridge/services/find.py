"""Finding the event that somebody asks about: by what its card said, its type, its time, or one subscription's view of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bridge.models import AttributeValue, Endpoint, Event, EventState, Subscription
from bridge.pipeline.filters import match_type
from bridge.services.making import MadePart
from bridge.services.standing import unasked
from bridge.services.trace import Tracer, TraceStep

LOOKED_AT: Final = 500
"""Events that one part of a list looks at for what is asked; what comes after is the next part's."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which events are meant: everything given must hold. Times are about when they were received.

    `type` is a pattern over event types; every word of `text` must be in what the event is about: its card's title, its
    attributes, addresses and types; or `text` is its id or the sender's. `subscription` is that of the endpoint's whose
    view is told. Without `titles`, no card is made for those that are found: a long list costs little then.
    """

    endpoint: str | None = None
    state: EventState | None = None
    type: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    subscription: str | None = None
    titles: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """An event, the parts that it is read as today, and what the subscription that was asked for made of it.

    `unasked` says why there are no `steps` for that.
    """

    event: Event
    parts: tuple[MadePart, ...]
    steps: tuple[TraceStep, ...] = ()
    unasked: str | None = None


class Finder:
    """One search through events: each is read and its cards are made only once."""

    def __init__(
        self,
        tracer: Tracer,
        endpoints: Mapping[str, Endpoint | None],
        query: Query,
        now: datetime,
    ) -> None:
        self._tracer = tracer
        self._endpoints = endpoints
        self._type = query.type
        self._text = (query.text or "").strip()
        self._words = words(self._text)
        self._titles = query.titles
        self._now = now
        self._known: dict[str, tuple[Event, tuple[MadePart, ...]]] = {}

    async def fits(self, event: Event) -> bool:
        """Whether an event, without its body, is one of those that are asked for."""
        if self._type and not any(match_type(self._type, one) for one in event.types):
            return False
        if has(self._words, about(event)) or self._text in {event.id, event.delivery_id}:
            return True
        _, parts = await self._whole(event)
        said = [text for part in parts for text in (part.title, part.object, part.url)]
        return has(self._words, about(event, said))

    async def found(self, event: Event, subscription: Subscription | None) -> Found:
        """An event as a list shows it."""
        if subscription is None and not self._titles:
            return Found(event, ())
        whole, parts = await self._whole(event)
        if subscription is None:
            return Found(event, parts)
        steps = await self._tracer.steps(whole, subscription, self._now)
        return Found(event, parts, steps, None if steps else unasked(whole, subscription))

    async def _whole(self, event: Event) -> tuple[Event, tuple[MadePart, ...]]:
        known = self._known.get(event.id)
        if known is None:
            endpoint = self._endpoints.get(event.endpoint_id)
            whole, parts = await self._tracer.parts(event.id, endpoint)
            known = self._known[event.id] = replace(whole or event, body=b""), parts
        return known


def words(text: str) -> tuple[re.Pattern[str], ...]:
    """What to look for. A number is found only whole: 12 is not in 2012, nor in a commit's a12b."""
    return tuple(map(_word, text.split()))


def _word(word: str) -> re.Pattern[str]:
    beside = r"\w" if word.isdigit() else r"\d"
    before = f"(?<!{beside})" if word[0].isdigit() else ""
    after = f"(?!{beside})" if word[-1].isdigit() else ""
    return re.compile(f"{before}{re.escape(word)}{after}", re.IGNORECASE)


def about(event: Event, said: Sequence[str | None] = ()) -> str:
    """The text that is looked through: what is kept of an event, and what else is `said` of it."""
    values = [_text(value) for part in event.attributes for value in part.values()]
    return "\n".join(filter(None, (*event.types, *values, *said)))


def has(wanted: Sequence[re.Pattern[str]], text: str) -> bool:
    """Whether all words are in a text."""
    return all(word.search(text) for word in wanted)


def _text(value: AttributeValue) -> str:
    if isinstance(value, tuple | list):
        return " ".join(map(str, value))
    return "" if value is None or isinstance(value, bool) else str(value)
