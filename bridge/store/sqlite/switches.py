"""What administrators turned off, in SQLite: kept for tenants and teams, and written to each subscription it concerns."""

import sqlite3
from datetime import datetime
from typing import Final

from bridge.models import Listing, Off, Page, Switches
from bridge.store.sqlite import lanes
from bridge.store.sqlite.changes import note
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.pages import listing
from bridge.store.sqlite.rows import moment, stamp

OFF: Final = """(
    SELECT max(CASE w.team WHEN '' THEN 'tenant' ELSE 'team' END) FROM switches w
    WHERE w.tenant = lower({tenant}) AND w.team IN ('', lower(coalesce({team}, ''))) AND NOT w.{what}
)"""
"""Whose switch has something off in a place, the tenant's (which comes last in the alphabet) before the team's.

NULL where it is on.
"""

_HERE: Final = {"tenant": "teams->>'tenant'", "team": "teams->>'team_id'"}
APPLY: Final = (
    f"UPDATE subscriptions SET connectors_off = {OFF.format(what='connectors', **_HERE)}, "
    f"actions_off = {OFF.format(what='actions', **_HERE)} WHERE "
)

CONCERNED: Final = (
    "lower(teams->>'tenant') = :tenant AND (:team = '' OR lower(teams->>'team_id') = :team)"
)
STATE: Final = f"""
SELECT id, endpoint_id, channel_id, state, connectors_off, actions_off FROM subscriptions WHERE {CONCERNED}
"""

UPSERT: Final = """
INSERT INTO switches (tenant, team, connectors, actions, changed_at)
VALUES (:tenant, :team, coalesce(:connectors, 1), coalesce(:actions, 1), :at)
ON CONFLICT (tenant, team) DO UPDATE SET connectors = coalesce(:connectors, connectors),
    actions = coalesce(:actions, actions), changed_at = excluded.changed_at
"""


class SqliteSwitches:
    """The port's `Switchboard`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get(self, tenant: str, team: str | None) -> Switches:
        def run(connection: sqlite3.Connection) -> Switches:
            return _get(connection, tenant, team)

        return await self._engine.read(run)

    async def off(self, tenant: str | None, team: str | None) -> Off:
        where = {"tenant": "?1", "team": "?2"}
        sql = f"SELECT {OFF.format(what='connectors', **where)}, {OFF.format(what='actions', **where)}"

        def run(connection: sqlite3.Connection) -> Off:
            return Off(*connection.execute(sql, (tenant, team)).fetchone())

        return await self._engine.read(run)

    async def list(self, page: Page) -> Listing[Switches]:
        return await self._engine.read(
            lambda connection: listing(connection, "SELECT * FROM switches", {}, page, _read)
        )

    async def turn(
        self,
        tenant: str,
        team: str | None,
        at: datetime,
        *,
        connectors: bool | None,
        actions: bool | None,
    ) -> tuple[Switches, int]:
        wanted = {
            "tenant": tenant.lower(),
            "team": (team or "").lower(),
            "connectors": connectors,
            "actions": actions,
            "at": stamp(at),
        }

        def run(connection: sqlite3.Connection) -> tuple[Switches, int]:
            before = connection.execute(STATE, wanted).fetchall()
            connection.execute(UPSERT, wanted)
            now = _get(connection, tenant, team)
            connection.execute("DELETE FROM switches WHERE connectors AND actions")
            connection.execute(f"{APPLY} {CONCERNED}", wanted)
            after = {row["id"]: row for row in connection.execute(STATE, wanted).fetchall()}
            changed = [row for row in before if tuple(row) != tuple(after[row["id"]])]
            for row in changed:
                on_again = row["connectors_off"] and not after[row["id"]]["connectors_off"]
                if on_again and row["state"] == "active":
                    lanes.release(connection, row["id"])
                note(connection, (row["endpoint_id"], row["channel_id"]))
            return now, len(changed)

        return await self._engine.write(run)


def apply_to(connection: sqlite3.Connection, subscription_id: str) -> None:
    """Let a subscription that was just written have what is off in its place."""
    connection.execute(f"{APPLY} id = ?", (subscription_id,))


def _get(connection: sqlite3.Connection, tenant: str, team: str | None) -> Switches:
    row = connection.execute(
        "SELECT * FROM switches WHERE tenant = ? AND team = ?",
        (tenant.lower(), (team or "").lower()),
    ).fetchone()
    return _read(row) if row else Switches(tenant.lower(), team.lower() if team else None)


def _read(row: sqlite3.Row) -> Switches:
    return Switches(
        tenant=row["tenant"],
        team=row["team"] or None,
        connectors=bool(row["connectors"]),
        actions=bool(row["actions"]),
        changed_at=moment(row["changed_at"]),
    )
