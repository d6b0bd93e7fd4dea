"""Opens the database that BRIDGE_DATABASE_URL names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bridge.errors import SettingsError
from bridge.store.port import Store
from bridge.store.sqlite.store import open_sqlite

SQLITE: Final = "sqlite:///"


async def open_store(url: str, keys: Sequence[bytes], *, migrate: bool = True) -> Store:
    """Open `sqlite:///relative.db` or `sqlite:////absolute.db`; `migrate` makes it, or brings its tables up to date.

    Raises `SettingsError` where it cannot be opened, `SecretError` where no key of the ring fits, and
    `StoreUnavailable` for what may pass: a full disk, another process's lock.
    """
    if url.startswith(("postgres://", "postgresql://")):
        raise SettingsError(
            "BRIDGE_DATABASE_URL: this version keeps its data in SQLite: sqlite:///bridge.db"
        )
    path = url.removeprefix(SQLITE)
    if path == url or not path or path.startswith(":"):
        raise SettingsError(
            "BRIDGE_DATABASE_URL must be like sqlite:///bridge.db or sqlite:////var/lib/bridge.db"
        )
    return await open_sqlite(Path(path), keys, migrating=migrate)
