"""The connections to one database file: one that writes, group by group, and some that read."""

import asyncio
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import aiosqlite

from bridge.errors import StoreUnavailable
from bridge.store.sqlite.connection import Connection, connect, hop, translated, unavailable
from bridge.store.sqlite.group import Batch, Wanted, commit

T = TypeVar("T")

GROUP: Final = 256
"""At most this many changes in one transaction, so that the first does not wait for ever."""

READERS: Final = 2
"""Connections that read, so that a long list does not hold up a webhook's look-up of its endpoint."""


@dataclass(frozen=True, slots=True)
class Write:
    """What waits for its turn to be written, and whoever waits for it."""

    batch: Batch
    item: Any
    done: asyncio.Future[Any]


class Engine:
    """An open database file. A write is done when it is durable; those that wait together commit together.

    `noted` is told, before any of a group's writes is done, what they changed that is kept in memory (see `changes`).
    """

    def __init__(
        self,
        writer: aiosqlite.Connection,
        readers: Sequence[aiosqlite.Connection],
        connections: AsyncExitStack,
    ) -> None:
        self._writer = writer
        self._readers = readers
        self._connections = connections
        self._reading: Counter[int] = Counter()
        self._waiting: deque[Write] = deque()
        self._wake = asyncio.Event()
        self._closed = False
        self.noted: Callable[[Sequence[str]], None] = _nobody
        self._task = asyncio.create_task(self._work(), name="store writer")

    @classmethod
    async def open(cls, path: Path) -> "Engine":
        """Open the database at a path, whose file must be there. Raises `sqlite3.Error`."""
        async with AsyncExitStack() as stack:
            writer = await connect(path, writes=True)
            stack.push_async_callback(writer.close)
            readers = []
            for _ in range(READERS):
                readers.append(await connect(path, writes=False))
                stack.push_async_callback(readers[-1].close)
            return cls(writer, readers, stack.pop_all())

    async def write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Make a change together with whatever else waits. Raises what it raises.

        Raises `StoreUnavailable` where it could not be kept. Whoever is cancelled while waiting does not know whether
        the change was made.
        """

        def batch(connection: sqlite3.Connection, items: Sequence[None]) -> Sequence[T]:
            return [change(connection) for _ in items]

        return cast("T", await self.add(batch, None))

    def add(self, batch: Batch, item: Any) -> asyncio.Future[Any]:
        """Have a verb do an item, together with the others that wait for the same verb, in order.

        The future ends as `write` does. Raises `StoreUnavailable` if the database is closed.
        """
        if self._closed:
            raise StoreUnavailable("The database is closed.")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(Write(batch, item, done))
        self._wake.set()
        return done

    async def read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Ask what is committed. Raises `StoreUnavailable`, and what the question raises."""
        if self._closed:
            raise StoreUnavailable("The database is closed.")
        number = min(range(len(self._readers)), key=self._reading.__getitem__)
        self._reading[number] += 1
        try:
            return await hop(self._readers[number], question)
        except sqlite3.Error as error:
            raise translated(error) from error
        finally:
            self._reading[number] -= 1

    async def close(self) -> None:
        """Finish the changes that wait, take no more, and let go of the file."""
        self._closed = True
        self._wake.set()
        async with self._connections:
            await self._task

    async def _work(self) -> None:
        try:
            while not (self._closed and not self._waiting):
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    size = min(GROUP, len(self._waiting))
                    await self._commit([self._waiting.popleft() for _ in range(size)])
        finally:
            self._closed = True
            for write in self._waiting:
                _resolve(write, StoreUnavailable("The database was closed."))

    async def _commit(self, group: list[Write]) -> None:
        wanted = [write for write in group if not write.done.done()]  # who was cancelled wants none
        writes = [(write.batch, write.item) for write in wanted]
        try:
            results, noted = await hop(
                self._writer, lambda connection: _committed(connection, writes)
            )
        except Exception as error:  # noqa: BLE001  # whatever it was, nothing was kept, and the next group may be
            results, noted = [unavailable(error) for _ in wanted], []
        except asyncio.CancelledError:
            for write in wanted:
                _resolve(write, StoreUnavailable("The database was closed."))
            raise
        if noted:
            self.noted(noted)
        for write, result in zip(wanted, results, strict=True):
            _resolve(write, result)


def _committed(
    connection: sqlite3.Connection, writes: Sequence[Wanted]
) -> tuple[list[Any], list[str]]:
    assert isinstance(connection, Connection)  # noqa: S101  # as it was opened
    connection.noted.clear()
    results = commit(connection, writes)
    return results, list(dict.fromkeys(connection.noted))


def _nobody(_: Sequence[str]) -> None:
    """Nobody wants to know."""


def _resolve(write: Write, result: Any) -> None:
    if write.done.done():
        return
    if isinstance(result, Exception):
        write.done.set_exception(result)
    else:
        write.done.set_result(result)
