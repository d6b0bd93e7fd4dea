"""Events that were just kept, handed to the worker of the same process: it need not ask the database for them."""

import asyncio
from collections import deque
from typing import Final

from bridge.models import Event
from bridge.store.records import Unrouted

EVENTS: Final = 4096
"""Events that wait here at most; those beyond are read from the database in their turn."""

BYTES: Final = 32 * 1024 * 1024
"""Of their bodies, unless one alone is larger."""


class Inbox:
    """A queue in the order of turns. It may miss events (of other processes, or for want of room): turns show that."""

    def __init__(self) -> None:
        self._waiting: deque[Unrouted] = deque()
        self._bytes = 0
        self._some = asyncio.Event()
        self._open = False
        self.coming = 0
        """How many webhooks are being kept at this moment."""

    def put(self, event: Event, turn: int | None) -> None:
        """A new event was kept."""
        if turn is not None and self._open and self._has_room(event):
            self._waiting.append(Unrouted(event, turn, fresh=True))
            self._bytes += len(event.body)
        self._some.set()

    def take(self, turn: int, most: int) -> list[Unrouted]:
        """The events from that turn on without a gap, at most so many. Those before it are thrown away."""
        found: list[Unrouted] = []
        while self._waiting and len(found) < most:
            first = self._waiting[0]
            if first.turn > turn:
                break
            self._pop()
            if first.turn == turn:
                found.append(first)
                turn += 1
        return found

    def wake(self) -> None:
        """There is something to route in the database."""
        self._some.set()

    async def some(self, within: float) -> None:
        """Wait for something new, at most so many seconds."""
        if not self._some.is_set():
            timer = asyncio.get_running_loop().call_later(within, self._some.set)
            await self._some.wait()
            timer.cancel()
        self._some.clear()

    def begin(self) -> None:
        """Somebody takes events out from now on."""
        self._open = True

    def end(self) -> None:
        """Nobody does any more: what is here is in the database."""
        self._open = False
        self._waiting.clear()
        self._bytes = 0

    def _has_room(self, event: Event) -> bool:
        fits = self._bytes + len(event.body) <= BYTES
        return not self._waiting or (fits and len(self._waiting) < EVENTS)

    def _pop(self) -> None:
        self._bytes -= len(self._waiting.popleft().event.body)
