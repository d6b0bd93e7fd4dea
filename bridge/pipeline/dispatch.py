"""Serves the lanes of every channel beside each other: has them loaded, their cards posted, and keeps what came of it.

A lane is served by one task while it has something to do, else by nobody. Whoever finds something for it to do (a new
card, a time that has come, a change by somebody) wakes it.
"""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

import structlog

from bridge.channel import Window
from bridge.errors import StoreUnavailable
from bridge.pipeline.deliver import Deliverer
from bridge.pipeline.faults import place
from bridge.pipeline.keeping import Keeper
from bridge.pipeline.lane import Drop, Lane, Load, Policy, Rest, Send, Wait
from bridge.pipeline.loading import Loader
from bridge.pipeline.owing import Owing
from bridge.pipeline.places import Places
from bridge.pipeline.route import Route
from bridge.pipeline.served import Served, owed
from bridge.pipeline.verdicts import expired, now_utc
from bridge.registry import Registry
from bridge.store.port import Lease, Store
from bridge.store.records import LeaseLost, Settlement

LANES: Final = 20_000
"""Lanes that are kept in memory though they are idle."""

STUMBLED: Final = 5.0
"""Seconds of rest after a mistake of the bridge's own, so that it is not repeated in a hurry."""

SOON: Final = 1.0
"""Seconds of rest after the database could not be asked."""

log = structlog.get_logger()


class Dispatcher:
    """The lanes of one worker, for as long as it holds its lease. `lost` is set when it does not any more."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        deliverer: Deliverer,
        keeper: Keeper,
        lease: Lease,
        *,
        policy: Policy,
        windows: tuple[Window, ...] | None,
        places: int,
    ) -> None:
        self._store = store
        self._deliverer = deliverer
        self._keeper = keeper
        self._lease = lease
        self._loader = Loader(store, registry, keeper, lease, policy, windows)
        self._places = Places(places, self._lane)
        self._served: dict[str, Served] = {}
        self._held_up: set[Served] = set()
        self._stopping = False
        self.lost = asyncio.Event()

    @property
    def busy(self) -> int:
        """How many lanes are being served."""
        return self._places.busy

    async def begin(self) -> None:
        """Serve what was left from before. Raises `StoreUnavailable`."""
        for channel_id in await self._store.deliveries.lanes():
            self.wake(channel_id)

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        for served in self._served.values():
            served.cancel_timer()

    async def end(self, within: float) -> None:
        """Begin nothing more, and end what is in flight: what takes longer than `within` seconds is cut off."""
        self.stop()
        await self._places.close(within)

    def reserve(self, route: Route) -> frozenset[str]:
        """Which of the event's deliveries are posted as soon as they are stored: each the first of an idle lane."""
        claimed: list[str] = []
        if not self._may_post:
            return frozenset()
        now = time.time()
        for owing in route.owed:
            if owing.delivery.state != "pending":
                continue
            served = self._known(owing)
            if served.idle(now) and self._places.free(served):
                served.reserved = True
                claimed.append(owing.delivery.id)
        return frozenset(claimed)

    def stored(self, route: Route, claimed: frozenset[str], *, as_planned: bool) -> None:
        """The event's deliveries are on record. Not `as_planned`: not all, or not where they were thought to go."""
        for owing in route.owed:
            delivery = owing.delivery
            if delivery.state != "pending":
                continue
            served = self._known(owing)
            if delivery.id in claimed:
                served.reserved = False
            if not as_planned or served.lane is None:  # what is being loaded may be older
                served.stale = True
            elif not served.stale:
                served.lane.add(
                    owed(
                        delivery,
                        digest=owing.subscription.digest,
                        expiry=owing.subscription.expiry,
                        presentation=owing.presentation,
                        acting=owing.subscription.off.actions is None,
                    )
                )
                if delivery.id in claimed:
                    served.claimed = frozenset({delivery.id})
            self._places.serve(served)

    def unstored(self, route: Route) -> None:
        """They could not be stored."""
        for owing in route.owed:
            served = self._served.get(owing.delivery.channel_id)
            if served is not None:
                served.reserved = False

    def changed(self, subjects: Sequence[str] | None) -> None:
        """Somebody changed these lanes; None: any of them may have been."""
        found = self._served if subjects is None else subjects
        for subject in tuple(found):
            if subject.startswith("ch_"):
                self.wake(subject, stale=True)

    def wake(self, channel_id: str, *, stale: bool = False) -> None:
        """Have a lane served, after it was loaded again if it is `stale`."""
        served = self._served.get(channel_id)
        if served is None:
            served = self._served[channel_id] = Served(channel_id)
        served.stale = served.stale or stale
        self._places.serve(served)

    def go_on(self) -> None:
        """Have every lane served that was kept from posting, now that this may be over."""
        held_up, self._held_up = self._held_up, set()
        for served in held_up:
            self._places.serve(served)

    def _known(self, owing: Owing) -> Served:
        """The lane of a delivery. One that was not known is empty, or it would have been loaded when the lease began."""
        channel = owing.subscription.channel
        served = self._served.get(channel.id)
        if served is None:
            self._make_room()
            served = self._served[channel.id] = Served(channel.id)
            served.lane = self._loader.empty(channel)
        return served

    def _make_room(self) -> None:
        if len(self._served) >= LANES:
            idle = [name for name, served in self._served.items() if served.spare]
            for name in idle[: LANES // 10]:
                del self._served[name]

    @property
    def _may_post(self) -> bool:
        return not (self._stopping or self._keeper.doubtful) and self._lease.sure

    async def _lane(self, served: Served) -> None:
        """Serve a lane until it has nothing more to do for now."""
        again: float | None = None
        try:
            again = await self._steps(served)
        except StoreUnavailable:
            served.stale = True
            again = time.time() + SOON
        except LeaseLost:
            self.lost.set()
        except Exception as error:  # noqa: BLE001  # a mistake in one lane must not end it for good
            log.error("lane stumbled", channel=served.channel_id, place=place(error))  # noqa: TRY400  # its text may quote a payload
            served.lane = None  # whatever state it was left in
            again = time.time() + STUMBLED
        finally:
            served.task = None
        if again is not None and not self._stopping:
            delay = max(0.0, again - time.time())
            loop = asyncio.get_running_loop()
            served.timer = loop.call_later(delay, self._places.serve, served)

    async def _steps(self, served: Served) -> float | None:
        """Do what there is to do; when to go on, or None if somebody will wake it."""
        while self._may_post:
            served.woken = False
            if served.lane is None or served.stale:
                await self._loader.load(served)
                if served.stale:
                    continue
            if served.lane is None:
                self._served.pop(served.channel_id, None)
                return None
            match served.lane.next(time.time()):
                case Wait() | Rest() as step:
                    await self._release(served)
                    if not served.woken:
                        return step.until if isinstance(step, Wait) else None
                case step:
                    await self._do(served, served.lane, step)
            if self._places.wanted and not served.claimed:  # others wait for a place
                return time.time()
        await self._release(served)
        if not self._stopping:
            self._held_up.add(served)
        return None

    async def _do(self, served: Served, lane: Lane, step: Send | Drop | Load) -> None:
        match step:
            case Send():
                await self._send(served, lane, step)
            case Drop():
                await self._drop(lane, step)
            case Load():
                await self._loader.load(served)

    async def _send(self, served: Served, lane: Lane, step: Send) -> None:
        ids = frozenset(one.delivery.id for one in step.owed)
        if not ids <= served.claimed:
            await self._keep(Settlement(self._lease.generation, claimed=tuple(ids)))
            served.claimed = ids
        await self._deliverer.post(
            self._lease.generation, lane, step.owed, partial(self._next, served)
        )

    def _next(self, served: Served, lane: Lane) -> tuple[str, ...]:
        """The deliveries that the lane posts next without a pause: they are claimed with what is kept of the last."""
        served.claimed = frozenset()
        if not self._may_post or served.stale or self._places.wanted:
            return ()
        step = lane.next(time.time())
        if not isinstance(step, Send):
            return ()
        served.claimed = frozenset(one.delivery.id for one in step.owed)
        return tuple(served.claimed)

    async def _drop(self, lane: Lane, step: Drop) -> None:
        now = now_utc()
        dropped = tuple(expired(one, now) for one in step.owed)
        lane.drop(step.owed)
        await self._keep(Settlement(self._lease.generation, finished=dropped))
        for delivery in dropped:
            self._deliverer.dropped(delivery)

    async def _release(self, served: Served) -> None:
        if served.claimed and self._lease.sure:
            released = tuple(served.claimed)
            served.claimed = frozenset()
            await self._keep(Settlement(self._lease.generation, released=released))

    async def _keep(self, settlement: Settlement) -> None:
        await self._keeper.keep(lambda: self._store.deliveries.settle(settlement))
