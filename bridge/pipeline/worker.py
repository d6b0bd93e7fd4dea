"""Keeps events and lanes going: holds the lease, routes what came in, and serves the lanes.

One worker works on a database at a time. What it knows of lanes begins and ends with its lease (a shift), so that
nothing it remembers can be older than what the database says. Nothing ends it but `stop`: whatever goes wrong is
logged, waited out and tried again.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from bridge.channel import Window
from bridge.errors import StoreUnavailable
from bridge.pipeline.compose import Composer
from bridge.pipeline.conveyor import Conveyor
from bridge.pipeline.deliver import Deliverer
from bridge.pipeline.dispatch import Dispatcher
from bridge.pipeline.faults import place
from bridge.pipeline.inbox import Inbox
from bridge.pipeline.keeping import Keeper, pause
from bridge.pipeline.lane import Policy
from bridge.pipeline.ordering import Order
from bridge.pipeline.route import Router
from bridge.registry import Registry
from bridge.store.port import Lease, Store
from bridge.store.records import LeaseLost

HEARTBEAT: Final = 3.0
"""Seconds between two signs of life."""

UNSURE: Final = 0.5
"""The same, while the database is out of order."""

PLACES: Final = 2048
"""Lanes that are served at once; each holds one connection at most."""

WITHIN: Final = 8.0
"""Seconds that what is in flight has at the end."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Crew:
    """What a worker works with. `windows` is None where each channel kind's own hold, and () where none do.

    `chores` go on beside its work.
    """

    store: Store
    registry: Registry
    router: Router
    composer: Composer
    deliverer: Deliverer
    keeper: Keeper
    inbox: Inbox
    policy: Policy
    windows: tuple[Window, ...] | None = None
    places: int = PLACES
    chores: tuple[Callable[[], Coroutine[None, None, None]], ...] = ()


class Worker:
    """Works from `start` to `stop`; `changed` says what others changed, `wake` that there is something to route."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._dispatcher: Dispatcher | None = None
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._within = WITHIN

    @property
    def busy(self) -> int:
        """How many lanes are being served."""
        return self._dispatcher.busy if self._dispatcher else 0

    @property
    def alive(self) -> bool:
        """Whether the worker works, or waits for another process's worker to end."""
        return self._task is not None and not self._task.done()

    def changed(self, subjects: Sequence[str] | None) -> None:
        """Somebody changed these, or None: anything."""
        if self._dispatcher is not None:
            self._dispatcher.changed(subjects)

    def wake(self) -> None:
        """Look for something to route."""
        self._crew.inbox.wake()

    def start(self) -> None:
        """Work, from now on, in the background."""
        self._task = asyncio.create_task(self._run(), name="worker")

    async def stop(self, within: float = WITHIN) -> None:
        """Begin nothing more, and end what is in flight: what takes longer than `within` seconds is cut off."""
        self._within = within
        self._stopping.set()
        if self._dispatcher is not None:
            self._dispatcher.stop()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                await self._unless_stopped(self._shift())
                failures = 0
            except LeaseLost:
                log.warning("worker replaced", by="another process")
            except StoreUnavailable:
                await self._wait_out(failures)
                failures += 1
            except Exception as error:  # noqa: BLE001  # the worker must outlive its own mistakes
                log.error("worker stumbled", place=place(error))  # noqa: TRY400  # its text may quote a payload
                await self._wait_out(failures)
                failures += 1
        log.info("worker stopped")

    async def _unless_stopped(self, shift: Coroutine[None, None, None]) -> None:
        """Wait for a shift, which ends by itself soon after it was told to stop; for the lease it may wait in vain."""
        task = asyncio.create_task(shift)
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self._dispatcher is None:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _shift(self) -> None:
        """Hold the lease and work, until stopped or replaced. Raises `StoreUnavailable`, `LeaseLost`."""
        crew = self._crew
        async with crew.store.lease() as lease:
            log.info("worker started", generation=lease.generation)
            dispatcher = Dispatcher(
                crew.store,
                crew.registry,
                crew.deliverer,
                crew.keeper,
                lease,
                policy=crew.policy,
                windows=crew.windows,
                places=crew.places,
            )
            directory = crew.router.directory
            order = Order(crew.store, crew.registry, directory, dispatcher, lease)
            conveyor = Conveyor(
                crew.store, crew.router, crew.composer, dispatcher, order, crew.inbox, lease
            )
            self._dispatcher = dispatcher
            directory.forget(None)
            crew.inbox.begin()
            try:
                await dispatcher.begin()
                await self._at_work(lease, dispatcher, conveyor)
            finally:
                crew.inbox.end()
                self._dispatcher = None

    async def _at_work(self, lease: Lease, dispatcher: Dispatcher, conveyor: Conveyor) -> None:
        conveying = asyncio.create_task(self._convey(conveyor))
        loops = [
            conveying,
            asyncio.create_task(self._live(lease, dispatcher)),
            asyncio.create_task(dispatcher.lost.wait()),
            *(asyncio.create_task(chore()) for chore in self._crew.chores),
        ]
        stopping = asyncio.create_task(self._stopping.wait())
        left = 0.0
        try:
            await asyncio.wait({stopping, *loops}, return_when=asyncio.FIRST_COMPLETED)
            if self._stopping.is_set():
                until = time.monotonic() + self._within
                conveyor.stopping = True
                self._crew.inbox.wake()
                await asyncio.wait({conveying}, timeout=self._within)
                left = max(0.0, until - time.monotonic())
            else:
                for task in loops:
                    if task.done():
                        task.result()
                raise LeaseLost
        finally:
            await dispatcher.end(left)
            for task in (stopping, *loops):
                task.cancel()
            await asyncio.gather(stopping, *loops, return_exceptions=True)

    async def _convey(self, conveyor: Conveyor) -> None:
        """Route, and go on after whatever went wrong. Raises `LeaseLost`."""
        failures = 0
        while not conveyor.stopping:
            turn = conveyor.turn
            try:
                await conveyor.run()
            except StoreUnavailable:
                await self._wait_out(failures)
            except LeaseLost:
                raise
            except Exception as error:  # noqa: BLE001  # routing must outlive its own mistakes
                log.error("worker stumbled", place=place(error))  # noqa: TRY400  # its text may quote a payload
                await self._wait_out(failures)
            failures = 0 if conveyor.turn > turn else failures + 1

    async def _live(self, lease: Lease, dispatcher: Dispatcher) -> None:
        """Renew the lease, and let the lanes go on when what kept them is over. Raises `LeaseLost`."""
        while True:
            try:
                await lease.renew()
                await self._crew.keeper.make_sure()
            except StoreUnavailable:
                log.warning("lease not renewed", again_in=UNSURE)
                await asyncio.sleep(UNSURE)
                continue
            dispatcher.go_on()
            await asyncio.sleep(UNSURE if self._crew.keeper.doubtful else HEARTBEAT)

    async def _wait_out(self, failures: int) -> None:
        """Wait while the database is out of order."""
        seconds = pause(failures)
        log.warning("database unavailable", again_in=seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
