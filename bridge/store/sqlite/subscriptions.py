"""Subscriptions in SQLite."""

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

import orjson
from pydantic import SecretStr

from bridge.errors import NotFound
from bridge.models import Listing, Off, Page, Subscription, SubscriptionState, TeamsContext
from bridge.store.records import Subscribed
from bridge.store.secrets import Vault, place
from bridge.store.sqlite import changes, lanes, switches
from bridge.store.sqlite.changes import note
from bridge.store.sqlite.channels import Channels, forget_unused, reopen
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.pages import listing
from bridge.store.sqlite.rows import moment, stamp, to_json

SELECT: Final = """
SELECT s.*, c.id AS c_id, c.kind AS c_kind, c.url AS c_url, c.state AS c_state, c.reason AS c_reason,
    c.failing_since AS c_failing_since, c.failures AS c_failures, c.retry_at AS c_retry_at,
    c.flagged AS c_flagged
FROM subscriptions s JOIN channels c ON c.id = s.channel_id
"""

UPSERT: Final = """
INSERT INTO subscriptions (id, endpoint_id, channel_id, name, events, filters, presentation, owner, state, reason,
    teams, user_object_id, created_at, updated_at, digest, expiry, hold, stale)
VALUES (:id, :endpoint_id, :channel_id, :name, :events, :filters, :presentation, :owner, :state, :reason,
    :teams, :user_object_id, :created_at, :updated_at, :digest, :expiry, :hold, :stale)
ON CONFLICT (id) DO UPDATE SET endpoint_id = excluded.endpoint_id, channel_id = excluded.channel_id,
    name = excluded.name, events = excluded.events, filters = excluded.filters, presentation = excluded.presentation,
    owner = excluded.owner, state = excluded.state, reason = excluded.reason, teams = excluded.teams,
    user_object_id = excluded.user_object_id, updated_at = excluded.updated_at, digest = excluded.digest,
    expiry = excluded.expiry, hold = excluded.hold, stale = excluded.stale
"""


class SqliteSubscriptions:
    """The port's `Subscriptions`."""

    def __init__(self, engine: Engine, vault: Vault, channels: Channels) -> None:
        self._engine = engine
        self._vault = vault
        self._channels = channels

    async def save(self, subscription: Subscription) -> Subscription:
        def run(connection: sqlite3.Connection) -> Subscription:
            bound = connection.execute(
                "UPDATE endpoints SET draft = 0 WHERE id = ?", (subscription.endpoint_id,)
            )
            if not bound.rowcount:
                raise NotFound(f"There is no endpoint {subscription.endpoint_id}.")
            before = connection.execute(
                "SELECT endpoint_id, channel_id, state FROM subscriptions WHERE id = ?",
                (subscription.id,),
            ).fetchone()
            channel_id = self._channels.open(connection, subscription.channel)
            connection.execute(UPSERT, self._row(subscription, channel_id))
            switches.apply_to(connection, subscription.id)
            if before is not None:
                lanes.move(connection, subscription.id, channel_id)
                forget_unused(connection, before["channel_id"])
                if before["state"] != "active" and subscription.state == "active":
                    lanes.release(connection, subscription.id)
                note(connection, (before["endpoint_id"], before["channel_id"]))
            note(connection, (subscription.endpoint_id, channel_id))
            return self._get(connection, subscription.id)

        return await self._engine.write(run)

    async def get(self, subscription_id: str) -> Subscription | None:
        def run(connection: sqlite3.Connection) -> Subscription | None:
            row = connection.execute(f"{SELECT} WHERE s.id = ?", (subscription_id,)).fetchone()
            return self._read(row) if row else None

        return await self._engine.read(run)

    async def list(self, page: Page, endpoint_id: str | None = None) -> Listing[Subscription]:
        return await self._engine.read(
            lambda connection: listing(
                connection, SELECT, {"endpoint_id": endpoint_id}, page, self._read
            )
        )

    async def of_endpoint(self, endpoint_id: str) -> Subscribed:
        def run(connection: sqlite3.Connection) -> Subscribed:
            # First, so that a change between the two only makes the answer seem older than it is.
            seen = changes.last(connection)
            rows = connection.execute(
                f"{SELECT} WHERE s.endpoint_id = ? ORDER BY s.position", (endpoint_id,)
            ).fetchall()
            return Subscribed(tuple(map(self._read, rows)), seen)

        return await self._engine.read(run)

    async def of_channel(self, channel_id: str) -> Sequence[Subscription]:
        return await self._every("s.channel_id = ?", channel_id)

    async def of_tab(self, tab: str) -> Sequence[Subscription]:
        return await self._every("s.teams->>'tab' = ?", tab)

    async def set_state(
        self, subscription_id: str, state: SubscriptionState, reason: str | None
    ) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            before = connection.execute(
                "SELECT endpoint_id, channel_id, state FROM subscriptions WHERE id = ?",
                (subscription_id,),
            ).fetchone()
            if before is None:
                return False
            connection.execute(
                "UPDATE subscriptions SET state = ?, reason = ?, updated_at = ? WHERE id = ?",
                (state, reason, stamp(datetime.now(UTC)), subscription_id),
            )
            if state == "active":
                reopen(connection, before["channel_id"])
                if before["state"] != "active":
                    lanes.release(connection, subscription_id)
            note(connection, (before["endpoint_id"], before["channel_id"]))
            return True

        return await self._engine.write(run)

    async def remove(self, subscription_id: str, at: datetime) -> bool:
        return await self._engine.write(
            lambda connection: remove_subscription(connection, subscription_id, at)
        )

    async def _every(self, where: str, value: str) -> Sequence[Subscription]:
        def run(connection: sqlite3.Connection) -> Sequence[Subscription]:
            rows = connection.execute(f"{SELECT} WHERE {where} ORDER BY s.position", (value,))
            return tuple(map(self._read, rows.fetchall()))

        return await self._engine.read(run)

    def _get(self, connection: sqlite3.Connection, subscription_id: str) -> Subscription:
        return self._read(
            connection.execute(f"{SELECT} WHERE s.id = ?", (subscription_id,)).fetchone()
        )

    def _row(self, subscription: Subscription, channel_id: str) -> dict[str, object]:
        teams = asdict(subscription.teams)
        user = teams.pop("user_object_id")
        return {
            "id": subscription.id,
            "endpoint_id": subscription.endpoint_id,
            "channel_id": channel_id,
            "name": subscription.name,
            "events": to_json(subscription.events),
            "filters": to_json(subscription.filters),
            "presentation": to_json(subscription.presentation),
            "owner": subscription.owner,
            "state": subscription.state,
            "reason": subscription.reason,
            "teams": to_json(teams),
            "user_object_id": self._vault.seal(
                user.get_secret_value().encode(), _user_place(subscription.id)
            )
            if user
            else None,
            "created_at": stamp(subscription.created_at),
            "updated_at": stamp(subscription.updated_at),
            "digest": subscription.digest,
            "expiry": subscription.expiry,
            "hold": subscription.hold,
            "stale": subscription.stale,
        }

    def _read(self, row: sqlite3.Row) -> Subscription:
        user = row["user_object_id"]
        return Subscription(
            id=row["id"],
            endpoint_id=row["endpoint_id"],
            channel=self._channels.read(row, "c_"),
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
                user_object_id=SecretStr(self._vault.open(user, _user_place(row["id"])).decode())
                if user
                else None,
            ),
            digest=bool(row["digest"]),
            expiry=row["expiry"],
            hold=row["hold"],
            stale=row["stale"],
            off=Off(row["connectors_off"], row["actions_off"]),
        )


def remove_subscription(connection: sqlite3.Connection, subscription_id: str, at: datetime) -> bool:
    """Remove it, drop what it is owed, and forget its channel if it was the last there; whether it was there."""
    row = connection.execute(
        "DELETE FROM subscriptions WHERE id = ? RETURNING endpoint_id, channel_id",
        (subscription_id,),
    ).fetchone()
    if row is None:
        return False
    lanes.drop(connection, subscription_id, at)
    forget_unused(connection, row["channel_id"])
    note(connection, (row["endpoint_id"], row["channel_id"]))
    return True


def _user_place(subscription_id: str) -> str:
    return place("subscriptions", "user_object_id", subscription_id)
