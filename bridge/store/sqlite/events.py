"""Events in SQLite. Bodies and decisions have a table of their own, which lists do not read."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import orjson

from bridge.models import Decision, Delivery, Event, EventState, Listing, Page, ParsedEvent
from bridge.store.port import Recorded
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.rows import listing, moment, next_turn, stamp, to_json

WHOLE = (
    "SELECT e.*, b.headers, b.body, b.decisions FROM events e JOIN bodies b ON b.event_id = e.id"
)


class SqliteEvents:
    """The port's `Events`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def record(self, event: Event, duplicate_key: str, since: datetime | None) -> Recorded:
        def run(connection: sqlite3.Connection) -> Recorded:
            row = connection.execute(
                "SELECT id FROM events WHERE endpoint_id = ? AND duplicate_key = ? AND received_at >= ? LIMIT 1",
                (event.endpoint_id, duplicate_key, stamp(since) if since else 0),
            ).fetchone()
            if row:
                return Recorded(row["id"], duplicate=True)
            connection.execute(
                "INSERT INTO events (id, endpoint_id, source, received_at, delivery_id, duplicate_key, state, "
                "turn, types, attributes) VALUES (?, ?, ?, ?, ?, ?, 'received', ?, '[]', '[]')",
                (
                    event.id,
                    event.endpoint_id,
                    event.source,
                    stamp(event.received_at),
                    event.delivery_id,
                    duplicate_key,
                    next_turn(connection, "events"),
                ),
            )
            connection.execute(
                "INSERT INTO bodies (event_id, headers, body) VALUES (?, ?, ?)",
                (event.id, to_json(dict(event.headers)), event.body),
            )
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
        conditions = [("endpoint_id = ?", endpoint_id), ("state = ?", state)]
        return await self._engine.read(
            lambda connection: listing(connection, "SELECT * FROM events", conditions, page, _brief)
        )

    async def unrouted(self, limit: int) -> Sequence[Event]:
        def run(connection: sqlite3.Connection) -> Sequence[Event]:
            rows = connection.execute(
                f"{WHOLE} WHERE e.turn IS NOT NULL ORDER BY e.turn LIMIT ?", (limit,)
            )
            return tuple(map(_whole, rows))

        return await self._engine.read(run)

    async def routed(
        self,
        event_id: str,
        parts: Sequence[ParsedEvent],
        decisions: Sequence[Decision],
        deliveries: Sequence[Delivery],
    ) -> None:
        def run(connection: sqlite3.Connection) -> None:
            changed = connection.execute(
                "UPDATE events SET state = 'routed', reason = NULL, turn = NULL, types = ?, attributes = ? "
                "WHERE id = ? AND state = 'received'",
                (
                    to_json([part.type for part in parts]),
                    to_json([dict(part.attributes) for part in parts]),
                    event_id,
                ),
            ).rowcount
            if not changed:
                return
            connection.execute(
                "UPDATE bodies SET decisions = ? WHERE event_id = ?",
                (
                    to_json([[d.subscription_id, d.part, d.matched, d.reason] for d in decisions]),
                    event_id,
                ),
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
            return (
                connection.execute(
                    "UPDATE events SET state = 'received', reason = NULL, turn = ? WHERE id = ?",
                    (next_turn(connection, "events"), event_id),
                ).rowcount
                > 0
            )

        return await self._engine.write(run)


def _owe(connection: sqlite3.Connection, delivery: Delivery) -> None:
    """Insert a delivery, to the channel that its subscription has by now."""
    row = connection.execute(
        "SELECT channel_id FROM subscriptions WHERE id = ?", (delivery.subscription_id,)
    ).fetchone()
    state, reason, channel = delivery.state, delivery.reason, delivery.channel_id
    if row:
        channel = row["channel_id"]
    elif state == "pending":
        state, reason = "dropped", "The subscription was removed."
    pending = state == "pending"
    connection.execute(
        "INSERT INTO deliveries (id, event_id, part, subscription_id, channel_id, state, reason, turn, "
        "created_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            delivery.id,
            delivery.event_id,
            delivery.part,
            delivery.subscription_id,
            channel,
            state,
            reason,
            next_turn(connection, "deliveries") if pending else None,
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
        decisions=tuple(Decision(*given) for given in orjson.loads(row["decisions"])),
    )
