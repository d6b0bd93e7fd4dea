"""Events in SQLite. What lists do not read (headers, bodies, decisions) has tables of its own."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import orjson

from bridge.errors import NotFound
from bridge.models import Decision, Delivery, Event, EventState, Listing, Page, ParsedEvent
from bridge.store.port import Recorded
from bridge.store.sqlite import lanes
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.pages import listing
from bridge.store.sqlite.rows import moment, stamp, take_turns, to_json

DUPLICATE: Final = """
SELECT id FROM events WHERE endpoint_id = ? AND duplicate_key = ? AND received_at >= ?
ORDER BY received_at DESC LIMIT 1
"""

WHOLE: Final = """
SELECT e.*, b.headers, b.body, d.decisions
FROM events e JOIN bodies b ON b.position = e.position LEFT JOIN decisions d ON d.position = e.position
"""

UNROUTED: Final = f"{WHOLE} WHERE e.turn IS NOT NULL ORDER BY e.turn LIMIT ?"


class SqliteEvents:
    """The port's `Events`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def record(self, event: Event, duplicate_key: str, since: datetime | None) -> Recorded:
        headers = to_json(event.headers)

        def run(connection: sqlite3.Connection) -> Recorded:
            after = stamp(since) if since else 0
            row = connection.execute(
                DUPLICATE, (event.endpoint_id, duplicate_key, after)
            ).fetchone()
            if row:
                return Recorded(row["id"], duplicate=True)
            _insert(connection, event, duplicate_key, headers)
            return Recorded(event.id, duplicate=False)

        return await self._engine.write(run)

    async def get(self, event_id: str) -> Event | None:
        def run(connection: sqlite3.Connection) -> Event | None:
            row = connection.execute(f"{WHOLE} WHERE e.id = ?", (event_id,)).fetchone()
            return _whole(row) if row else None

        return await self._engine.read(run)

    async def list(
        self, page: Page, endpoint_id: str | None = None, state: EventState | None = None
    ) -> Listing[Event]:
        wanted = {"endpoint_id": endpoint_id, "state": state}
        return await self._engine.read(
            lambda connection: listing(connection, "SELECT * FROM events", wanted, page, _brief)
        )

    async def unrouted(self, limit: int) -> Sequence[Event]:
        def run(connection: sqlite3.Connection) -> Sequence[Event]:
            return tuple(map(_whole, connection.execute(UNROUTED, (limit,)).fetchall()))

        return await self._engine.read(run)

    async def routed(
        self,
        event_id: str,
        parts: Sequence[ParsedEvent],
        decisions: Sequence[Decision],
        deliveries: Sequence[Delivery],
    ) -> None:
        types = to_json([part.type for part in parts])
        attributes = to_json([part.attributes for part in parts])
        reasons = to_json([[d.subscription_id, d.part, d.matched, d.reason] for d in decisions])

        def run(connection: sqlite3.Connection) -> None:
            row = connection.execute(
                "UPDATE events SET state = 'routed', reason = NULL, turn = NULL, types = ?, attributes = ? "
                "WHERE id = ? AND state = 'received' RETURNING position",
                (types, attributes, event_id),
            ).fetchone()
            if row is None:
                return
            connection.execute(
                "INSERT OR REPLACE INTO decisions (position, decisions) VALUES (?, ?)",
                (row["position"], reasons),
            )
            for delivery in deliveries:
                _owe(connection, delivery)

        await self._engine.write(run)

    async def failed(self, event_id: str, reason: str) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE events SET state = 'failed', reason = ?, turn = NULL WHERE id = ? AND state = 'received'",
                (reason, event_id),
            )

        await self._engine.write(run)

    async def replay(self, event_id: str) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            changed = connection.execute(
                "UPDATE events SET state = 'received', reason = NULL, turn = ? WHERE id = ?",
                (take_turns(connection, "events"), event_id),
            )
            return changed.rowcount > 0

        return await self._engine.write(run)


def _insert(connection: sqlite3.Connection, event: Event, duplicate_key: str, headers: str) -> None:
    inserted = connection.execute(
        "INSERT INTO events (id, endpoint_id, source, received_at, delivery_id, duplicate_key, state, turn) "
        "SELECT ?, id, ?, ?, ?, ?, 'received', ? FROM endpoints WHERE id = ?",
        (
            event.id,
            event.source,
            stamp(event.received_at),
            event.delivery_id,
            duplicate_key,
            take_turns(connection, "events"),
            event.endpoint_id,
        ),
    )
    if not inserted.rowcount:
        raise NotFound(f"There is no endpoint {event.endpoint_id}.")
    connection.execute(
        "INSERT INTO bodies (position, headers, body) VALUES (?, ?, ?)",
        (inserted.lastrowid, headers, event.body),
    )


def _owe(connection: sqlite3.Connection, delivery: Delivery) -> None:
    """Insert a delivery, to the channel that its subscription has by now."""
    state, reason, channel_id = delivery.state, delivery.reason, delivery.channel_id
    row = connection.execute(
        "SELECT channel_id FROM subscriptions WHERE id = ?", (delivery.subscription_id,)
    ).fetchone()
    if row:
        channel_id = row["channel_id"]
    elif state == "pending":
        state, reason = "dropped", lanes.REMOVED
    pending = state == "pending"
    connection.execute(
        "INSERT INTO deliveries (id, event_id, part, subscription_id, channel_id, state, reason, turn, "
        "created_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            delivery.id,
            delivery.event_id,
            delivery.part,
            delivery.subscription_id,
            channel_id,
            state,
            reason,
            take_turns(connection, "deliveries") if pending else None,
            stamp(delivery.created_at),
            None if pending else stamp(delivery.finished_at or delivery.created_at),
        ),
    )


def _brief(row: sqlite3.Row) -> Event:
    return Event(
        id=row["id"],
        endpoint_id=row["endpoint_id"],
        source=row["source"],
        received_at=moment(row["received_at"]),
        headers={},
        body=b"",
        delivery_id=row["delivery_id"],
        state=row["state"],
        reason=row["reason"],
        types=tuple(orjson.loads(row["types"])),
        attributes=tuple(
            {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in part.items()
            }
            for part in orjson.loads(row["attributes"])
        ),
    )


def _whole(row: sqlite3.Row) -> Event:
    return replace(
        _brief(row),
        headers=orjson.loads(row["headers"]),
        body=row["body"],
        decisions=tuple(Decision(*given) for given in orjson.loads(row["decisions"] or "[]")),
    )
