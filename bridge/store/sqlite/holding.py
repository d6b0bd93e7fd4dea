"""Holding the worker's lease of a database file, from waiting for it to giving it back."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bridge.errors import StoreUnavailable
from bridge.store.sqlite import lease
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.rows import stamp

LEASE: Final = 12.0
"""Seconds that a lease is held without a heartbeat."""

LOOK: Final = 0.25
"""Seconds between two looks at a lease that another process holds."""


class Held:
    """The port's `Lease`."""

    def __init__(self, engine: Engine, generation: int, sure_until: float) -> None:
        self.generation = generation
        self._engine = engine
        self._sure_until = sure_until

    @property
    def sure(self) -> bool:
        return time.monotonic() < self._sure_until

    async def renew(self) -> None:
        until = time.monotonic() + LEASE
        await self._engine.write(
            lambda connection: lease.renew(connection, self.generation, _from_now())
        )
        self._sure_until = until


@asynccontextmanager
async def hold(engine: Engine, database: Path) -> AsyncIterator[Held]:
    """Be the worker of a database, as soon as nobody else is. Raises `StoreUnavailable`."""
    line = lease.LifeLine(database)
    try:
        held = await _wait(engine, line)
        try:
            yield held
        finally:
            with suppress(StoreUnavailable):  # then it runs out by itself
                await engine.write(lambda connection: lease.give_back(connection, held.generation))
    finally:
        line.cut()


async def _wait(engine: Engine, line: lease.LifeLine) -> Held:
    while True:
        before = await engine.read(lease.holder_of)
        holder, until = before
        if stamp(datetime.now(UTC)) >= until or not line.alive(holder):
            sure = time.monotonic() + LEASE
            generation = await engine.write(
                lambda connection, seen=before: lease.take(  # type: ignore[misc]  # bound to this round's value
                    connection, line.holder, seen, _from_now()
                )
            )
            if generation is not None:
                return Held(engine, generation, sure)
        await asyncio.sleep(LOOK)


def _from_now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=LEASE)
