"""The connections: one that writes, group by group, and one that reads.

A verb is a plain function on a `sqlite3.Connection`, run in one hop on the connection's thread.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import aiosqlite

from bridge.errors import StoreUnavailable

T = TypeVar("T")

GROUP = 256
"""At most this many writes in one transaction, so that the first does not wait for ever."""

PRAGMAS = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"

_PASSING = frozenset({
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip


class Transaction(Protocol):
    """What a verb is: given a connection, it reads or writes."""

    def __call__(self, connection: sqlite3.Connection, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Write:
    """A write that waits for its turn, and whoever waits for it."""

    run: Callable[[sqlite3.Connection], Any]
    done: asyncio.Future[Any]


def translated(error: sqlite3.Error) -> Exception:
    """The error to show for one of SQLite's: a passing trouble of disk or lock is `StoreUnavailable`."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _PASSING:
        return StoreUnavailable(
            f"The database cannot be used at the moment ({error}); try again later."
        )
    return error


class Engine:
    """An open database file. `write` returns when its change is durable; writes that wait together commit together."""

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = reader
        self._queue: asyncio.Queue[Write | None] = asyncio.Queue()
        self._writing = asyncio.create_task(self._write_groups(), name="store writer")

    @classmethod
    async def open(cls, path: Path) -> "Engine":
        """Open or make the database at a path."""
        writer = await _connect(path)
        return cls(writer, await _connect(path))

    async def write(self, run: Callable[[sqlite3.Connection], T]) -> T:
        """Run a change with whatever else waits, in its own savepoint. Raises `StoreUnavailable`."""
        if self._writing.done():
            raise StoreUnavailable("The database is closed.")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(Write(run, done))
        return await done

    async def read(self, run: Callable[[sqlite3.Connection], T]) -> T:
        """Run a question against what is committed."""
        try:
            return await _hop(self._reader, lambda connection: _snapshot(connection, run))
        except sqlite3.Error as error:
            raise translated(error) from error

    async def close(self) -> None:
        """Finish the writes that wait, and close."""
        self._queue.put_nowait(None)
        await self._writing
        await self._reader.close()
        await self._writer.close()

    async def _write_groups(self) -> None:
        while (first := await self._queue.get()) is not None:
            group = [first]
            closing = False
            while len(group) < GROUP and not self._queue.empty():
                following = self._queue.get_nowait()
                if following is None:
                    closing = True
                    break
                group.append(following)
            await self._write_group(group)
            if closing:
                return

    async def _write_group(self, group: list[Write]) -> None:
        wanted = [write for write in group if not write.done.cancelled()]
        try:
            results = await _hop(self._writer, lambda connection: _commit(connection, wanted))
        except sqlite3.Error as error:
            results = [translated(error)] * len(wanted)
        for write, result in zip(wanted, results, strict=True):
            if write.done.cancelled():
                continue
            if isinstance(result, Exception):
                write.done.set_exception(result)
            else:
                write.done.set_result(result)


async def _connect(path: Path) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None)
    await connection.execute("PRAGMA journal_mode = WAL")
    await connection.executescript(PRAGMAS)
    connection.row_factory = sqlite3.Row
    return connection


def _hop(connection: aiosqlite.Connection, run: Callable[[sqlite3.Connection], T]) -> Awaitable[T]:
    # aiosqlite has no public way to run a function on its thread, and a hop for each statement takes half the speed.
    execute: Any = connection._execute  # noqa: SLF001  # see above
    return cast("Awaitable[T]", execute(run, connection._conn))  # noqa: SLF001  # see above


def _snapshot(connection: sqlite3.Connection, run: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN")
    try:
        return run(connection)
    finally:
        connection.execute("COMMIT")


def _commit(connection: sqlite3.Connection, group: list[Write]) -> list[Any]:
    """Run the group as one transaction; what fails alone has its error as its result."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        results = [_alone(connection, write.run) for write in group]
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    return results


def _alone(connection: sqlite3.Connection, run: Callable[[sqlite3.Connection], Any]) -> Any:
    connection.execute("SAVEPOINT one")
    try:
        result = run(connection)
    except Exception as error:
        if not connection.in_transaction:  # SQLite itself rolled everything back: disk full, I/O
            raise
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        return translated(error) if isinstance(error, sqlite3.Error) else error
    connection.execute("RELEASE one")
    return result
