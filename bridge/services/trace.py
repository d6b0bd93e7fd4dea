"""The trace of an event: what was received, who proved it, what it was read as, and what each subscription made of it.

What was decided and sent is told from the record; what the cards are is found out by making them anew.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from bridge.cards.presentation import Presentation, read
from bridge.models import Attempt, Decision, Delivery, Endpoint, Event, Subscription
from bridge.registry import Registry
from bridge.services.making import MadeCard, MadePart, Maker, Reading, reading
from bridge.services.standing import notes, standing, unasked
from bridge.store.port import Store

TRIES: Final = 20
"""The last tries at a delivery that a trace has; the delivery counts them all."""

Cards: TypeAlias = dict[tuple[str, int], MadeCard]
"""By subscription and part."""

MaySee: TypeAlias = Callable[[Subscription | None], bool]
"""Whether the one who asks may see a subscription, or (None) one that was removed."""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """What one part of an event meant to one subscription. `subscription` is None once it was removed.

    `delivery` is the last one owed for it, if it matched; `attempts` are the last tries at that, oldest first; `digest` is
    how many cards the digest had that it went into. `standing` says in a sentence what became of it, `card` what it is.
    """

    decision: Decision
    type: str | None
    subscription: Subscription | None
    delivery: Delivery | None
    standing: str | None = None
    attempts: Sequence[Attempt] = ()
    digest: int | None = None
    card: MadeCard | None = None


@dataclass(frozen=True, slots=True)
class Unasked:
    """A subscription of the endpoint that the event was not held against, and why."""

    subscription: Subscription
    reason: str


@dataclass(frozen=True, slots=True)
class EventTrace:
    """An event and everything that came of it.

    `parts` are what it is read as today. `notes` say what there is to know or do beyond the steps. `deliveries` include
    those from before a replay; `digests` has how many cards each digest had that one of them was tried in.
    """

    event: Event
    endpoint: Endpoint
    parts: tuple[MadePart, ...]
    steps: tuple[TraceStep, ...]
    unasked: tuple[Unasked, ...]
    notes: tuple[str, ...]
    deliveries: tuple[Delivery, ...]
    digests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tracer:
    """Puts traces together."""

    registry: Registry
    store: Store
    maker: Maker

    async def trace(
        self, event: Event, endpoint: Endpoint, now: datetime, may_see: MaySee
    ) -> EventTrace:
        """What came of an event, as far as the one who asks may see it."""
        record = await self._record(event, may_see)
        today = await reading(self.registry, event, endpoint)
        parts, cards = await asyncio.to_thread(self._made, today, record)
        return EventTrace(
            event=event,
            endpoint=endpoint,
            parts=parts,
            steps=tuple(_steps(event, record, cards, now)),
            unasked=tuple(_unasked(event, record)),
            notes=tuple(notes(event, today, anybody=record.anybody)),
            deliveries=record.deliveries,
            digests=record.digests,
        )

    async def parts(
        self, event_id: str, endpoint: Endpoint | None
    ) -> tuple[Event | None, tuple[MadePart, ...]]:
        """An event with its body, if it is still there, and what it is read as today."""
        event = await self.store.events.get(event_id)
        if event is None or endpoint is None:
            return event, ()
        today = await reading(self.registry, event, endpoint)
        return event, await asyncio.to_thread(self.maker.parts, today)

    async def steps(
        self, event: Event, subscription: Subscription, now: datetime
    ) -> tuple[TraceStep, ...]:
        """What each part of an event meant to one subscription, without the tries and the cards."""
        owed = await self.store.deliveries.of_event(event.id)
        record = _Record(
            subscriptions={subscription.id: subscription},
            decisions=[one for one in event.decisions if one.subscription_id == subscription.id],
            deliveries=tuple(one for one in owed if one.subscription_id == subscription.id),
        )
        return tuple(_steps(event, record, {}, now))

    async def _record(self, event: Event, may_see: MaySee) -> "_Record":
        there = (await self.store.subscriptions.of_endpoint(event.endpoint_id)).subscriptions
        deliveries = await self.store.deliveries.of_event(event.id)
        asked: dict[str, Subscription | None] = {one.id: one for one in there}
        names = {one.subscription_id for one in event.decisions}
        for name in names | {one.subscription_id for one in deliveries}:
            if name not in asked:
                asked[name] = await self.store.subscriptions.get(name)
        seen = {name: one for name, one in asked.items() if may_see(one)}
        attempts = await self.store.deliveries.attempts_of_event(event.id, TRIES)
        digests = await self.store.deliveries.digests_of_event(event.id)
        owed = tuple(one for one in deliveries if one.subscription_id in seen)
        tried = {attempt.digest for one in owed for attempt in attempts.get(one.id, ())}
        return _Record(
            subscriptions=seen,
            decisions=tuple(one for one in event.decisions if one.subscription_id in seen),
            deliveries=owed,
            attempts=attempts,
            digests={name: count for name, count in digests.items() if name in tried},
            anybody=bool(there),
        )

    def _made(self, today: Reading, record: "_Record") -> tuple[tuple[MadePart, ...], Cards]:
        """Each part, and the cards of what matched: each made once, however many want it so."""
        made: dict[tuple[int, str, Presentation], MadeCard] = {}
        cards: Cards = {}
        for one in record.decisions:
            subscription = record.subscriptions[one.subscription_id]
            kind = self.registry.channels.get(subscription.channel.kind) if subscription else None
            if not one.matched or subscription is None or kind is None:
                continue
            wanted = read(subscription.presentation)
            key = (one.part, kind.name, wanted)
            if key not in made:
                made[key] = self.maker.card(today, one.part, wanted, kind)
            cards[one.subscription_id, one.part] = made[key]
        return self.maker.parts(today), cards


@dataclass(frozen=True, slots=True)
class _Record:
    """What is kept of an event that the one who asks may see."""

    subscriptions: Mapping[str, Subscription | None]
    decisions: Sequence[Decision]
    deliveries: tuple[Delivery, ...]
    attempts: Mapping[str, Sequence[Attempt]] = field(default_factory=dict)
    digests: Mapping[str, int] = field(default_factory=dict)
    anybody: bool = True


def _steps(event: Event, record: _Record, cards: Cards, now: datetime) -> Iterator[TraceStep]:
    latest = {(owed.subscription_id, owed.part): owed for owed in record.deliveries}
    for decision in record.decisions:
        place = decision.subscription_id, decision.part
        subscription, owed = record.subscriptions[decision.subscription_id], latest.get(place)
        digest = record.digests.get(owed.digest) if owed and owed.digest else None
        yield TraceStep(
            decision=decision,
            type=event.types[decision.part] if decision.part < len(event.types) else None,
            subscription=subscription,
            delivery=owed,
            standing=standing(owed, subscription, digest, now) if owed else None,
            attempts=record.attempts.get(owed.id, ()) if owed else (),
            digest=digest,
            card=cards.get(place),
        )


def _unasked(event: Event, record: _Record) -> Iterator[Unasked]:
    asked = {decision.subscription_id for decision in record.decisions}
    for name, subscription in record.subscriptions.items():
        if name not in asked and subscription is not None:
            yield Unasked(subscription, unasked(event, subscription))
