"""Keeps events and lanes going: routes what came in, and runs a task for each lane that has something to deliver.

One worker works on a database at a time (`Store.worker_lock`). Lanes run beside each other, and in a lane one delivery
follows another. New work is noticed at once where it arrives in this process, else by looking twice a second. Nothing
ends the two loops but `stop`: whatever goes wrong is logged, waited out and tried again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Final

import structlog

from bridge.errors import StoreUnavailable
from bridge.models import Channel
from bridge.pipeline.deliver import Deliverer
from bridge.pipeline.faults import place
from bridge.pipeline.keeping import Keeper, pause
from bridge.pipeline.route import Router
from bridge.store.port import Store

LANES: Final = 256
"""Lanes that are served at once; each holds one connection at most."""

POLL: Final = 0.5
"""Seconds between two looks for what other processes did."""

EVENTS: Final = 16
"""Events that are read at once for routing: few, since a body may be large."""

TURN: Final = 5.0
"""Seconds after which a lane lets others have its place, if places are rare."""

STUMBLED: Final = 5.0
"""Seconds of rest after a mistake of the bridge's own, so that it is not repeated in a hurry."""

log = structlog.get_logger()


class Worker:
    """The loops. `run` works until `stop`; `wake` says that there is something to route."""

    def __init__(
        self,
        store: Store,
        router: Router,
        deliverer: Deliverer,
        keeper: Keeper,
        *,
        lanes: int = LANES,
    ) -> None:
        self._store = store
        self._router = router
        self._deliverer = deliverer
        self._keeper = keeper
        self._limit = lanes
        self._events = asyncio.Event()
        self._lanes = asyncio.Event()
        self._stopping = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._resting: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> int:
        """How many lanes are being delivered."""
        return len(self._busy)

    @property
    def alive(self) -> bool:
        """Whether the worker works, or waits for another process's worker to end."""
        return self._task is not None and not self._task.done()

    def wake(self) -> None:
        """Look now."""
        self._events.set()
        self._lanes.set()

    def start(self) -> None:
        """Work, from now on, in the background."""
        self._task = asyncio.create_task(self._run(), name="worker")

    async def stop(self, within: float = 8.0) -> None:
        """Begin nothing more, and end what is in flight: what takes longer than `within` seconds is cut off."""
        self._stopping.set()
        self.wake()
        if self._task is None:
            return
        _, late = await asyncio.wait({self._task}, timeout=within)
        for task in (*late, *(self._busy.values() if late else ())):
            task.cancel()
        await asyncio.gather(self._task, *self._busy.values(), return_exceptions=True)

    async def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                async with self._store.worker_lock():
                    log.info("worker started")
                    async with asyncio.TaskGroup() as group:
                        group.create_task(self._loop(self._route, self._events))
                        group.create_task(self._loop(self._deliver, self._lanes))
                    if self._busy:
                        await asyncio.wait(self._busy.values())
            except StoreUnavailable:
                await self._wait_out(failures)
                failures += 1
            except Exception as error:  # noqa: BLE001  # the worker must outlive its own mistakes
                log.error("worker stumbled", place=place(error))  # noqa: TRY400  # its text may quote a payload
                await self._wait_out(failures)
                failures += 1
        log.info("worker stopped")

    async def _loop(self, work: Callable[[], Awaitable[float]], wake: asyncio.Event) -> None:
        """Work whenever woken or after the seconds that the work itself asked for."""
        failures = 0
        while not self._stopping.is_set():
            wake.clear()
            try:
                seconds = await work()
                failures = 0
            except StoreUnavailable:
                await self._wait_out(failures)
                failures += 1
                continue
            except Exception as error:  # noqa: BLE001  # the loop must outlive its own mistakes
                log.error("worker stumbled", place=place(error))  # noqa: TRY400  # its text may quote a payload
                seconds = STUMBLED
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await wake.wait()

    async def _route(self) -> float:
        events = await self._store.events.unrouted(EVENTS)
        for event in events:
            if self._stopping.is_set():
                break
            await self._router.route(event)
            self._lanes.set()
        return POLL if len(events) < EVENTS else 0.0

    async def _deliver(self) -> float:
        await self._keeper.make_sure()
        now = time.monotonic()
        self._resting = {lane: until for lane, until in self._resting.items() if until > now}
        room = self._limit - len(self._busy)
        if room <= 0:
            return POLL
        exclude = (*self._busy, *self._resting)
        due = await self._store.deliveries.due(datetime.now(UTC), room, exclude)
        for channel in due:
            task = asyncio.create_task(self._lane(channel))
            self._busy[channel.id] = task
            task.add_done_callback(partial(self._left, channel.id))
        if due:
            return POLL
        next_retry = await self._store.deliveries.next_retry()
        wait = POLL if next_retry is None else (next_retry - datetime.now(UTC)).total_seconds()
        # A time that is over belongs to a lane that is being delivered or rests.
        return min(POLL, wait) if wait > 0 else POLL

    def _left(self, lane: str, _: asyncio.Task[None]) -> None:
        del self._busy[lane]
        self._lanes.set()

    async def _lane(self, channel: Channel) -> None:
        """Deliver, one after another, until the lane is empty or backs off, or its turn is over."""
        until = time.monotonic() + TURN
        now: Channel | None = channel
        try:
            while now is not None and self._may_go_on(until):
                now = await self._deliverer.step(now)
        except StoreUnavailable:
            self._resting[channel.id] = time.monotonic() + pause(1)
        except Exception as error:  # noqa: BLE001  # a mistake in one lane must not end it for good
            log.error("lane stumbled", channel=channel.id, place=place(error))  # noqa: TRY400  # its text may quote a payload
            self._resting[channel.id] = time.monotonic() + STUMBLED

    def _may_go_on(self, until: float) -> bool:
        return not (self._stopping.is_set() or self._keeper.doubtful or time.monotonic() >= until)

    async def _wait_out(self, failures: int) -> None:
        """Wait while the database is out of order."""
        seconds = pause(failures)
        log.warning("database unavailable", again_in=seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
