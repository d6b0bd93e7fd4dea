"""How many lanes are served at once, and which wait for a place.

Lanes whose channel is failing get half of the places at most: channels that hang keep none from those that answer.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TypeAlias

from bridge.pipeline.served import Served

Service: TypeAlias = Callable[[Served], Coroutine[None, None, None]]


class Places:
    """Runs a task for each lane that is served, `most` at once; further ones in the order of their asking."""

    def __init__(self, most: int, service: Service) -> None:
        self._most = most
        self._service = service
        self._tasks: set[asyncio.Task[None]] = set()
        self._failing = 0
        self._waiting: deque[Served] = deque()
        self._waiting_failing: deque[Served] = deque()
        self._closed = False

    @property
    def busy(self) -> int:
        """How many lanes are being served."""
        return len(self._tasks)

    @property
    def wanted(self) -> bool:
        """Whether others wait for a place."""
        return bool(self._waiting)

    def free(self, served: Served) -> bool:
        """Whether there is a place for a lane."""
        return len(self._tasks) < self._most and (
            not served.failing or self._failing < self._most // 2
        )

    def serve(self, served: Served) -> None:
        """Serve a lane, now or when there is a place, unless it is or waits to be."""
        served.woken = True
        if served.task is not None or served.queued or self._closed:
            return
        served.cancel_timer()
        if not self.free(served):
            served.queued = True
            (self._waiting_failing if served.failing else self._waiting).append(served)
            return
        failing = served.failing
        self._failing += failing
        served.task = asyncio.create_task(self._service(served))
        self._tasks.add(served.task)
        served.task.add_done_callback(partial(self._left, failing=failing))

    async def close(self, within: float) -> None:
        """Begin nothing more, and end what is being served: what takes longer than so many seconds is cut off."""
        self._closed = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _left(self, task: asyncio.Task[None], *, failing: bool) -> None:
        self._tasks.discard(task)
        self._failing -= failing
        for waiting in (self._waiting, self._waiting_failing):
            while waiting and self.free(waiting[0]):
                served = waiting.popleft()
                served.queued = False
                self.serve(served)
