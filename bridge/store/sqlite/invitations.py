"""Invitations in SQLite."""

import sqlite3
from datetime import datetime

import orjson

from bridge.models import Invitation, Listing, Page
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.pages import listing
from bridge.store.sqlite.rows import moment, stamp, to_json


class SqliteInvitations:
    """The port's `Invitations`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, invitation: Invitation) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO invitations (id, fingerprint, note, sources, endpoints, created_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    invitation.id,
                    invitation.fingerprint,
                    invitation.note,
                    to_json(invitation.sources),
                    to_json(invitation.endpoints),
                    stamp(invitation.created_at),
                    stamp(invitation.expires_at),
                ),
            )

        await self._engine.write(run)

    async def find(self, fingerprint: str, now: datetime) -> Invitation | None:
        def run(connection: sqlite3.Connection) -> Invitation | None:
            row = connection.execute(
                "SELECT * FROM invitations WHERE fingerprint = ? AND expires_at > ?",
                (fingerprint, stamp(now)),
            ).fetchone()
            return _read(row) if row else None

        return await self._engine.read(run)

    async def get(self, invitation_id: str) -> Invitation | None:
        def run(connection: sqlite3.Connection) -> Invitation | None:
            row = connection.execute(
                "SELECT * FROM invitations WHERE id = ?", (invitation_id,)
            ).fetchone()
            return _read(row) if row else None

        return await self._engine.read(run)

    async def list(self, page: Page) -> Listing[Invitation]:
        return await self._engine.read(
            lambda connection: listing(connection, "SELECT * FROM invitations", {}, page, _read)
        )

    async def remove(self, invitation_id: str) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            return (
                connection.execute(
                    "DELETE FROM invitations WHERE id = ?", (invitation_id,)
                ).rowcount
                > 0
            )

        return await self._engine.write(run)


def _read(row: sqlite3.Row) -> Invitation:
    return Invitation(
        id=row["id"],
        fingerprint=row["fingerprint"],
        note=row["note"],
        sources=tuple(orjson.loads(row["sources"])),
        endpoints=tuple(orjson.loads(row["endpoints"])),
        created_at=moment(row["created_at"]),
        expires_at=moment(row["expires_at"]),
    )
