"""Keeps room: removes what is finished and older than the operator wants it kept, a little at a time."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from bridge.errors import StoreUnavailable
from bridge.store.port import Store
from bridge.store.records import Ages

PIECE: Final = 200
"""Rows of a kind that go at once, so that nobody waits for it."""

BREATH: Final = 0.05
"""Seconds between two pieces."""

LOOK: Final = 60.0
"""Seconds between two rounds."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Removes bodies, events and deliveries, each by how many seconds it is kept."""

    store: Store
    bodies: float
    events: float
    deliveries: float

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                more = await self.store.sweep(self._ages(datetime.now(UTC)), PIECE)
            except StoreUnavailable:
                log.warning("not swept", again_in=LOOK)
                more = False
            await asyncio.sleep(BREATH if more else LOOK)

    def _ages(self, now: datetime) -> Ages:
        return Ages(
            now - timedelta(seconds=self.bodies),
            now - timedelta(seconds=self.events),
            now - timedelta(seconds=self.deliveries),
        )
