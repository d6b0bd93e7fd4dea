"""A connection to SQLite on a thread of its own, and the way to have a function run there in one hop."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import aiosqlite

from bridge.errors import StoreUnavailable

T = TypeVar("T")

BUSY: Final = 5.0
"""Seconds to wait for another process's transaction to end."""

PAGE_BYTES: Final = 8192

CHECKPOINT_BYTES: Final = 16 * 1024 * 1024
"""Of the write-ahead log, after which it is copied into the database: what changed several times is copied once."""

WAL_BYTES: Final = 64 * 1024 * 1024
"""What is left of the write-ahead log after a large transaction made it grow."""

_PASSING: Final = frozenset({
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
})  # fmt: skip


class Connection(sqlite3.Connection):
    """A connection that remembers what the transaction changed of what others keep in memory (see `changes`)."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.noted: list[str] = []


async def connect(path: Path, *, writes: bool) -> aiosqlite.Connection:
    """Open the database of a path; the file must be there. Raises `sqlite3.Error`."""
    connection = aiosqlite.Connection(lambda: _open(path, writes=writes), iter_chunk_size=64)
    thread = connection._thread  # noqa: SLF001  # aiosqlite does not show it
    # Otherwise a program that fails without closing the store would wait for this thread for ever, instead of ending.
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        # aiosqlite tells the thread to end, but not when it has: it must not outlive the event loop.
        await asyncio.to_thread(thread.join)
        raise


async def hop(connection: aiosqlite.Connection, run: Callable[[sqlite3.Connection], T]) -> T:
    """Run a function on the connection's thread. Raises what it raises."""
    # aiosqlite has no public way to run a function on its thread, and a hop for each statement takes half the speed.
    execute: Any = connection._execute  # noqa: SLF001  # see above
    return cast("T", await execute(lambda: run(connection._conn)))  # noqa: SLF001  # see above


def translated(error: sqlite3.Error) -> Exception:
    """The error to show for one of SQLite's: a passing trouble of disk or lock is `StoreUnavailable`."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _PASSING:
        return unavailable(error)
    return error


def unavailable(error: Exception) -> StoreUnavailable:
    """What to tell whoever asked, of a trouble with the database."""
    return StoreUnavailable(
        f"The database cannot be used at the moment ({error}); try again later."
    )


def _open(path: Path, *, writes: bool) -> sqlite3.Connection:
    uri = f"{path.as_uri()}?mode=rw"
    connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=BUSY,
        isolation_level=None,
        check_same_thread=False,
        factory=Connection,
    )
    try:
        connection.row_factory = sqlite3.Row
        if writes:
            # Only a new file takes it. A webhook's body is 11 KB or so: larger pages are fewer writes.
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_BYTES // PAGE_BYTES}")
            connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # Some builds overwrite every page that becomes free: removing events would cost as much as recording them.
            connection.execute("PRAGMA secure_delete = FAST")
        else:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection
