"""The port's `Store` on one SQLite file."""

import os
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from pydantic import SecretStr

from bridge.errors import SettingsError
from bridge.store.lock import file_lock
from bridge.store.port import Deliveries, Endpoints, Events, Invitations, Subscriptions
from bridge.store.secrets import Vault, fingerprint
from bridge.store.sqlite.deliveries import SqliteDeliveries
from bridge.store.sqlite.endpoints import SqliteEndpoints
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.events import SqliteEvents
from bridge.store.sqlite.invitations import SqliteInvitations
from bridge.store.sqlite.rewrap import rewrap
from bridge.store.sqlite.schema import STEPS, migrate
from bridge.store.sqlite.subscriptions import SqliteSubscriptions

FINGERPRINT_KEY = "meta.value:fingerprint key"


class SqliteStore:
    """The port's `Store`."""

    endpoints: Endpoints
    subscriptions: Subscriptions
    events: Events
    deliveries: Deliveries
    invitations: Invitations

    def __init__(self, path: Path, engine: Engine, vault: Vault, key: bytes) -> None:
        self._path = path
        self._engine = engine
        self._key = key
        self.endpoints = SqliteEndpoints(engine, vault)
        self.subscriptions = SqliteSubscriptions(engine, vault, key)
        self.events = SqliteEvents(engine)
        self.deliveries = SqliteDeliveries(engine, vault)
        self.invitations = SqliteInvitations(engine)

    def fingerprint(self, secret: SecretStr) -> str:
        return fingerprint(self._key, secret)

    def worker_lock(self) -> AbstractAsyncContextManager[None]:
        return file_lock(self._path.with_name(f"{self._path.name}.worker"))

    async def check(self) -> None:
        await self._engine.write(
            lambda connection: connection.execute(
                "UPDATE turns SET next = next WHERE name = 'events'"
            )
        )

    async def close(self) -> None:
        await self._engine.close()


async def open_sqlite(path: Path, keys: Sequence[bytes], *, migrating: bool) -> SqliteStore:
    """Open or make the database at a path. Raises `SettingsError`, and `SecretError` for a wrong key ring."""
    try:
        path.touch(mode=0o600)  # noqa: ASYNC240  # once, at start
    except OSError as error:
        raise SettingsError(
            f"BRIDGE_DATABASE_URL: {path} cannot be written: {os.strerror(error.errno or 0)}."
        ) from error
    try:
        engine = await Engine.open(path)
    except sqlite3.DatabaseError as error:
        raise SettingsError(f"BRIDGE_DATABASE_URL: {path} cannot be opened: {error}.") from error
    try:
        vault = Vault(keys)
        key = await engine.write(
            lambda connection: _prepare(connection, vault, migrating=migrating)
        )
    except BaseException:
        await engine.close()
        raise
    return SqliteStore(path, engine, vault, key)


def _prepare(connection: sqlite3.Connection, vault: Vault, *, migrating: bool) -> bytes:
    """Bring the database up to date; the fingerprint key, made with the database."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < len(STEPS) and not migrating:
        raise SettingsError("The database is not up to date: run `webhook-bridge migrate`.")
    migrate(connection)
    row = connection.execute("SELECT value FROM meta WHERE name = 'fingerprint key'").fetchone()
    if row is None:
        key = secrets.token_bytes(32)
        connection.execute(
            "INSERT INTO meta VALUES ('fingerprint key', ?)", (vault.seal(key, FINGERPRINT_KEY),)
        )
        return key
    key = vault.open(row["value"], FINGERPRINT_KEY)
    if migrating and not vault.is_current(row["value"]):
        rewrap(connection, vault)
    return key
