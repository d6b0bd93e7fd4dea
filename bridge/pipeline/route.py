"""Makes deliveries of an event: parse it, match the endpoint's subscriptions, and say why for each."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import structlog

from bridge.errors import BridgeError, Invalid, ParseError, StoreUnavailable
from bridge.models import Decision, Delivery, Endpoint, Event, ParsedEvent, Subscription, new_id
from bridge.pipeline.faults import place, printable, sentence
from bridge.pipeline.filters import check_filters, describe, match_type, matches
from bridge.registry import Registry
from bridge.source import Source
from bridge.store.port import Store

LARGE_BODY: Final = 256 * 1024
"""From this size on, an event is parsed beside the event loop."""

log = structlog.get_logger()


class Unroutable(BridgeError):
    """An event that cannot be routed; the message is the event's reason."""


class Router:
    """Routes one event at a time."""

    def __init__(self, registry: Registry, store: Store) -> None:
        self._registry = registry
        self._store = store

    async def route(self, event: Event) -> None:
        """Keep the event's deliveries, or why there can be none. Raises `StoreUnavailable`."""
        try:
            await self._route(event)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  # one event that cannot be routed must not hold up those behind it
            reason = str(error) if isinstance(error, Unroutable) else f"Not routed: {place(error)}"
            await self._store.events.failed(event.id, printable(reason))
            log.warning("event failed", event_id=event.id, endpoint=event.endpoint_id)

    async def _route(self, event: Event) -> None:
        endpoint = await self._store.endpoints.get(event.endpoint_id)
        source, parts = await parsed(self._registry, event, endpoint)
        subscriptions = await self._store.subscriptions.of_endpoint(event.endpoint_id)
        decisions, deliveries = decide(event, parts, subscriptions, datetime.now(UTC))
        await self._store.events.routed(event.id, parts, decisions, deliveries)
        log.info(
            "event routed",
            event_id=event.id,
            endpoint=event.endpoint_id,
            source=source.name,
            parts=len(parts),
            deliveries=len(deliveries),
        )


async def parsed(
    registry: Registry, event: Event, endpoint: Endpoint | None
) -> tuple[Source, tuple[ParsedEvent, ...]]:
    """The event's source, and its parts. Raises `Unroutable` whatever the plugin does."""
    if endpoint is None:
        raise Unroutable("The endpoint was removed.")
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
    return parts


def decide(
    event: Event, parts: Sequence[ParsedEvent], subscriptions: Sequence[Subscription], now: datetime
) -> tuple[tuple[Decision, ...], tuple[Delivery, ...]]:
    """For each part and subscription whether it matched and why, and the deliveries that follow, in order. Pure."""
    decisions: list[Decision] = []
    deliveries: list[Delivery] = []
    for number, part in enumerate(parts):
        for subscription in subscriptions:
            matched, reason = wants(subscription, part)
            decisions.append(Decision(subscription.id, number, matched, reason))
            if matched:
                deliveries.append(_delivery(event, number, subscription, now))
    return tuple(decisions), tuple(deliveries)


def wants(subscription: Subscription, part: ParsedEvent) -> tuple[bool, str]:
    """Whether a subscription wants a part of an event, and why."""
    pattern = next((one for one in subscription.events if match_type(one, part.type)), None)
    if pattern is None:
        return False, f"{part.type} is not among its event types ({', '.join(subscription.events)})"
    try:
        wanted = check_filters(subscription.filters)
        matched, reason = matches(wanted, part.attributes)
    except Invalid as error:
        return False, f"its filters are not valid: {error}"
    except Exception as error:  # noqa: BLE001  # attributes come from a plugin
        return False, f"its filters cannot be applied: {place(error)}"
    if not matched:
        return False, reason
    filtered = f", and {describe(wanted)}" if subscription.filters else ""
    return True, f"{part.type} is wanted ({pattern}){filtered}"


def _delivery(event: Event, part: int, subscription: Subscription, now: datetime) -> Delivery:
    held = subscription.state != "active"
    return Delivery(
        id=new_id("dl"),
        event_id=event.id,
        part=part,
        subscription_id=subscription.id,
        channel_id=subscription.channel.id,
        created_at=now,
        state="dropped" if held else "pending",
        reason=f"The subscription was {subscription.state} when the event came." if held else None,
        finished_at=now if held else None,
    )
