"""How many webhooks an endpoint takes, so that one runaway sender does not crowd out the rest."""

import math
import time
from collections.abc import Sequence
from typing import Final

from bridge.channel import Window
from bridge.errors import TooMany
from bridge.pipeline.pacing import Pace

KEPT: Final = 20_000
"""Endpoints that are watched; of more, those that were quiet the longest are forgotten."""


class Inflow:
    """Counts the webhooks of each endpoint against the windows that hold for all."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = tuple(windows)
        self._paces: dict[str, Pace] = {}

    def admit(self, endpoint_id: str) -> None:
        """Count one more webhook. Raises `TooMany`, with the seconds until there is room."""
        if not self._windows:
            return
        now = time.time()
        pace = self._paces.pop(endpoint_id, None) or Pace(self._windows)
        while len(self._paces) >= KEPT:
            del self._paces[next(iter(self._paces))]
        self._paces[endpoint_id] = pace
        wait = pace.next_at(now) - now
        if wait > 0:
            raise TooMany(math.ceil(wait))
        pace.note(now)
