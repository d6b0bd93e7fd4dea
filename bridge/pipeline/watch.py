"""Notices what other processes changed, by looking a few times a second."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from bridge.errors import StoreUnavailable
from bridge.store.port import Store

LOOK: Final = 0.25
"""Seconds between two looks."""

log = structlog.get_logger()


class Watch:
    """Tells of every change: of this process's at once, of others' soon. None means that anything may have changed."""

    def __init__(self, store: Store, told: Callable[[Sequence[str] | None], None]) -> None:
        self._store = store
        self._told = told
        store.on_change(told)

    async def run(self) -> None:
        """Look until cancelled."""
        position = 0
        while True:
            try:
                found = await self._store.changes(position)
            except StoreUnavailable:
                log.warning("changes not seen", again_in=LOOK)
            else:
                if found.position != position:
                    position = found.position
                    self._told(found.subjects)
            await asyncio.sleep(LOOK)
