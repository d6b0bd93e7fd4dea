"""Deliveries and the tries at them in SQLite."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bridge.models import Attempt, Channel, Delivery, DeliveryState, Listing, Page
from bridge.store.sqlite import lanes
from bridge.store.sqlite.channels import Channels, keep, recover
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.pages import listing
from bridge.store.sqlite.rows import moment, stamp, to_json

DUE: Final = f"""
{lanes.DUE}
WHERE c.state = 'open' AND (c.retry_at IS NULL OR c.retry_at <= ?)
    AND c.id NOT IN (SELECT value FROM json_each(?))
ORDER BY lanes.first LIMIT ?
"""

NEXT_RETRY: Final = f"""
SELECT min(retry_at) FROM ({lanes.DUE} WHERE c.state = 'open' AND c.retry_at IS NOT NULL)
"""

DEAD: Final = "SELECT position, subscription_id FROM deliveries WHERE state = 'dead' AND finished_at >= :since"


class SqliteDeliveries:
    """The port's `Deliveries`."""

    def __init__(self, engine: Engine, channels: Channels) -> None:
        self._engine = engine
        self._channels = channels

    async def get(self, delivery_id: str) -> Delivery | None:
        def run(connection: sqlite3.Connection) -> Delivery | None:
            row = connection.execute(
                "SELECT * FROM deliveries WHERE id = ?", (delivery_id,)
            ).fetchone()
            return _read(row) if row else None

        return await self._engine.read(run)

    async def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        def run(connection: sqlite3.Connection) -> Sequence[Attempt]:
            rows = connection.execute(
                "SELECT at, outcome, reason, status, milliseconds, excerpt FROM attempts "
                "WHERE delivery_id = ? ORDER BY position",
                (delivery_id,),
            ).fetchall()
            return tuple(Attempt(moment(at), *others) for at, *others in rows)

        return await self._engine.read(run)

    async def of_event(self, event_id: str) -> Sequence[Delivery]:
        def run(connection: sqlite3.Connection) -> Sequence[Delivery]:
            rows = connection.execute(
                "SELECT * FROM deliveries WHERE event_id = ? ORDER BY position", (event_id,)
            ).fetchall()
            return tuple(map(_read, rows))

        return await self._engine.read(run)

    async def list(
        self, page: Page, state: DeliveryState | None = None, subscription_id: str | None = None
    ) -> Listing[Delivery]:
        wanted = {"subscription_id": subscription_id, "state": state}
        return await self._engine.read(
            lambda connection: listing(connection, "SELECT * FROM deliveries", wanted, page, _read)
        )

    async def due(self, now: datetime, limit: int, exclude: Sequence[str]) -> Sequence[Channel]:
        def run(connection: sqlite3.Connection) -> Sequence[Channel]:
            rows = connection.execute(DUE, (stamp(now), to_json(list(exclude)), limit)).fetchall()
            return tuple(map(self._channels.read, rows))

        return await self._engine.read(run)

    async def next_retry(self) -> datetime | None:
        def run(connection: sqlite3.Connection) -> datetime | None:
            earliest: int | None = connection.execute(NEXT_RETRY).fetchone()[0]
            return moment(earliest)

        return await self._engine.read(run)

    async def head(self, channel_id: str) -> Delivery | None:
        def run(connection: sqlite3.Connection) -> Delivery | None:
            row = connection.execute(lanes.HEAD, (channel_id,)).fetchone()
            return _read(row) if row else None

        return await self._engine.read(run)

    async def finish(self, delivery: Delivery, attempt: Attempt | None) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE deliveries SET state = ?, reason = ?, finished_at = ?, turn = NULL WHERE id = ?",
                (
                    delivery.state,
                    delivery.reason,
                    stamp(delivery.finished_at or datetime.now(UTC)),
                    delivery.id,
                ),
            )
            if attempt is not None:
                _note(connection, delivery.id, attempt)
                recover(connection, delivery.channel_id)

        await self._engine.write(run)

    async def retry(self, delivery: Delivery, attempt: Attempt, channel: Channel) -> None:
        def run(connection: sqlite3.Connection) -> None:
            _note(connection, delivery.id, attempt)
            connection.execute(
                "UPDATE deliveries SET reason = ? WHERE id = ? AND state = 'pending'",
                (delivery.reason, delivery.id),
            )
            keep(connection, channel)

        await self._engine.write(run)

    async def close_channel(
        self, channel: Channel, delivery: Delivery, attempt: Attempt, at: datetime
    ) -> None:
        def run(connection: sqlite3.Connection) -> None:
            _note(connection, delivery.id, attempt)
            keep(connection, channel)
            lanes.give_up(connection, channel.id, channel.reason, at)
            connection.execute(
                "UPDATE subscriptions SET state = 'disabled', reason = ?, updated_at = ? WHERE channel_id = ?",
                (channel.reason, stamp(at), channel.id),
            )

        await self._engine.write(run)

    async def replay(self, delivery_id: str) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            rows = connection.execute(
                "SELECT position, subscription_id, state FROM deliveries WHERE id = ?",
                (delivery_id,),
            ).fetchall()
            lanes.owe_again(connection, [row for row in rows if row["state"] != "pending"])
            return bool(rows)

        return await self._engine.write(run)

    async def replay_dead(self, since: datetime, subscription_id: str | None) -> int:
        def run(connection: sqlite3.Connection) -> int:
            sql = DEAD if subscription_id is None else f"{DEAD} AND subscription_id = :of"
            values = {"since": stamp(since), "of": subscription_id}
            rows = connection.execute(f"{sql} ORDER BY position", values).fetchall()
            return lanes.owe_again(connection, rows)

        return await self._engine.write(run)


def _note(connection: sqlite3.Connection, delivery_id: str, attempt: Attempt) -> None:
    """Keep a try, unless its delivery was removed meanwhile."""
    noted = connection.execute(
        "UPDATE deliveries SET attempts = attempts + 1 WHERE id = ?", (delivery_id,)
    )
    if not noted.rowcount:
        return
    connection.execute(
        "INSERT INTO attempts (delivery_id, at, outcome, reason, status, milliseconds, excerpt) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            delivery_id,
            stamp(attempt.at),
            attempt.outcome,
            attempt.reason,
            attempt.status,
            attempt.milliseconds,
            attempt.excerpt,
        ),
    )


def _read(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        event_id=row["event_id"],
        part=row["part"],
        subscription_id=row["subscription_id"],
        channel_id=row["channel_id"],
        created_at=moment(row["created_at"]),
        state=row["state"],
        reason=row["reason"],
        attempts=row["attempts"],
        finished_at=moment(row["finished_at"]),
    )
