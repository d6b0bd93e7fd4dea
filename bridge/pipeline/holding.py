"""Holds back what opens something, for subscriptions that want to see what is added to it; and what comes after it. Pure.

A subscription's filters are asked of what it holds when its hold has ended. What comes about the same object meanwhile
waits behind it, so that no channel reads of a thing's end before its beginning.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bridge.models import Event, ParsedEvent
from bridge.pipeline.directory import Audience
from bridge.pipeline.faults import printable
from bridge.pipeline.holds import Holds, left
from bridge.pipeline.listener import Listener
from bridge.pipeline.matching import Facts, texts
from bridge.pipeline.owing import Owing, new_delivery
from bridge.pipeline.things import object_of, time_of
from bridge.source import Source
from bridge.store.order import Held, Ordering, Release

REMARK: Final = 200
"""Characters of what a card says was added, at most."""

ELSEWHERE: Final = "Its subscription does not listen to this endpoint any more."

Decision: TypeAlias = tuple[str, int, bool, str]
"""Subscription, part, whether it wanted that, and why."""


def opened(
    event: Event,
    parts: Sequence[ParsedEvent],
    audience: Audience,
    opening: Collection[str],
    now: datetime,
) -> tuple[Held, ...]:
    """What is held of an event because it opens something."""
    return tuple(
        _held(event, number, part, listener, now)
        for number, part in enumerate(parts)
        if part.type in opening and object_of(part)
        for listener in audience.listeners
        if listener.subscription.hold
        and listener.subscription.live
        and listener.of_type(part.type)[0]
    )


def without(
    decisions: Iterable[Decision], owed: Iterable[Owing], held: Iterable[Held], audience: Audience
) -> tuple[list[Decision], tuple[Owing, ...]]:
    """An event's decisions and deliveries but for what is held of it: that is decided later."""
    waiting = {(one.delivery.subscription_id, one.delivery.part): one for one in held}
    listeners = {one.subscription.id: one for one in audience.listeners}

    def decided(decision: Decision) -> Decision:
        held = waiting.get(decision[:2])
        if held is None:
            return decision
        listener = listeners[decision[0]]
        wanted = listener.of_type(held.type)[1]
        return (
            *decision[:2],
            True,
            f"{wanted}: asked after a hold of {listener.subscription.hold} s",
        )

    return [decided(one) for one in decisions], tuple(
        one for one in owed if (one.delivery.subscription_id, one.delivery.part) not in waiting
    )


def hold_back(
    holds: Holds,
    parts: Sequence[ParsedEvent],
    owed: Sequence[Owing],
    held: Sequence[Held],
    *,
    endpoint_id: str,
    passing: Collection[str],
    now: datetime,
    clock: float,
) -> tuple[tuple[Owing, ...], Ordering | None]:
    """Hold what is to be held of an event, and tell what is held already; what is owed at once, and what is to be kept."""
    at_once: list[Owing] = []
    waiting: list[Held] = []
    told: list[Held] = []
    for number, part in enumerate(parts):
        told += holds.tell(endpoint_id, part, passing)
        of_part = [one for one in held if one.delivery.part == number]
        for owing in owed:
            if owing.delivery.part == number:
                behind = _behind(owing, part, endpoint_id, holds)
                if behind is None:
                    at_once.append(owing)
                else:
                    of_part.append(behind)
        for one in of_part:
            holds.add(one, clock + left(one, now))
        waiting += of_part
    kept = Ordering(held=tuple(waiting), told=tuple(told)) if waiting or told else None
    return tuple(at_once), kept


def ended(held: Held, listener: Listener | None, source: Source | None, now: datetime) -> Release:
    """What becomes of what was held, now that its hold has ended. Without `listener` there is nobody who wants it."""
    if listener is None:
        return given_up(held, ELSEWHERE, now)
    wanted, reason = listener.judge(held.type, Facts(held.known)) if held.asks else (True, "")
    if not wanted:
        said = f"Not wanted when its hold ended: {reason}."
        dropped = replace(held.delivery, state="dropped", reason=said, finished_at=now)
        return Release(dropped, held.endpoint_id, (False, reason))
    delivery = replace(
        held.delivery,
        channel_id=listener.subscription.channel.id,
        reason=None,
        owed_at=now,
        remark=_remark(held, source) if source else None,
    )
    return Release(delivery, held.endpoint_id, (True, reason) if held.asks else None)


def given_up(held: Held, reason: str, now: datetime) -> Release:
    """What was held ends, and nobody was asked."""
    dropped = replace(held.delivery, state="dropped", reason=printable(reason), finished_at=now)
    return Release(dropped, held.endpoint_id, (False, printable(reason)) if held.asks else None)


def _held(event: Event, number: int, part: ParsedEvent, listener: Listener, now: datetime) -> Held:
    subscription = listener.subscription
    until = now + timedelta(seconds=subscription.hold)
    reason = f"Held until {until:%H:%M:%S} UTC: its filters are asked then, with what is added until then."
    return Held(
        delivery=replace(new_delivery(event, number, subscription, now, now), reason=reason),
        endpoint_id=event.endpoint_id,
        object=object_of(part) or "",
        until=until,
        type=part.type,
        attributes=part.attributes,
        at=time_of(part),
    )


def _behind(owing: Owing, part: ParsedEvent, endpoint_id: str, holds: Holds) -> Held | None:
    """A delivery that has to wait behind what is held of the same object."""
    thing, delivery = object_of(part), owing.delivery
    if thing is None or delivery.state != "pending":
        return None
    until = holds.until(endpoint_id, thing, delivery.subscription_id)
    if until is None:
        return None
    reason = printable(f"Held until {until:%H:%M:%S} UTC, behind what opened {thing}.")
    return Held(
        delivery=replace(delivery, reason=reason),
        endpoint_id=endpoint_id,
        object=thing,
        until=until,
        type=part.type,
        attributes=part.attributes,
        at=time_of(part),
        asks=False,
    )


def _remark(held: Held, source: Source) -> str | None:
    """What was added to a thing while it was held, as its card says it."""
    said = "; ".join(_news(held, source))
    if not said:
        return None
    said = printable(f"Since then: {said}")
    return said if len(said) <= REMARK else f"{said[: REMARK - 1]}…"


def _news(held: Held, source: Source) -> Iterator[str]:
    for attribute in source.attributes:
        values = texts(held.late.get(attribute.name))
        if values and values != texts(held.attributes.get(attribute.name)):
            yield f"{attribute.label}: {', '.join(values)}"
