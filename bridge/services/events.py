"""Events: found, explained and replayed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from bridge.errors import Conflict, Invalid, NotFound
from bridge.models import Endpoint, Event, EventState, Listing, Page, Selection, Subscription
from bridge.services.access import Principal
from bridge.services.endpoints import now
from bridge.services.find import LOOKED_AT, Finder, Found, Query
from bridge.services.listing import visible
from bridge.services.trace import EventTrace, Tracer
from bridge.store.port import Store
from bridge.texts import say

PIECE: Final = 500
"""Events that are taken in again in one transaction, so that nobody waits for a long selection."""


class EventService:
    """What people and programs can do with received webhooks. Everything raises `NotFound` for what one may not see."""

    def __init__(self, store: Store, tracer: Tracer, clock: Callable[[], datetime] = now) -> None:
        self._store = store
        self._tracer = tracer
        self._clock = clock

    async def list(
        self,
        who: Principal,
        page: Page,
        endpoint_id: str | None = None,
        state: EventState | None = None,
    ) -> Listing[Event]:
        """The events of endpoints that they may use, newest first, without bodies. Raises `NotFound`."""
        return await self._looked_through(who, page, Query(endpoint=endpoint_id, state=state), {})

    async def find(self, who: Principal, page: Page, query: Query) -> Listing[Found]:
        """The events that are asked for, newest first, with the titles of their cards. Raises `NotFound`.

        It looks at some hundred events at most: a part of the list may have fewer than its page, and another behind it.
        """
        subscription = None
        if query.subscription is not None:
            subscription = await self._store.subscriptions.get(query.subscription)
            if subscription is None or not who.may_change(subscription):
                raise NotFound(say("There is no subscription {id}.", id=query.subscription))
            if query.endpoint not in {None, subscription.endpoint_id}:
                raise Invalid({"subscription": say("It is not one of that endpoint's.")})
            query = replace(query, endpoint=subscription.endpoint_id)
        endpoints: dict[str, Endpoint | None] = {}
        finder = Finder(self._tracer, endpoints, query, self._clock())
        fits = finder.fits if query.text or query.type else None
        part = await self._looked_through(who, page, query, endpoints, fits)
        items = [await finder.found(event, subscription) for event in part.items]
        return Listing(tuple(items), part.next)

    async def _looked_through(
        self,
        who: Principal,
        page: Page,
        query: Query,
        endpoints: dict[str, Endpoint | None],
        fits: Callable[[Event], Awaitable[bool]] | None = None,
    ) -> Listing[Event]:
        """The events that they may see and that fit. `endpoints` takes up those of the events."""
        if query.endpoint is not None and not await self._usable(who, query.endpoint):
            raise NotFound(say("There is no endpoint {id}.", id=query.endpoint))

        async def fetch(part: Page) -> Listing[Event]:
            return await self._store.events.list(
                part, query.endpoint, query.state, since=query.since, until=query.until
            )

        async def wanted(event: Event) -> bool:
            if event.endpoint_id not in endpoints:
                endpoints[event.endpoint_id] = await self._usable(who, event.endpoint_id)
            if endpoints[event.endpoint_id] is None:
                return False
            return fits is None or await fits(event)

        return await visible(fetch, page, wanted, LOOKED_AT if fits else None)

    async def show(self, who: Principal, event_id: str) -> EventTrace:
        """One event with its trace: every subscription, matched or not and why, as far as they may see it."""
        event, endpoint = await self._get(who, event_id)

        def may_see(subscription: Subscription | None) -> bool:
            if subscription is None:
                return who.kind == "operator"
            return who.may_change(subscription)

        return await self._tracer.trace(event, endpoint, self._clock(), may_see)

    async def received(self, who: Principal, endpoint: Endpoint, event_id: str) -> Event:
        """One event of an endpoint, with its body. Raises `NotFound`."""
        event = await self._store.events.get(event_id)
        if event is None or event.endpoint_id != endpoint.id or not who.may_use_endpoint(endpoint):
            raise NotFound(
                say("There is no event {id} at {endpoint}.", id=event_id, endpoint=endpoint.name)
            )
        return event

    async def replay(self, who: Principal, event_id: str) -> Event:
        """Route it again, as if it had just arrived. Raises `Conflict` if its body is no longer kept."""
        event, _ = await self._get(who, event_id)
        if event.removed:
            raise Conflict(
                say("Its headers and body were removed for their age (BRIDGE_KEEP_BODIES).")
            )
        await self._store.events.replay(event_id)
        event, _ = await self._get(who, event_id)
        return event

    async def replay_selected(self, who: Principal, selection: Selection) -> int:
        """Route every event of a selection again, in their order; how many. Those without a body are left out.

        Raises `Forbidden` but for the operator, `NotFound`. What arrives after this has begun is not among them.
        """
        who.require_operator()
        if selection.endpoint and await self._store.endpoints.get(selection.endpoint) is None:
            raise NotFound(say("There is no endpoint {id}.", id=selection.endpoint))
        present = self._clock()
        left: Selection | None = replace(selection, until=min(selection.until or present, present))
        count = 0
        while left is not None:
            routed, left = await self._store.events.replay_selected(left, PIECE)
            count += routed
        return count

    async def _get(self, who: Principal, event_id: str) -> tuple[Event, Endpoint]:
        event = await self._store.events.get(event_id)
        endpoint = await self._usable(who, event.endpoint_id) if event else None
        if event is None or endpoint is None:
            raise NotFound(
                f"There is no event {event_id}. A webhook that was turned away has none: what its endpoint refused says why."
            )
        return event, endpoint

    async def _usable(self, who: Principal, endpoint_id: str) -> Endpoint | None:
        endpoint = await self._store.endpoints.get(endpoint_id)
        return endpoint if endpoint and who.may_use_endpoint(endpoint) else None
