"""The port's `Store` on one SQLite file."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bridge.errors import SettingsError
from bridge.store.port import (
    Alerts,
    Deliveries,
    Endpoints,
    Events,
    Invitations,
    Lease,
    Order,
    People,
    Presses,
    Subscriptions,
    Switchboard,
)
from bridge.store.records import Ages, Changes
from bridge.store.secrets import Vault, fingerprint, place
from bridge.store.sqlite.alerts import SqliteAlerts
from bridge.store.sqlite.changes import since
from bridge.store.sqlite.channels import Channels
from bridge.store.sqlite.connection import translated
from bridge.store.sqlite.deliveries import SqliteDeliveries
from bridge.store.sqlite.endpoints import SqliteEndpoints
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.events import SqliteEvents
from bridge.store.sqlite.holding import hold
from bridge.store.sqlite.invitations import SqliteInvitations
from bridge.store.sqlite.migrations import STEPS, migrate, schema_version
from bridge.store.sqlite.order import SqliteOrder
from bridge.store.sqlite.people import SqlitePeople
from bridge.store.sqlite.presses import SqlitePresses
from bridge.store.sqlite.purge import purge
from bridge.store.sqlite.rewrap import rewrap
from bridge.store.sqlite.rows import take_turns
from bridge.store.sqlite.subscriptions import SqliteSubscriptions
from bridge.store.sqlite.sweep import sweep
from bridge.store.sqlite.switches import SqliteSwitches

FINGERPRINT_KEY: Final = "fingerprint key"


class SqliteStore:
    """The port's `Store`."""

    endpoints: Endpoints
    subscriptions: Subscriptions
    events: Events
    deliveries: Deliveries
    order: Order
    alerts: Alerts
    invitations: Invitations
    people: People
    presses: Presses
    switches: Switchboard

    def __init__(self, path: Path, engine: Engine, vault: Vault, key: bytes) -> None:
        channels = Channels(vault, key)
        self._path = path
        self._engine = engine
        self._key = key
        self.endpoints = SqliteEndpoints(engine, vault)
        self.subscriptions = SqliteSubscriptions(engine, vault, channels)
        self.events = SqliteEvents(engine)
        self.deliveries = SqliteDeliveries(engine, channels)
        self.order = SqliteOrder(engine)
        self.alerts = SqliteAlerts(engine)
        self.invitations = SqliteInvitations(engine)
        self.people = SqlitePeople(engine, vault)
        self.presses = SqlitePresses(engine)
        self.switches = SqliteSwitches(engine)

    def fingerprint(self, secret: SecretStr) -> str:
        return fingerprint(self._key, secret)

    def lease(self) -> AbstractAsyncContextManager[Lease]:
        return hold(self._engine, self._path)

    def on_change(self, told: Callable[[Sequence[str]], None]) -> None:
        self._engine.noted = told

    async def changes(self, position: int) -> Changes:
        return await self._engine.read(lambda connection: since(connection, position))

    async def sweep(self, ages: Ages, limit: int) -> bool:
        return await self._engine.write(lambda connection: sweep(connection, ages, limit))

    async def check(self) -> None:
        def written(connection: sqlite3.Connection) -> None:
            # A value that stays as it is would not be written, however full the disk.
            take_turns(connection, "checks")

        def read(connection: sqlite3.Connection) -> None:
            connection.execute("SELECT next FROM turns").fetchall()

        await self._engine.write(written)
        await self._engine.read(read)

    async def close(self) -> None:
        await self._engine.close()


async def open_sqlite(path: Path, keys: Sequence[bytes], *, migrating: bool) -> SqliteStore:
    """Open the database at a path; `migrating` makes it, or brings it up to date.

    Raises `SettingsError`, `SecretError` for a wrong key ring, `StoreUnavailable`.
    """
    path = _file(path, make=migrating)
    try:
        engine = await Engine.open(path)
    except sqlite3.DatabaseError as error:
        reason = translated(error)
        if reason is not error:
            raise reason from error
        raise SettingsError(f"BRIDGE_DATABASE_URL: {path} cannot be opened: {error}.") from error
    try:
        vault = Vault(keys)
        key = await engine.write(
            lambda connection: _prepare(connection, vault, migrating=migrating)
        )
        if migrating:
            await purge(engine)
    except BaseException:
        await engine.close()
        raise
    return SqliteStore(path, engine, vault, key)


def _file(path: Path, *, make: bool) -> Path:
    """The database's file, wherever links lead, readable by its owner only if it is new. Raises `SettingsError`."""
    try:
        path = path.resolve()
        os.close(os.open(path, os.O_RDWR | (os.O_CREAT if make else 0), 0o600))
    except FileNotFoundError:
        if path.parent.is_dir():
            raise SettingsError(
                f"There is no database at {path} yet: run `webhook-bridge migrate`."
            ) from None
        raise SettingsError(
            f"BRIDGE_DATABASE_URL: there is no folder {path.parent}: make it, or name another."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"BRIDGE_DATABASE_URL: {path} cannot be written: {error.strerror}."
        ) from None
    return path


def _prepare(connection: sqlite3.Connection, vault: Vault, *, migrating: bool) -> bytes:
    """Bring the database up to date, if wanted; the fingerprint key, which is made with the database."""
    if migrating:
        migrate(connection)
    elif schema_version(connection) < len(STEPS):
        raise SettingsError("The database is not up to date: run `webhook-bridge migrate`.")
    where = place("meta", "value", FINGERPRINT_KEY)
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (FINGERPRINT_KEY,)).fetchone()
    if row is None:
        key = secrets.token_bytes(32)
        connection.execute(
            "INSERT INTO meta VALUES (?, ?)", (FINGERPRINT_KEY, vault.seal(key, where))
        )
        return key
    key = vault.open(row["value"], where)
    if migrating:
        rewrap(connection, vault)
    return key
