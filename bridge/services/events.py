"""Events: found, explained and replayed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bridge.errors import Conflict, NotFound
from bridge.models import (
    Decision,
    Delivery,
    Endpoint,
    Event,
    EventState,
    Listing,
    Page,
    Selection,
    Subscription,
)
from bridge.services.access import Principal
from bridge.services.endpoints import now
from bridge.services.listing import visible
from bridge.store.port import Store

PIECE: Final = 500
"""Events that are taken in again in one transaction, so that nobody waits for a long selection."""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """What one part of an event meant to one subscription. `subscription` is None once it was removed.

    `delivery` is the last one owed for it, if it matched.
    """

    decision: Decision
    type: str | None
    subscription: Subscription | None
    delivery: Delivery | None


@dataclass(frozen=True, slots=True)
class EventTrace:
    """An event and everything that came of it. `deliveries` include those from before a replay."""

    event: Event
    steps: tuple[TraceStep, ...]
    deliveries: tuple[Delivery, ...]


class EventService:
    """What people and programs can do with received webhooks. Everything raises `NotFound` for what one may not see."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = now) -> None:
        self._store = store
        self._clock = clock

    async def list(
        self,
        who: Principal,
        page: Page,
        endpoint_id: str | None = None,
        state: EventState | None = None,
    ) -> Listing[Event]:
        """The events of endpoints that they may use, newest first, without bodies. Raises `NotFound`."""
        if endpoint_id is not None and not await self._may_use(who, endpoint_id):
            raise NotFound(f"There is no endpoint {endpoint_id}.")
        known: dict[str, bool] = {}

        async def fetch(part: Page) -> Listing[Event]:
            return await self._store.events.list(part, endpoint_id, state)

        async def may_see(event: Event) -> bool:
            if event.endpoint_id not in known:
                known[event.endpoint_id] = await self._may_use(who, event.endpoint_id)
            return known[event.endpoint_id]

        return await visible(fetch, page, may_see)

    async def show(self, who: Principal, event_id: str) -> EventTrace:
        """One event with its trace: every subscription, matched or not and why, as far as they may see it."""
        event = await self._get(who, event_id)
        deliveries = tuple(await self._store.deliveries.of_event(event_id))
        latest = {(owed.subscription_id, owed.part): owed for owed in deliveries}
        steps = []
        for decision in event.decisions:
            subscription = await self._store.subscriptions.get(decision.subscription_id)
            if who.kind != "operator" and not (subscription and who.may_change(subscription)):
                continue
            kind = event.types[decision.part] if decision.part < len(event.types) else None
            delivery = latest.get((decision.subscription_id, decision.part))
            steps.append(TraceStep(decision, kind, subscription, delivery))
        seen = {step.decision.subscription_id for step in steps}
        if who.kind != "operator":
            deliveries = tuple(owed for owed in deliveries if owed.subscription_id in seen)
        return EventTrace(event, tuple(steps), deliveries)

    async def received(self, who: Principal, endpoint: Endpoint, event_id: str) -> Event:
        """One event of an endpoint, with its body. Raises `NotFound`."""
        event = await self._store.events.get(event_id)
        if event is None or event.endpoint_id != endpoint.id or not who.may_use_endpoint(endpoint):
            raise NotFound(f"There is no event {event_id} at {endpoint.name}.")
        return event

    async def replay(self, who: Principal, event_id: str) -> Event:
        """Route it again, as if it had just arrived. Raises `Conflict` if its body is no longer kept."""
        event = await self._get(who, event_id)
        if event.removed:
            raise Conflict("Its headers and body were removed for their age (BRIDGE_KEEP_BODIES).")
        await self._store.events.replay(event_id)
        return await self._get(who, event_id)

    async def replay_selected(self, who: Principal, selection: Selection) -> int:
        """Route every event of a selection again, in their order; how many. Those without a body are left out.

        Raises `Forbidden` but for the operator, `NotFound`. What arrives after this has begun is not among them.
        """
        who.require_operator()
        if selection.endpoint and await self._store.endpoints.get(selection.endpoint) is None:
            raise NotFound(f"There is no endpoint {selection.endpoint}.")
        present = self._clock()
        left: Selection | None = replace(selection, until=min(selection.until or present, present))
        count = 0
        while left is not None:
            routed, left = await self._store.events.replay_selected(left, PIECE)
            count += routed
        return count

    async def _get(self, who: Principal, event_id: str) -> Event:
        event = await self._store.events.get(event_id)
        if event is None or not await self._may_use(who, event.endpoint_id):
            raise NotFound(f"There is no event {event_id}.")
        return event

    async def _may_use(self, who: Principal, endpoint_id: str) -> bool:
        endpoint = await self._store.endpoints.get(endpoint_id)
        return endpoint is not None and who.may_use_endpoint(endpoint)
