"""Being the one worker of a database: a lease with a heartbeat, whose generation every write of the worker is checked by.

A worker that dies leaves its life line, a file that the operating system unlocks: the next one need not wait for the
lease to run out. One that hangs keeps the file locked, so that it loses the work when its lease has run out; when it
goes on, its writes are refused.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from bridge.errors import StoreUnavailable
from bridge.store.records import LeaseLost
from bridge.store.sqlite.rows import stamp


class LifeLine:
    """A locked file beside the database, for as long as this process lives or holds it."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self.holder = token_hex(8)
        self._path = self._of(self.holder)
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreUnavailable(
                f"The worker's lock {self._path.name} cannot be opened: {error.strerror}."
            ) from error
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _of(self, holder: str) -> Path:
        return self._database.with_name(f"{self._database.name}.worker-{holder}")

    def alive(self, holder: str) -> bool:
        """Whether the process of that life line lives, as far as can be told from this machine."""
        try:
            file = os.open(self._of(holder), os.O_RDWR)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            with suppress(OSError):
                self._of(holder).unlink()
            return False
        finally:
            os.close(file)

    def cut(self) -> None:
        """Let go of it."""
        with suppress(OSError):
            self._path.unlink()
        os.close(self._file)


def holder_of(connection: sqlite3.Connection) -> tuple[str, int]:
    """Who holds the lease, or held it last, and until when (as a column has it)."""
    row = connection.execute("SELECT holder, until FROM lease WHERE name = 'worker'").fetchone()
    return row["holder"], row["until"]


def take(
    connection: sqlite3.Connection, holder: str, before: tuple[str, int], until: datetime
) -> int | None:
    """Be the holder, if it still is the one of `before`; the new generation, or None."""
    row = connection.execute(
        "UPDATE lease SET holder = ?, until = ?, generation = generation + 1 "
        "WHERE name = 'worker' AND holder = ? AND until = ? RETURNING generation",
        (holder, stamp(until), *before),
    ).fetchone()
    return row["generation"] if row else None


def renew(connection: sqlite3.Connection, generation: int, until: datetime) -> None:
    """Go on holding it. Raises `LeaseLost`."""
    changed = connection.execute(
        "UPDATE lease SET until = ? WHERE name = 'worker' AND generation = ?",
        (stamp(until), generation),
    )
    if not changed.rowcount:
        raise LeaseLost


def give_back(connection: sqlite3.Connection, generation: int) -> None:
    """Let the next one have it at once."""
    connection.execute(
        "UPDATE lease SET until = 0, holder = '' WHERE name = 'worker' AND generation = ?",
        (generation,),
    )


def fence(connection: sqlite3.Connection, generations: Iterable[int]) -> None:
    """Raise `LeaseLost` unless the lease is still the one of each of these generations."""
    row = connection.execute("SELECT generation FROM lease WHERE name = 'worker'").fetchone()
    if any(generation != row["generation"] for generation in generations):
        raise LeaseLost
