"""Writes what must not be forgotten, however long the database is out of order."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bridge.errors import StoreUnavailable
from bridge.store.port import Store

_PAUSES: Final = (0.2, 1.0, 2.0, 5.0)

log = structlog.get_logger()


def pause(failures: int) -> float:
    """Seconds to wait while the database is out of order, after so many failures before this one."""
    return _PAUSES[min(failures, len(_PAUSES) - 1)]


class Keeper:
    """Keeps what a channel has answered: a card whose record failed is on record later, and not posted again.

    While `doubtful`, no further card may be posted, since its answer could not be kept either.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.doubtful = False

    async def keep(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write, again and again until it is written."""
        failures = 0
        while True:
            try:
                await write()
            except StoreUnavailable:
                self.doubtful = True
                log.warning("answer not recorded yet", again_in=pause(failures))
                await asyncio.sleep(pause(failures))
                failures += 1
            else:
                return

    async def make_sure(self) -> None:
        """If there is doubt, find out. Raises `StoreUnavailable`."""
        if self.doubtful:
            await self._store.check()
            self.doubtful = False
