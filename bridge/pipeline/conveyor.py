"""Routes events in the order of their commits: from the inbox as long as it misses none, else from the database."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from bridge.errors import StoreUnavailable
from bridge.pipeline.compose import Composer
from bridge.pipeline.dispatch import Dispatcher
from bridge.pipeline.faults import place, printable
from bridge.pipeline.inbox import Inbox
from bridge.pipeline.ordering import Order
from bridge.pipeline.route import Route, Router, Unroutable
from bridge.store.port import Lease, Store
from bridge.store.records import LeaseLost, Routing, Unrouted

MOST: Final = 64
"""Events whose deliveries are stored together."""

BREATH: Final = 0.0005
"""Seconds of parsing and matching after which others get their turn: short, so that a flood is acknowledged first."""

MANY: Final = 8
"""Webhooks that are being kept at once, from which on routing stands back: their senders wait, and give up in the end."""

REST: Final = 9
"""How many times as long as its breath it does so: a tenth of the time is left for routing at least."""

LOOK: Final = 0.25
"""Seconds between two looks for what other processes received."""

log = structlog.get_logger()


@dataclass(slots=True)
class Conveyor:
    """Takes events from where they were kept to the lanes, for as long as the lease is held. `turn` is the next one's."""

    store: Store
    router: Router
    composer: Composer
    dispatcher: Dispatcher
    order: Order
    inbox: Inbox
    lease: Lease
    turn: int = 0
    stopping: bool = False

    async def run(self) -> None:
        """Route until it is `stopping`. Raises `StoreUnavailable`, `LeaseLost`."""
        self.order.forget()
        while not self.stopping:
            await self.order.go_on()
            events = await self._next()
            if events:
                await self._route(events)
                self.turn = events[-1].turn + 1
            else:
                await self.inbox.some(self.order.wait(LOOK))

    async def _next(self) -> Sequence[Unrouted]:
        events: Sequence[Unrouted] = self.inbox.take(self.turn, MOST)
        return events or await self.store.events.unrouted(self.turn, MOST)

    async def _route(self, events: Sequence[Unrouted]) -> None:
        routes: list[Route] = []
        since = time.monotonic()
        for one in events:
            try:
                route = await self.router.route(one.event, fresh=one.fresh)
                routes.append(self.order.hold(route))
            except (StoreUnavailable, LeaseLost):
                raise
            except Exception as error:  # noqa: BLE001  # one event that cannot be routed must not hold up those behind it
                self.order.forget()
                await self._failed(one, error)
            took = time.monotonic() - since
            if took > BREATH:
                await asyncio.sleep(REST * took if self.inbox.coming >= MANY else 0)
                since = time.monotonic()
        if not routes:
            return
        aged = await self.order.age(routes)
        try:
            await self._store_all(aged)
        except (StoreUnavailable, LeaseLost):
            raise
        except Exception:  # noqa: BLE001  # one of them is at fault: each by itself
            self.order.forget()
            for route in aged:
                await self._store_alone(route)

    async def _failed(self, one: Unrouted, error: Exception) -> None:
        reason = str(error) if isinstance(error, Unroutable) else f"Not routed: {place(error)}"
        await self.store.events.failed(one.event.id, printable(reason), self.lease.generation)
        log.warning("event failed", event_id=one.event.id, endpoint=one.event.endpoint_id)

    async def _store_alone(self, route: Route) -> None:
        try:
            await self._store_all([route])
        except (StoreUnavailable, LeaseLost):
            raise
        except Exception as error:  # noqa: BLE001  # what a plugin gave cannot be kept
            await self._failed(Unrouted(route.event, 0, fresh=False), error)

    async def _store_all(self, routes: Sequence[Route]) -> None:
        claimed = [self.dispatcher.reserve(route) for route in routes]
        try:
            found = await self.store.events.routed(
                [self._routing(*pair) for pair in zip(routes, claimed, strict=True)]
            )
        except BaseException:
            for route in routes:
                self.dispatcher.unstored(route)
            raise
        for route, posted, came in zip(routes, claimed, found, strict=True):
            if not came.kept:
                self.dispatcher.unstored(route)
                continue
            if came.as_planned and route.owed:
                self.composer.remember(route)
            self.dispatcher.stored(route, posted, as_planned=came.as_planned)
            # That it went to somebody is said by what becomes of its deliveries.
            tell = log.debug if route.owed or route.held else log.info
            tell(
                "event routed",
                event_id=route.event.id,
                endpoint=route.event.endpoint_id,
                source=route.source.name,
                parts=len(route.parts),
                deliveries=len(route.owed),
            )

    def _routing(self, route: Route, claimed: frozenset[str]) -> Routing:
        return Routing(
            event_id=route.event.id,
            endpoint_id=route.event.endpoint_id,
            types=route.types,
            attributes=route.attributes,
            decisions=route.decisions,
            deliveries=[owing.delivery for owing in route.owed],
            seen=route.audience.seen,
            generation=self.lease.generation,
            claimed=claimed,
            ordering=route.ordering,
        )
