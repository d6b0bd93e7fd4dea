"""Keeps a channel's cards about one thing in order: holds and releases them, and tells what comes late.

What is held is in memory for as long as the lease is held, and in the database from the moment that its event was routed.
Routing and releasing take turns, so that each sees all that the other did.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import structlog

from bridge.errors import StoreUnavailable
from bridge.models import Delivery, Stale
from bridge.pipeline.directory import Directory
from bridge.pipeline.dispatch import Dispatcher
from bridge.pipeline.faults import sentence
from bridge.pipeline.holding import ended, given_up, hold_back
from bridge.pipeline.holds import Holds, left
from bridge.pipeline.listener import Listener
from bridge.pipeline.owing import Owing
from bridge.pipeline.route import Route
from bridge.pipeline.stale import Seen, Showing, judged
from bridge.pipeline.things import object_of, time_of
from bridge.registry import Registry
from bridge.source import Source
from bridge.store.order import Held, Ordering, Release, Sight, Thing
from bridge.store.port import Lease, Store
from bridge.store.records import LeaseLost

MOST: Final = 64
"""Deliveries that are released together."""

log = structlog.get_logger()


@dataclass(slots=True)
class Order:
    """What one worker knows of what is held. Not `known`: it is to be read first, or again after something was not kept."""

    store: Store
    registry: Registry
    directory: Directory
    dispatcher: Dispatcher
    lease: Lease
    holds: Holds = field(default_factory=Holds)
    known: bool = False

    async def go_on(self) -> None:
        """Release what is due. Raises `StoreUnavailable`, `LeaseLost`."""
        if not self.known:
            await self._read()
        while due := self.holds.take(time.monotonic(), MOST):
            self.known = False
            await self._release(due)
            self.known = True

    def forget(self) -> None:
        """Something that was to be kept was not: what is held is read again before going on."""
        self.known = False

    def wait(self, within: float) -> float:
        """Seconds until something is due, at most so many."""
        due = self.holds.next_at()
        return within if due is None else max(0.0, min(within, due - time.monotonic()))

    def hold(self, route: Route) -> Route:
        """The route without what has to wait, which is held from now on. What is replayed waits for nothing."""
        if not (route.held or self.holds) or not route.fresh:
            return route
        owed, ordering = hold_back(
            self.holds,
            route.parts,
            route.owed,
            route.held,
            endpoint_id=route.event.endpoint_id,
            passing=route.source.passing,
            now=datetime.now(UTC),
            clock=time.monotonic(),
        )
        return replace(route, owed=owed, ordering=ordering)

    async def age(self, routes: Sequence[Route]) -> Sequence[Route]:
        """The routes, with what comes late in them marked or dropped. Raises `StoreUnavailable`."""
        if not any(route.audience.ageing for route in routes):
            return routes
        shown = [[_shown(route, owing) for owing in route.owed] for route in routes]
        seen = await self._seen(one for showings in shown for one in showings)
        now = datetime.now(UTC)
        return [_aged(*pair, seen, now) for pair in zip(routes, shown, strict=True)]

    async def _read(self) -> None:
        now, clock = datetime.now(UTC), time.monotonic()
        self.holds = Holds()
        for held in await self.store.order.held():
            self.holds.add(held, clock + left(held, now))
        self.known = True
        if self.holds:
            log.info("deliveries held", count=len(self.holds))

    async def _seen(self, shown: Iterable[Showing | None]) -> Seen:
        things = {one.thing for one in shown if one is not None}
        return dict(await self.store.order.seen(tuple(things))) if things else {}

    async def _release(self, due: Sequence[Held]) -> None:
        """End holds, in order, and have the lanes go on."""
        now = datetime.now(UTC)
        releases: list[Release] = []
        shown: list[Showing | None] = []
        for held in due:
            choice: Stale = "keep"
            try:
                listener = await self._listener(held)
                releases.append(ended(held, listener, await self._source(held), now))
                choice = listener.subscription.stale if listener else choice
            except (StoreUnavailable, LeaseLost):
                raise
            except Exception as error:  # noqa: BLE001  # what cannot be released must not hold up what is behind it
                releases.append(given_up(held, f"Not released: {sentence(error)}", now))
            shown.append(_released(held, releases[-1].delivery, choice))
        seen = await self._seen(shown)
        for number, showing in enumerate(shown):
            if showing is not None:
                delivery, sight = judged(showing, seen, now)
                releases[number] = replace(releases[number], delivery=delivery, sight=sight)
        channels = await self.store.order.release(releases, self.lease.generation)
        for release, channel_id in zip(releases, channels, strict=True):
            if channel_id is not None:
                self._tell(release.delivery, channel_id)

    def _tell(self, delivery: Delivery, channel_id: str) -> None:
        if delivery.state == "pending":
            self.dispatcher.wake(channel_id, stale=True)
        else:
            log.info(
                "delivery dropped",
                delivery=delivery.id,
                event_id=delivery.event_id,
                subscription=delivery.subscription_id,
                reason=delivery.reason,
            )

    async def _source(self, held: Held) -> Source | None:
        endpoint = await self.directory.endpoint(held.endpoint_id)
        return self.registry.sources.get(endpoint.source) if endpoint else None

    async def _listener(self, held: Held) -> Listener | None:
        audience = await self.directory.audience(held.endpoint_id)
        wanted = held.delivery.subscription_id
        return next((one for one in audience.listeners if one.subscription.id == wanted), None)


def _shown(route: Route, owing: Owing) -> Showing | None:
    """What a delivery shows its channel, if its subscription wants to know what comes late."""
    choice, delivery = owing.subscription.stale, owing.delivery
    part = route.parts[delivery.part]
    thing, at = object_of(part), time_of(part)
    if choice == "keep" or delivery.state != "pending" or thing is None or at is None:
        return None
    wanted = Thing(delivery.channel_id, route.event.endpoint_id, thing)
    return Showing(delivery, wanted, at, choice if route.fresh else "mark")


def _released(held: Held, delivery: Delivery, choice: Stale) -> Showing | None:
    if choice == "keep" or delivery.state != "pending" or held.at is None:
        return None
    thing = Thing(delivery.channel_id, held.endpoint_id, held.object)
    return Showing(delivery, thing, held.at, choice)


def _aged(route: Route, shown: Sequence[Showing | None], seen: Seen, now: datetime) -> Route:
    owed: list[Owing] = []
    sights: list[Sight] = []
    for owing, showing in zip(route.owed, shown, strict=True):
        if showing is None:
            owed.append(owing)
            continue
        delivery, sight = judged(showing, seen, now)
        owed.append(replace(owing, delivery=delivery))
        if sight is not None:
            sights.append(sight)
    ordering = replace(route.ordering or Ordering(), sights=tuple(sights))
    return replace(route, owed=tuple(owed), ordering=ordering)
