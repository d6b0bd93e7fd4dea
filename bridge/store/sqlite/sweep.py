"""Removes what is old and finished, a little at a time, so that nobody waits for it.

Rows stand in the order of their making. What is unfinished, or was replayed, is passed over and stays.
"""

import sqlite3
from typing import Final

from bridge.store.records import Ages
from bridge.store.sqlite.pages import first_since
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
        AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = e.id AND d.finished_at IS NULL)
    ORDER BY b.position LIMIT :limit
)
"""

SEEN: Final = """
DELETE FROM seen WHERE (channel_id, endpoint_id, object) IN (
    SELECT channel_id, endpoint_id, object FROM seen WHERE noted_at < :before ORDER BY noted_at LIMIT :limit
)
"""


def sweep(connection: sqlite3.Connection, ages: Ages, limit: int) -> bool:
    """Remove at most so many of each; whether there may be more.

    An event stays as long as one of its deliveries does, and what a channel saw as long as deliveries do.
    """
    deliveries = first_since(connection, "deliveries", "created_at", ages.deliveries)
    events = first_since(connection, "events", "received_at", min(ages.events, ages.deliveries))
    bodies = first_since(connection, "events", "received_at", ages.bodies)
    finished = {"bound": deliveries, "before": stamp(ages.deliveries), "limit": limit}
    removed = (
        connection.execute(DELIVERIES, finished).rowcount,
        connection.execute(EVENTS, {"bound": events, "limit": limit}).rowcount,
        connection.execute(BODIES, {"bound": bodies, "limit": limit}).rowcount,
        connection.execute(SEEN, {"before": stamp(ages.deliveries), "limit": limit}).rowcount,
    )
    return limit in removed
