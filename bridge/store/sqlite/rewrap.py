"""Seals everything with the key ring's first key, so that older keys can be dropped from it."""

import sqlite3
from typing import Final

from bridge.store.secrets import KEY_ID_BYTES, Vault, place

SEALED: Final = (
    ("meta", "name", "value"),
    ("endpoints", "id", "sealed"),
    ("channels", "id", "url"),
    ("subscriptions", "id", "user_object_id"),
    ("people", "id", "teams_id"),
)
"""Every sealed column: its table, the column that names its row, and itself."""


def rewrap(connection: sqlite3.Connection, vault: Vault) -> int:
    """Open and seal anew what was sealed with an older key; how many values. Raises `SecretError`."""
    return sum(
        _rewrap_column(connection, vault, table, name, column) for table, name, column in SEALED
    )


def _rewrap_column(
    connection: sqlite3.Connection, vault: Vault, table: str, name: str, column: str
) -> int:
    older = connection.execute(
        f"SELECT {name}, {column} FROM {table} WHERE substr({column}, 1, ?) <> ?",
        (KEY_ID_BYTES, vault.current),
    ).fetchall()
    for row, sealed in older:
        where = place(table, column, row)
        connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE {name} = ?",
            (vault.seal(vault.open(sealed, where), where), row),
        )
    return len(older)
