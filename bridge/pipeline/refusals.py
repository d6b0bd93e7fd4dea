"""Notes webhooks that were turned away, after the answer and without letting a flood of them reach the database."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Final

import structlog

from bridge.errors import StoreUnavailable
from bridge.models import Refusal
from bridge.store.port import Endpoints

KEPT: Final = 20
"""As many as the store keeps of an endpoint: of what is noted at once, older ones would not be seen anyway."""

ENDPOINTS: Final = 1000
"""Endpoints whose refusals wait at most; further ones are not noted until those are written."""

PAUSE: Final = 1.0
"""Seconds between two rounds of writing."""

log = structlog.get_logger()


class Refusals:
    """Refusals that wait to be written. `run` writes them until it is cancelled."""

    def __init__(self, endpoints: Endpoints, pause: float = PAUSE) -> None:
        self._endpoints = endpoints
        self._pause = pause
        self._waiting: dict[str, deque[Refusal]] = {}
        self._some = asyncio.Event()

    def note(self, endpoint_id: str, refusal: Refusal) -> None:
        """Have a refusal written soon."""
        waiting = self._waiting.get(endpoint_id)
        if waiting is None:
            if len(self._waiting) >= ENDPOINTS:
                return
            waiting = self._waiting[endpoint_id] = deque(maxlen=KEPT)
        waiting.append(refusal)
        self._some.set()

    async def run(self) -> None:
        """Write what was noted, a round a second; what waits when it is cancelled is written yet."""
        try:
            while True:
                await self._some.wait()
                await self._write()
                await asyncio.sleep(self._pause)
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause):
                    await self._write()

    async def _write(self) -> None:
        waiting, self._waiting = self._waiting, {}
        self._some.clear()
        for endpoint_id, refusals in waiting.items():
            try:
                for refusal in refusals:
                    await self._endpoints.refuse(endpoint_id, refusal)
            except StoreUnavailable:
                log.warning("refusals not noted", endpoint=endpoint_id, count=len(refusals))
            except Exception as error:  # noqa: BLE001  # notes are a help; nothing depends on them
                log.warning("refusals not noted", endpoint=endpoint_id, error=type(error).__name__)
