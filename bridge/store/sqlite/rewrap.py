"""Seals everything with the key ring's first key, so that older keys can be dropped from it."""

import sqlite3

from bridge.store.secrets import Vault

SEALED = (
    ("endpoints", "id", "sealed"),
    ("channels", "id", "url"),
    ("subscriptions", "id", "user_object_id"),
    ("meta", "name", "value"),
)
"""Every sealed column: its table, the column that names its row, and itself."""


def rewrap(connection: sqlite3.Connection, vault: Vault) -> None:
    """Open and seal anew what was sealed with an older key."""
    for table, name, column in SEALED:
        rows = connection.execute(
            f"SELECT {name}, {column} FROM {table} WHERE {column} IS NOT NULL"
        ).fetchall()
        for key, sealed in rows:
            if not vault.is_current(sealed):
                place = f"{table}.{column}:{key}"
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {name} = ?",
                    (vault.seal(vault.open(sealed, place), place), key),
                )
