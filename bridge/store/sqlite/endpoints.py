"""Endpoints in SQLite. Secrets and config are one sealed column."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from pydantic import SecretStr

from bridge.models import Acting, Endpoint, EndpointSecret, Listing, Page, Refusal
from bridge.store.secrets import Vault, place
from bridge.store.sqlite.changes import note
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.pages import listing
from bridge.store.sqlite.purge import purge
from bridge.store.sqlite.rows import moment, stamp, to_json
from bridge.store.sqlite.subscriptions import remove_subscription

REFUSALS: Final = 20
"""How many refused webhooks of an endpoint are kept."""


class SqliteEndpoints:
    """The port's `Endpoints`."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    async def add(self, endpoint: Endpoint) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO endpoints (id, source, name, owner, verification, draft, sealed, created_at) "
                "VALUES (:id, :source, :name, :owner, :verification, :draft, :sealed, :created_at)",
                self._row(endpoint),
            )

        await self._engine.write(run)

    async def replace(self, endpoint: Endpoint) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE endpoints SET name = :name, owner = :owner, verification = :verification, "
                "draft = :draft, sealed = :sealed WHERE id = :id",
                self._row(endpoint),
            )
            note(connection, (endpoint.id,))

        await self._engine.write(run)

    async def get(self, endpoint_id: str) -> Endpoint | None:
        def run(connection: sqlite3.Connection) -> Endpoint | None:
            row = connection.execute(
                "SELECT * FROM endpoints WHERE id = ?", (endpoint_id,)
            ).fetchone()
            return self._read(row) if row else None

        return await self._engine.read(run)

    async def list(self, page: Page) -> Listing[Endpoint]:
        return await self._engine.read(
            lambda connection: listing(connection, "SELECT * FROM endpoints", {}, page, self._read)
        )

    async def remove(self, endpoint_id: str) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            at = datetime.now(UTC)
            # First, since a subscription that moved here may have deliveries of another endpoint's events.
            for row in connection.execute(
                "SELECT id FROM subscriptions WHERE endpoint_id = ?", (endpoint_id,)
            ).fetchall():
                remove_subscription(connection, row["id"], at)
            removed = connection.execute(
                "DELETE FROM endpoints WHERE id = ?", (endpoint_id,)
            ).rowcount
            if removed:
                connection.execute("INSERT INTO removals VALUES (?)", (endpoint_id,))
                note(connection, (endpoint_id,))
            return removed > 0

        removed = await self._engine.write(run)
        await purge(self._engine)
        return removed

    async def remove_stale_drafts(self, before: datetime) -> int:
        def run(connection: sqlite3.Connection) -> int:
            removed = connection.execute(
                "DELETE FROM endpoints WHERE draft AND created_at < ? "
                "AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE endpoint_id = endpoints.id) "
                "AND NOT EXISTS (SELECT 1 FROM events WHERE endpoint_id = endpoints.id) RETURNING id",
                (stamp(before),),
            ).fetchall()
            note(connection, [row["id"] for row in removed])
            return len(removed)

        return await self._engine.write(run)

    async def refuse(self, endpoint_id: str, refusal: Refusal) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO refusals (endpoint_id, at, status, reason) "
                "SELECT id, ?, ?, ? FROM endpoints WHERE id = ?",
                (stamp(refusal.at), refusal.status, refusal.reason, endpoint_id),
            )
            connection.execute(
                "DELETE FROM refusals WHERE endpoint_id = ?1 AND position <= (SELECT position FROM refusals "
                "WHERE endpoint_id = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?2)",
                (endpoint_id, REFUSALS),
            )

        await self._engine.write(run)

    async def refusals(self, endpoint_id: str) -> Sequence[Refusal]:
        def run(connection: sqlite3.Connection) -> Sequence[Refusal]:
            rows = connection.execute(
                "SELECT at, status, reason FROM refusals WHERE endpoint_id = ? ORDER BY position DESC",
                (endpoint_id,),
            ).fetchall()
            return tuple(Refusal(moment(row["at"]), row["status"], row["reason"]) for row in rows)

        return await self._engine.read(run)

    def _row(self, endpoint: Endpoint) -> dict[str, object]:
        inner = {
            "config": endpoint.config,
            "secrets": [
                [
                    secret.id,
                    secret.value.get_secret_value(),
                    stamp(secret.created_at),
                    stamp(secret.expires_at),
                ]
                for secret in endpoint.secrets
            ],
            "acting": _acting_row(endpoint.acting),
        }
        return {
            "id": endpoint.id,
            "source": endpoint.source,
            "name": endpoint.name,
            "owner": endpoint.owner,
            "verification": endpoint.verification,
            "draft": endpoint.draft,
            "sealed": self._vault.seal(to_json(inner).encode(), _place(endpoint.id)),
            "created_at": stamp(endpoint.created_at),
        }

    def _read(self, row: sqlite3.Row) -> Endpoint:
        inner = orjson.loads(self._vault.open(row["sealed"], _place(row["id"])))
        return Endpoint(
            id=row["id"],
            source=row["source"],
            name=row["name"],
            secrets=tuple(
                EndpointSecret(name, SecretStr(value), moment(created), moment(expires))
                for name, value, created, expires in inner["secrets"]
            ),
            owner=row["owner"],
            created_at=moment(row["created_at"]),
            verification=row["verification"],
            config=inner["config"],
            draft=bool(row["draft"]),
            acting=_acting(inner.get("acting", {})),
        )


def _acting_row(acting: Acting) -> dict[str, object]:
    return {
        "who": acting.who,
        "people": [person.get_secret_value() for person in acting.people],
        "site": acting.site,
        "user": acting.user,
        "token": acting.token.get_secret_value() if acting.token else None,
    }


def _acting(row: Mapping[str, Any]) -> Acting:
    """As it was kept; endpoints from before there were actions have none."""
    if not row:
        return Acting()
    return Acting(
        who=row["who"],
        people=tuple(map(SecretStr, row["people"])),
        site=row["site"],
        user=row["user"],
        token=SecretStr(row["token"]) if row["token"] else None,
    )


def _place(endpoint_id: str) -> str:
    return place("endpoints", "sealed", endpoint_id)
