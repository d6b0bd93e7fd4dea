"""Group commit: many changes, one transaction; each in a savepoint, so that one that fails does so alone."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from bridge.store.sqlite.connection import translated

Change: TypeAlias = Callable[[sqlite3.Connection], Any]
"""A verb that writes: a function of the connection, which returns the verb's result."""


def commit(connection: sqlite3.Connection, changes: Sequence[Change]) -> list[Any]:
    """Make the changes durable; the result of each, or the exception it failed with.

    Raises `sqlite3.Error` where nothing of the group was kept.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        results = [_alone(connection, change) for change in changes]
        connection.execute("COMMIT")
    except BaseException:
        with suppress(
            sqlite3.Error
        ):  # what went wrong is raised, not that SQLite rolled back by itself
            connection.execute("ROLLBACK")
        raise
    return results


def _alone(connection: sqlite3.Connection, change: Change) -> Any:
    connection.execute("SAVEPOINT one")
    try:
        result = change(connection)
    except Exception as error:
        if (
            not connection.in_transaction
        ):  # SQLite itself rolled the whole group back: disk full, I/O
            raise
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        return translated(error) if isinstance(error, sqlite3.Error) else error
    connection.execute("RELEASE one")
    return result
