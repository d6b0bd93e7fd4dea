"""Says what an event becomes: parse it, ask the endpoint's subscriptions, and say why for each."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import orjson

from bridge.errors import BridgeError, ParseError
from bridge.models import Endpoint, Event, ParsedEvent
from bridge.pipeline.directory import Audience, Directory
from bridge.pipeline.faults import place, sentence
from bridge.pipeline.holding import Decision, opened, without
from bridge.pipeline.matching import Facts
from bridge.pipeline.owing import Owing, new_delivery
from bridge.registry import Registry
from bridge.source import Source
from bridge.store.order import Held, Ordering

LARGE_BODY: Final = 256 * 1024
"""From this size on, an event is parsed beside the event loop."""


class Unroutable(BridgeError):
    """An event that cannot be routed; the message is the event's reason."""


@dataclass(frozen=True, slots=True)
class Route:
    """What an event becomes. `types`, `attributes` and `decisions` are JSON, as the store keeps them.

    `fresh`: it was not routed before. `held` is what opens something and is to be held; `ordering` what is to be kept of
    that, and of what comes late.
    """

    event: Event
    source: Source
    endpoint: Endpoint
    parts: tuple[ParsedEvent, ...]
    types: str
    attributes: str
    decisions: str
    owed: tuple[Owing, ...]
    audience: Audience
    fresh: bool
    held: tuple[Held, ...] = ()
    ordering: Ordering | None = None


@dataclass(frozen=True, slots=True)
class Router:
    """Routes one event at a time."""

    registry: Registry
    directory: Directory

    async def route(self, event: Event, *, fresh: bool) -> Route:
        """What it becomes. `fresh`: it was not routed before. Raises `Unroutable`, `StoreUnavailable`."""
        endpoint = await self.directory.endpoint(event.endpoint_id)
        source, parts = await parsed(self.registry, event, endpoint)
        if endpoint is None:
            raise Unroutable("The endpoint was removed.")
        audience = await self.directory.audience(event.endpoint_id)
        now = datetime.now(UTC)
        try:
            decisions, owed = decide(
                event, parts, audience, now, event.received_at if fresh else now
            )
            held: tuple[Held, ...] = ()
            if fresh and audience.holding:
                held = opened(event, parts, audience, source.opening, now)
                decisions, owed = without(decisions, owed, held, audience)
            return Route(
                event=event,
                source=source,
                endpoint=endpoint,
                parts=parts,
                types=_json([part.type for part in parts]),
                attributes=_json([part.attributes for part in parts]),
                decisions=_json(decisions),
                owed=owed,
                audience=audience,
                fresh=fresh,
                held=held,
            )
        except (TypeError, ValueError) as error:  # what a plugin gave cannot be kept
            raise Unroutable(f"Not routed: {place(error)}") from None


async def parsed(
    registry: Registry, event: Event, endpoint: Endpoint | None
) -> tuple[Source, tuple[ParsedEvent, ...]]:
    """The event's source, and its parts. Raises `Unroutable` whatever the plugin does."""
    if endpoint is None:
        raise Unroutable("The endpoint was removed.")
    if event.removed:
        raise Unroutable("The event's body is no longer kept.")
    source = registry.sources.get(event.source)
    if source is None:
        raise Unroutable(f"The plugin of the source {event.source!r} is not installed.")
    if len(event.body) >= LARGE_BODY:
        return source, await asyncio.to_thread(_parse, source, event, endpoint)
    return source, _parse(source, event, endpoint)


def _parse(source: Source, event: Event, endpoint: Endpoint) -> tuple[ParsedEvent, ...]:
    try:
        parts = tuple(source.parse(event.request(), endpoint))
    except ParseError as error:
        raise Unroutable(f"{source.label}: {error}") from None
    except Exception as error:  # noqa: BLE001  # a plugin may raise anything, and the event is kept
        raise Unroutable(f"{source.label} could not read it: {sentence(error)}") from None
    for part in parts:
        if not isinstance(part, ParsedEvent):
            raise Unroutable(f"{source.label} gave a {type(part).__name__} instead of an event.")
        if part.at is not None and part.at.tzinfo is None:
            raise Unroutable(f"{source.label} gave a time without its zone.")
    return parts


def decide(
    event: Event,
    parts: Sequence[ParsedEvent],
    audience: Audience,
    now: datetime,
    owed_at: datetime,
) -> tuple[list[Decision], tuple[Owing, ...]]:
    """For each part and subscription whether it matched and why, and the deliveries that follow, in order. Pure."""
    decisions: list[Decision] = []
    owed: list[Owing] = []
    for number, part in enumerate(parts):
        facts = Facts(part.attributes)
        for listener in audience.listeners:
            matched, reason = listener.judge(part.type, facts)
            subscription = listener.subscription
            decisions.append((subscription.id, number, matched, reason))
            if matched:
                delivery = new_delivery(event, number, subscription, now, owed_at)
                owed.append(Owing(delivery, subscription, listener.presentation))
    return decisions, tuple(owed)


def _json(value: object) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be kept")
