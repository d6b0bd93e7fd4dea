"""What a subscription would have got: the last events of its endpoint, held against what it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bridge.errors import NotFound
from bridge.models import Event, Page
from bridge.pipeline.listener import Wish
from bridge.pipeline.matching import Facts
from bridge.registry import Registry
from bridge.services.access import Principal
from bridge.services.sentence import sentence
from bridge.services.validation import Problems, check_events, check_where
from bridge.store.port import Store

LOOKED_AT: Final = 100
"""The last events of the endpoint that are tried."""


@dataclass(frozen=True, slots=True)
class TriedPart:
    """One part of an event: whether it would have become a card, and why or why not."""

    type: str
    matched: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """An event, without its body; it matched if one of its parts did. `reason` is that part's, else the first one's."""

    event: Event
    matched: bool
    reason: str
    parts: tuple[TriedPart, ...] = ()


@dataclass(frozen=True, slots=True)
class DryRun:
    """What was tried, newest first, and what is asked for in one sentence."""

    endpoint_id: str
    sentence: str
    tried: tuple[Tried, ...]

    @property
    def matched(self) -> int:
        """How many events would have become a card, or several."""
        return sum(one.matched for one in self.tried)


class DryRunService:
    """Tries what a subscription asks for. It reads what was kept when the events were routed, and parses nothing anew."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._registry = registry

    async def run(
        self,
        who: Principal,
        endpoint_id: str,
        events: tuple[str, ...],
        filters: Mapping[str, Any],
    ) -> DryRun:
        """Which of an endpoint's last events these event types and filters want. Raises `Invalid`, `NotFound`."""
        endpoint = await self._store.endpoints.get(endpoint_id)
        if endpoint is None or not who.may_use_endpoint(endpoint):
            raise NotFound(f"There is no endpoint {endpoint_id}.")
        source = self._registry.sources.get(endpoint.source)
        problems = Problems()
        wanted = check_events(problems, events, source) if source else events
        check_where(problems, filters, source)
        problems.settle()
        wish = Wish(wanted, filters)
        last = await self._store.events.list(Page(LOOKED_AT), endpoint_id)
        tried = tuple(_tried(event, wish) for event in last.items)
        return DryRun(endpoint_id, sentence(source, wanted, filters), tried)

    async def of_subscription(
        self,
        who: Principal,
        subscription_id: str,
        events: tuple[str, ...] | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> DryRun:
        """The same for a subscription, with other event types or filters where they are given."""
        found = await self._store.subscriptions.get(subscription_id)
        if found is None or not who.may_change(found):
            raise NotFound(f"There is no subscription {subscription_id}.")
        return await self.run(
            who,
            found.endpoint_id,
            found.events if events is None else events,
            found.filters if filters is None else filters,
        )


def _tried(event: Event, wish: Wish) -> Tried:
    if event.state == "received":
        return Tried(event, False, "it is still to be read")
    if event.state == "failed":
        return Tried(event, False, f"it could not be read: {event.reason or 'no reason is kept'}")
    parts = tuple(
        TriedPart(kind, *wish.judge(kind, Facts(attributes)))
        for kind, attributes in zip(event.types, event.attributes, strict=True)
    )
    if not parts:
        return Tried(event, False, "there is nothing in it that becomes a card")
    decisive = next((part for part in parts if part.matched), parts[0])
    return Tried(event, decisive.matched, decisive.reason, parts)
