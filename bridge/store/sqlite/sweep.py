"""Removes what is old and finished, a little at a time, so that nobody waits for it.

Rows stand in the order of their making. What is unfinished, or was replayed, is passed over and stays.
"""

import sqlite3
from datetime import datetime
from typing import Final

from bridge.store.records import Ages
from bridge.store.sqlite.rows import stamp

DELIVERIES: Final = """
DELETE FROM deliveries WHERE position IN (
    SELECT position FROM deliveries
    WHERE position < :bound AND turn IS NULL AND finished_at < :before ORDER BY position LIMIT :limit
)
"""

EVENTS: Final = """
DELETE FROM events WHERE position IN (
    SELECT position FROM events WHERE position < :bound AND turn IS NULL
        AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = events.id)
    ORDER BY position LIMIT :limit
)
"""

BODIES: Final = """
DELETE FROM bodies WHERE position IN (
    SELECT b.position FROM bodies b JOIN events e ON e.position = b.position
    WHERE b.position < :bound AND e.turn IS NULL
        AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = e.id AND d.turn IS NOT NULL)
    ORDER BY b.position LIMIT :limit
)
"""


def sweep(connection: sqlite3.Connection, ages: Ages, limit: int) -> bool:
    """Remove at most so many of each; whether there may be more.

    An event stays as long as one of its deliveries does.
    """
    deliveries = _bound(connection, "deliveries", "created_at", ages.deliveries)
    events = _bound(connection, "events", "received_at", min(ages.events, ages.deliveries))
    bodies = _bound(connection, "events", "received_at", ages.bodies)
    finished = {"bound": deliveries, "before": stamp(ages.deliveries), "limit": limit}
    removed = (
        connection.execute(DELIVERIES, finished).rowcount,
        connection.execute(EVENTS, {"bound": events, "limit": limit}).rowcount,
        connection.execute(BODIES, {"bound": bodies, "limit": limit}).rowcount,
    )
    return limit in removed


def _bound(connection: sqlite3.Connection, table: str, column: str, before: datetime) -> int:
    """The first position whose time is not before that, found by halving: times grow with positions."""
    wanted = stamp(before)
    low, high = connection.execute(
        # Together in one question, the two would read the whole table.
        f"SELECT coalesce((SELECT min(position) FROM {table}), 0), coalesce((SELECT max(position) FROM {table}), 0) + 1"
    ).fetchone()
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            f"SELECT position, {column} AS at FROM {table} WHERE position >= ? ORDER BY position LIMIT 1",
            (middle,),
        ).fetchone()
        if row is None or row["at"] >= wanted:
            high = middle
        else:
            low = row["position"] + 1
    return int(low)
