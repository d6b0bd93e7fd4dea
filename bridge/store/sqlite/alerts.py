"""What the operator is to be told, in SQLite: kept with what caused it, until it was told."""

import sqlite3

from bridge.models import Alert
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.rows import moment, stamp


class SqliteAlerts:
    """The port's `Alerts`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def first(self) -> tuple[int, Alert] | None:
        def run(connection: sqlite3.Connection) -> tuple[int, Alert] | None:
            row = connection.execute(
                "SELECT position, at, channel_id, event, reason FROM alerts ORDER BY position LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            number, at, *others = row
            return number, Alert(moment(at), *others)

        return await self._engine.read(run)

    async def told(self, number: int) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM alerts WHERE position = ?", (number,))

        await self._engine.write(run)


def note_alert(connection: sqlite3.Connection, alert: Alert) -> None:
    """Keep it until it was told."""
    connection.execute(
        "INSERT INTO alerts (at, channel_id, event, reason) VALUES (?, ?, ?, ?)",
        (stamp(alert.at), alert.channel_id, alert.event, alert.reason),
    )
