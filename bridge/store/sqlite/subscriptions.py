"""Subscriptions and their channels in SQLite."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import SecretStr

from bridge.models import (
    Channel,
    Listing,
    Page,
    Subscription,
    SubscriptionState,
    TeamsContext,
    new_id,
)
from bridge.store.secrets import Vault, fingerprint
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.rows import listing, moment, next_turn, stamp, to_json

SELECT = """
SELECT s.*, c.kind AS c_kind, c.url AS c_url, c.state AS c_state, c.reason AS c_reason,
    c.failing_since AS c_failing_since, c.failures AS c_failures, c.retry_at AS c_retry_at
FROM subscriptions s JOIN channels c ON c.id = s.channel_id
"""


class SqliteSubscriptions:
    """The port's `Subscriptions`."""

    def __init__(self, engine: Engine, vault: Vault, key: bytes) -> None:
        self._engine = engine
        self._vault = vault
        self._key = key

    async def save(self, subscription: Subscription) -> Subscription:
        def run(connection: sqlite3.Connection) -> Subscription:
            stored = replace(subscription, channel=self._channel(connection, subscription.channel))
            connection.execute(
                "INSERT INTO subscriptions (id, endpoint_id, channel_id, name, events, filters, presentation, "
                "owner, state, reason, teams, user_object_id, created_at, updated_at) VALUES (:id, :endpoint_id, "
                ":channel_id, :name, :events, :filters, :presentation, :owner, :state, :reason, :teams, "
                ":user_object_id, :created_at, :updated_at) ON CONFLICT (id) DO UPDATE SET endpoint_id = "
                "excluded.endpoint_id, channel_id = excluded.channel_id, name = excluded.name, events = "
                "excluded.events, filters = excluded.filters, presentation = excluded.presentation, owner = "
                "excluded.owner, state = excluded.state, reason = excluded.reason, teams = excluded.teams, "
                "user_object_id = excluded.user_object_id, updated_at = excluded.updated_at",
                self._row(stored),
            )
            connection.execute(
                "UPDATE endpoints SET draft = 0 WHERE id = ? AND draft", (stored.endpoint_id,)
            )
            _move_lane(connection, stored)
            forget_unused_channels(connection)
            return stored

        return await self._engine.write(run)

    async def get(self, subscription_id: str) -> Subscription | None:
        def run(connection: sqlite3.Connection) -> Subscription | None:
            row = connection.execute(f"{SELECT} WHERE s.id = ?", (subscription_id,)).fetchone()
            return self._read(row) if row else None

        return await self._engine.read(run)

    async def list(self, page: Page, endpoint_id: str | None = None) -> Listing[Subscription]:
        return await self._engine.read(
            lambda connection: listing(
                connection, SELECT, [("endpoint_id = ?", endpoint_id)], page, self._read
            )
        )

    async def of_endpoint(self, endpoint_id: str) -> Sequence[Subscription]:
        def run(connection: sqlite3.Connection) -> Sequence[Subscription]:
            rows = connection.execute(
                f"{SELECT} WHERE s.endpoint_id = ? ORDER BY s.position", (endpoint_id,)
            )
            return tuple(map(self._read, rows))

        return await self._engine.read(run)

    async def set_state(
        self, subscription_id: str, state: SubscriptionState, reason: str | None
    ) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            changed = connection.execute(
                "UPDATE subscriptions SET state = ?, reason = ?, updated_at = ? WHERE id = ?",
                (state, reason, stamp(datetime.now(UTC)), subscription_id),
            ).rowcount
            if changed and state == "active":
                connection.execute(
                    "UPDATE channels SET state = 'open', reason = NULL, failing_since = NULL, failures = 0, "
                    "retry_at = NULL WHERE id = (SELECT channel_id FROM subscriptions WHERE id = ?)",
                    (subscription_id,),
                )
                _release(connection, subscription_id)
            return changed > 0

        return await self._engine.write(run)

    async def remove(self, subscription_id: str, at: datetime) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            removed = connection.execute(
                "DELETE FROM subscriptions WHERE id = ?", (subscription_id,)
            ).rowcount
            connection.execute(
                "UPDATE deliveries SET state = 'dropped', reason = 'The subscription was removed.', "
                "finished_at = ?, turn = NULL WHERE subscription_id = ? AND state = 'pending'",
                (stamp(at), subscription_id),
            )
            forget_unused_channels(connection)
            return removed > 0

        return await self._engine.write(run)

    def _channel(self, connection: sqlite3.Connection, channel: Channel) -> Channel:
        """The stored channel of that kind and URL, open again, or a new one."""
        mark = fingerprint(self._key, SecretStr(f"{channel.kind} {channel.url.get_secret_value()}"))
        row = connection.execute(
            "SELECT id FROM channels WHERE fingerprint = ?", (mark,)
        ).fetchone()
        found = Channel(row["id"] if row else new_id("ch"), channel.kind, channel.url)
        connection.execute(
            "INSERT INTO channels (id, kind, fingerprint, url, state, failures) VALUES (?, ?, ?, ?, 'open', 0) "
            "ON CONFLICT (id) DO UPDATE SET state = 'open', reason = NULL, failing_since = NULL, failures = 0, "
            "retry_at = NULL",
            (
                found.id,
                found.kind,
                mark,
                self._vault.seal(
                    channel.url.get_secret_value().encode(), f"channels.url:{found.id}"
                ),
            ),
        )
        return found

    def _row(self, subscription: Subscription) -> dict[str, object]:
        teams = asdict(subscription.teams)
        user = teams.pop("user_object_id")
        place = f"subscriptions.user_object_id:{subscription.id}"
        return {
            "id": subscription.id,
            "endpoint_id": subscription.endpoint_id,
            "channel_id": subscription.channel.id,
            "name": subscription.name,
            "events": to_json(subscription.events),
            "filters": to_json(subscription.filters),
            "presentation": to_json(subscription.presentation),
            "owner": subscription.owner,
            "state": subscription.state,
            "reason": subscription.reason,
            "teams": to_json(teams),
            "user_object_id": self._vault.seal(user.get_secret_value().encode(), place)
            if user
            else None,
            "created_at": stamp(subscription.created_at),
            "updated_at": stamp(subscription.updated_at),
        }

    def _read(self, row: sqlite3.Row) -> Subscription:
        channel = {name[2:]: row[name] for name in dict(row) if name.startswith("c_")}
        user = row["user_object_id"]
        place = f"subscriptions.user_object_id:{row['id']}"
        return Subscription(
            id=row["id"],
            endpoint_id=row["endpoint_id"],
            channel=read_channel({"id": row["channel_id"], **channel}, self._vault),
            name=row["name"],
            events=tuple(orjson.loads(row["events"])),
            owner=row["owner"],
            created_at=moment(row["created_at"]),
            updated_at=moment(row["updated_at"]),
            filters=orjson.loads(row["filters"]),
            presentation=orjson.loads(row["presentation"]),
            state=row["state"],
            reason=row["reason"],
            teams=TeamsContext(
                **orjson.loads(row["teams"]),
                user_object_id=SecretStr(self._vault.open(user, place).decode()) if user else None,
            ),
        )


def read_channel(row: Mapping[str, Any], vault: Vault) -> Channel:
    """A channel from its row."""
    return Channel(
        id=row["id"],
        kind=row["kind"],
        url=SecretStr(vault.open(row["url"], f"channels.url:{row['id']}").decode()),
        state=row["state"],
        reason=row["reason"],
        failing_since=moment(row["failing_since"]),
        failures=row["failures"],
        retry_at=moment(row["retry_at"]),
    )


def forget_unused_channels(connection: sqlite3.Connection) -> None:
    """Remove the channels that no subscription posts to any more."""
    connection.execute(
        "DELETE FROM channels WHERE NOT EXISTS (SELECT 1 FROM subscriptions WHERE channel_id = channels.id)"
    )


def _move_lane(connection: sqlite3.Connection, subscription: Subscription) -> None:
    connection.execute(
        "UPDATE deliveries SET channel_id = ?1 WHERE subscription_id = ?2 AND state = 'pending' AND channel_id <> ?1",
        (subscription.channel.id, subscription.id),
    )


def _release(connection: sqlite3.Connection, subscription_id: str) -> None:
    """Put what was held behind what is pending now, in its order."""
    held = connection.execute(
        "SELECT position FROM deliveries WHERE subscription_id = ? AND state = 'pending' ORDER BY turn",
        (subscription_id,),
    ).fetchall()
    connection.executemany(
        "UPDATE deliveries SET turn = ? WHERE position = ?",
        [(next_turn(connection, "deliveries"), row["position"]) for row in held],
    )
