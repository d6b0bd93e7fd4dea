"""What buttons of cards were pressed with, in SQLite."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.rows import stamp


class SqlitePresses:
    """The port's `Presses`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def once(self, keys: Sequence[str], now: datetime, until: datetime) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            connection.execute("DELETE FROM presses WHERE until < ?", (stamp(now),))
            wanted = [(key, stamp(until)) for key in keys]
            noted = connection.executemany("INSERT OR IGNORE INTO presses VALUES (?, ?)", wanted)
            return noted.rowcount == len(wanted)

        return await self._engine.write(run)
