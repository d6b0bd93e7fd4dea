"""Group commit: many writes, one transaction. Writes of a kind go to the database together, in statements of their own.

It is tried the quick way first, all at once. Where one of them fails, the transaction is taken back and every write is
made again by itself, so that one that fails does so alone.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from bridge.store.sqlite.connection import translated, unavailable

Batch: TypeAlias = Callable[[sqlite3.Connection, Sequence[Any]], Sequence[Any]]
"""A verb that writes: takes what was asked for, in order, and gives a result for each. It may be run again."""

Wanted: TypeAlias = tuple[Batch, Any]
"""One write: the verb, and what it is asked for."""


def commit(connection: sqlite3.Connection, writes: Sequence[Wanted]) -> list[Any]:
    """Make the writes durable; the result of each, or the exception it failed with.

    Raises `sqlite3.Error` where nothing of the group was kept.
    """
    if len(writes) > 1:
        with suppress(
            Exception
        ):  # whatever it was, it happens again below, to the one that it belongs to
            return _transaction(connection, lambda: _together(connection, writes))
    try:
        return _transaction(connection, lambda: [_alone(connection, one) for one in writes])
    except sqlite3.Error:
        if len(writes) == 1:
            raise
    # One of them took the others down, which a full disk does to the whole transaction: the others may still fit.
    return [_apart(connection, one) for one in writes]


def _together(connection: sqlite3.Connection, writes: Sequence[Wanted]) -> list[Any]:
    """Every verb once, with all that it is asked for; verbs in the order of their first write."""
    places: dict[Batch, list[int]] = {}
    for place, (batch, _) in enumerate(writes):
        places.setdefault(batch, []).append(place)
    results: list[Any] = [None] * len(writes)
    for batch, of_batch in places.items():
        given = batch(connection, [writes[place][1] for place in of_batch])
        for place, result in zip(of_batch, given, strict=True):
            results[place] = result
    return results


def _transaction(connection: sqlite3.Connection, run: Callable[[], list[Any]]) -> list[Any]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        results = run()
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # what went wrong is raised, not that SQLite had rolled back
            connection.execute("ROLLBACK")
        raise
    return results


def _apart(connection: sqlite3.Connection, write: Wanted) -> Any:
    try:
        return _transaction(connection, lambda: [_alone(connection, write)])[0]
    except sqlite3.Error as error:
        return unavailable(error)


def _alone(connection: sqlite3.Connection, write: Wanted) -> Any:
    batch, item = write
    connection.execute("SAVEPOINT one")
    try:
        (result,) = batch(connection, (item,))
    except Exception as error:
        if not connection.in_transaction:  # SQLite itself rolled the whole group back
            raise
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        return translated(error) if isinstance(error, sqlite3.Error) else error
    connection.execute("RELEASE one")
    return result
