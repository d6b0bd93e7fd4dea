"""Takes the events of removed endpoints away, a few at a time, so that others can write in between."""

import sqlite3
from typing import Final

from bridge.store.sqlite.engine import Engine

PIECE: Final = 200
"""How many events go at once."""


async def purge(engine: Engine) -> None:
    """Remove what is left of removed endpoints. What is not finished, the next purge finishes."""
    while await engine.write(_purge_piece):
        pass


def _purge_piece(connection: sqlite3.Connection) -> bool:
    """Remove some events; whether there may be more."""
    row = connection.execute("SELECT endpoint_id FROM removals LIMIT 1").fetchone()
    if row is None:
        return False
    gone = connection.execute(
        "DELETE FROM events WHERE position IN (SELECT position FROM events WHERE endpoint_id = ? LIMIT ?)",
        (row["endpoint_id"], PIECE),
    ).rowcount
    if gone < PIECE:
        connection.execute("DELETE FROM removals WHERE endpoint_id = ?", (row["endpoint_id"],))
    return True
