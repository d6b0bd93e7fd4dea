"""What was changed of that which others keep in memory: told to this process at once, and to others by looking.

A subject is the id of an endpoint (it or its subscriptions changed) or of a channel (its lane did), or stands for a
source's people.
"""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from bridge.store.records import Changes
from bridge.store.sqlite.connection import Connection
from bridge.store.sqlite.rows import stamp

KEPT: Final = timedelta(hours=1)
"""How long a change stays on record. Who has not looked for so long forgets everything."""

SINCE: Final = "SELECT DISTINCT subject FROM changes WHERE position > ?"
LAST: Final = "SELECT seq FROM sqlite_sequence WHERE name = 'changes'"


def note(connection: sqlite3.Connection, subjects: Iterable[str]) -> None:
    """Let whoever keeps these in memory forget them, once the transaction is committed."""
    found = tuple(dict.fromkeys(subjects))
    now = datetime.now(UTC)
    connection.executemany(
        "INSERT INTO changes (subject, at) VALUES (?, ?)", [(one, stamp(now)) for one in found]
    )
    connection.execute(
        "DELETE FROM changes WHERE position IN (SELECT position FROM changes WHERE at < ? ORDER BY position LIMIT 100)",
        (stamp(now - KEPT),),
    )
    if isinstance(connection, Connection):
        connection.noted += found


def last(connection: sqlite3.Connection) -> int:
    """The position of the newest change that there ever was."""
    row = connection.execute(LAST).fetchone()
    return int(row[0]) if row else 0


def since(connection: sqlite3.Connection, position: int) -> Changes:
    """What changed after a position; everything, if that is no longer on record."""
    newest = last(connection)
    if newest == position:
        return Changes(newest, ())
    (oldest,) = connection.execute("SELECT min(position) FROM changes").fetchone()
    if oldest is None or oldest > position + 1:
        return Changes(newest, None)
    return Changes(newest, tuple(subject for (subject,) in connection.execute(SINCE, (position,))))
