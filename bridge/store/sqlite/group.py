"""Group commit: many changes, one transaction; each in a savepoint, so that one that fails does so alone."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from bridge.store.sqlite.connection import translated, unavailable

Change: TypeAlias = Callable[[sqlite3.Connection], Any]
"""A verb that writes: a function of the connection, which returns the verb's result. It may be run again."""


def commit(connection: sqlite3.Connection, changes: Sequence[Change]) -> list[Any]:
    """Make the changes durable; the result of each, or the exception it failed with.

    Raises `sqlite3.Error` where nothing of the group was kept.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        return _transaction(connection, changes)
    except sqlite3.Error:
        if len(changes) == 1:
            raise
    # One of them took the others down, which a full disk does to the whole transaction: the others may still fit.
    return [_apart(connection, change) for change in changes]


def _apart(connection: sqlite3.Connection, change: Change) -> Any:
    try:
        connection.execute("BEGIN IMMEDIATE")
        return _transaction(connection, (change,))[0]
    except sqlite3.Error as error:
        return unavailable(error)


def _transaction(connection: sqlite3.Connection, changes: Sequence[Change]) -> list[Any]:
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
        if not connection.in_transaction:  # SQLite itself rolled the whole group back
            raise
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        return translated(error) if isinstance(error, sqlite3.Error) else error
    connection.execute("RELEASE one")
    return result
