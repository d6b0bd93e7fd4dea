"""Deliveries and their lanes in SQLite. `turn` is a pending delivery's place in its lane."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from bridge.models import Attempt, Channel, Delivery, DeliveryState, Listing, Page
from bridge.store.secrets import Vault
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.rows import listing, moment, next_turn, stamp
from bridge.store.sqlite.subscriptions import read_channel

ACTIVE = (
    "EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = d.subscription_id AND s.state = 'active')"
)

FIRST_TURN = f"(SELECT min(d.turn) FROM deliveries d WHERE d.channel_id = c.id AND d.state = 'pending' AND {ACTIVE})"


class SqliteDeliveries:
    """The port's `Deliveries`."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

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
                "SELECT * FROM attempts WHERE delivery_id = ? ORDER BY position", (delivery_id,)
            )
            return tuple(
                Attempt(
                    moment(row["at"]),
                    row["outcome"],
                    row["reason"],
                    row["status"],
                    row["milliseconds"],
                    row["excerpt"],
                )
                for row in rows
            )

        return await self._engine.read(run)

    async def of_event(self, event_id: str) -> Sequence[Delivery]:
        def run(connection: sqlite3.Connection) -> Sequence[Delivery]:
            rows = connection.execute(
                "SELECT * FROM deliveries WHERE event_id = ? ORDER BY position", (event_id,)
            )
            return tuple(map(_read, rows))

        return await self._engine.read(run)

    async def list(
        self, page: Page, state: DeliveryState | None = None, subscription_id: str | None = None
    ) -> Listing[Delivery]:
        conditions = [("state = ?", state), ("subscription_id = ?", subscription_id)]
        return await self._engine.read(
            lambda connection: listing(
                connection, "SELECT * FROM deliveries", conditions, page, _read
            )
        )

    async def due(self, now: datetime, limit: int, exclude: Sequence[str]) -> Sequence[Channel]:
        def run(connection: sqlite3.Connection) -> Sequence[Channel]:
            rows = connection.execute(
                f"SELECT c.*, {FIRST_TURN} AS first FROM channels c WHERE c.state = 'open' "
                "AND (c.retry_at IS NULL OR c.retry_at <= ?) AND first IS NOT NULL "
                f"AND c.id NOT IN ({','.join('?' * len(exclude))}) ORDER BY first LIMIT ?",
                (stamp(now), *exclude, limit),
            )
            return tuple(read_channel(row, self._vault) for row in rows)

        return await self._engine.read(run)

    async def next_retry(self) -> datetime | None:
        def run(connection: sqlite3.Connection) -> datetime | None:
            row = connection.execute(
                "SELECT min(c.retry_at) FROM channels c WHERE c.state = 'open' AND c.retry_at IS NOT NULL "
                f"AND {FIRST_TURN} IS NOT NULL"
            ).fetchone()
            earliest: int | None = row[0]
            return moment(earliest)

        return await self._engine.read(run)

    async def head(self, channel_id: str) -> Delivery | None:
        def run(connection: sqlite3.Connection) -> Delivery | None:
            row = connection.execute(
                f"SELECT d.* FROM deliveries d WHERE d.channel_id = ? AND d.state = 'pending' AND {ACTIVE} "
                "ORDER BY d.turn LIMIT 1",
                (channel_id,),
            ).fetchone()
            return _read(row) if row else None

        return await self._engine.read(run)

    async def finish(self, delivery: Delivery, attempt: Attempt | None) -> None:
        def run(connection: sqlite3.Connection) -> None:
            _end(connection, delivery, attempt)
            if delivery.state == "delivered":
                connection.execute(
                    "UPDATE channels SET reason = NULL, failing_since = NULL, failures = 0, retry_at = NULL "
                    "WHERE id = ?",
                    (delivery.channel_id,),
                )

        await self._engine.write(run)

    async def retry(self, delivery: Delivery, attempt: Attempt, channel: Channel) -> None:
        def run(connection: sqlite3.Connection) -> None:
            _note(connection, delivery, attempt)
            connection.execute(
                "UPDATE deliveries SET reason = ? WHERE id = ?", (delivery.reason, delivery.id)
            )
            _keep(connection, channel)

        await self._engine.write(run)

    async def close_channel(
        self, channel: Channel, delivery: Delivery, attempt: Attempt, at: datetime
    ) -> None:
        def run(connection: sqlite3.Connection) -> None:
            _note(connection, delivery, attempt)
            _keep(connection, channel)
            connection.execute(
                "UPDATE subscriptions SET state = 'disabled', reason = ?, updated_at = ? WHERE channel_id = ?",
                (channel.reason, stamp(at), channel.id),
            )
            connection.execute(
                "UPDATE deliveries SET state = 'dead', reason = ?, finished_at = ?, turn = NULL "
                "WHERE channel_id = ? AND state = 'pending'",
                (channel.reason, stamp(at), channel.id),
            )

        await self._engine.write(run)

    async def replay(self, delivery_id: str) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            row = connection.execute(
                "SELECT * FROM deliveries WHERE id = ?", (delivery_id,)
            ).fetchone()
            if row is not None:
                _owe_again(connection, row)
            return row is not None

        return await self._engine.write(run)

    async def replay_dead(self, since: datetime, subscription_id: str | None) -> int:
        def run(connection: sqlite3.Connection) -> int:
            rows = connection.execute(
                "SELECT * FROM deliveries WHERE state = 'dead' AND created_at >= ? "
                "AND (?2 IS NULL OR subscription_id = ?2) ORDER BY position",
                (stamp(since), subscription_id),
            ).fetchall()
            for row in rows:
                _owe_again(connection, row)
            return len(rows)

        return await self._engine.write(run)


def _end(connection: sqlite3.Connection, delivery: Delivery, attempt: Attempt | None) -> None:
    if attempt is not None:
        _note(connection, delivery, attempt)
    connection.execute(
        "UPDATE deliveries SET state = ?, reason = ?, finished_at = ?, turn = NULL WHERE id = ?",
        (
            delivery.state,
            delivery.reason,
            stamp(delivery.finished_at or datetime.now(UTC)),
            delivery.id,
        ),
    )


def _note(connection: sqlite3.Connection, delivery: Delivery, attempt: Attempt) -> None:
    connection.execute(
        "INSERT INTO attempts (delivery_id, at, outcome, reason, status, milliseconds, excerpt) "
        "SELECT id, ?, ?, ?, ?, ?, ? FROM deliveries WHERE id = ?",
        (
            stamp(attempt.at),
            attempt.outcome,
            attempt.reason,
            attempt.status,
            attempt.milliseconds,
            attempt.excerpt,
            delivery.id,
        ),
    )
    connection.execute("UPDATE deliveries SET attempts = attempts + 1 WHERE id = ?", (delivery.id,))


def _keep(connection: sqlite3.Connection, channel: Channel) -> None:
    connection.execute(
        "UPDATE channels SET state = ?, reason = ?, failing_since = ?, failures = ?, retry_at = ? WHERE id = ?",
        (
            channel.state,
            channel.reason,
            stamp(channel.failing_since),
            channel.failures,
            stamp(channel.retry_at),
            channel.id,
        ),
    )


def _owe_again(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Make it pending behind all others, to the channel that its subscription has by now."""
    connection.execute(
        "UPDATE deliveries SET state = 'pending', reason = NULL, finished_at = NULL, turn = ?, channel_id = "
        "coalesce((SELECT channel_id FROM subscriptions WHERE id = ?), channel_id) WHERE id = ?",
        (next_turn(connection, "deliveries"), row["subscription_id"], row["id"]),
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
