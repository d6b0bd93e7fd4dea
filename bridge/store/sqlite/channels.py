"""Channels in SQLite: found by a fingerprint of their kind and URL, and forgotten with their last subscription."""

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from pydantic import SecretStr

from bridge.models import Channel, new_id
from bridge.store.secrets import Vault, fingerprint, place
from bridge.store.sqlite.rows import moment, stamp

CLEAR: Final = "UPDATE channels SET state = 'open', reason = NULL, failing_since = NULL, failures = 0, retry_at = NULL, flagged = 0"


class Channels:
    """Reads and writes channels, inside the verbs of others."""

    def __init__(self, vault: Vault, key: bytes) -> None:
        self._vault = vault
        self._key = key

    def open(self, connection: sqlite3.Connection, channel: Channel) -> str:
        """Have the channel of that kind and URL, open and not backing off; its id."""
        url = channel.url.get_secret_value()
        mark = fingerprint(self._key, SecretStr(f"{channel.kind} {url}"))
        row = connection.execute(
            "SELECT id FROM channels WHERE fingerprint = ?", (mark,)
        ).fetchone()
        if row is not None:
            reopen(connection, row["id"])
            return str(row["id"])
        channel_id = new_id("ch")
        connection.execute(
            "INSERT INTO channels (id, kind, fingerprint, url, state, failures) VALUES (?, ?, ?, ?, 'open', 0)",
            (
                channel_id,
                channel.kind,
                mark,
                self._vault.seal(url.encode(), place("channels", "url", channel_id)),
            ),
        )
        return channel_id

    def read(self, row: Mapping[str, Any] | sqlite3.Row, prefix: str = "") -> Channel:
        """A channel from its columns, each named with that prefix. Raises `SecretError`."""
        channel_id = row[f"{prefix}id"]
        url = self._vault.open(row[f"{prefix}url"], place("channels", "url", channel_id))
        return Channel(
            id=channel_id,
            kind=row[f"{prefix}kind"],
            url=SecretStr(url.decode()),
            state=row[f"{prefix}state"],
            reason=row[f"{prefix}reason"],
            failing_since=moment(row[f"{prefix}failing_since"]),
            failures=row[f"{prefix}failures"],
            retry_at=moment(row[f"{prefix}retry_at"]),
            flagged=bool(row[f"{prefix}flagged"]),
        )


def reopen(connection: sqlite3.Connection, channel_id: str) -> None:
    """It may be posted to again at once, even if it was gone."""
    connection.execute(f"{CLEAR} WHERE id = ?", (channel_id,))


def keep(connection: sqlite3.Connection, channel: Channel) -> None:
    """Keep the channel's state and back-off."""
    connection.execute(
        "UPDATE channels SET state = ?, reason = ?, failing_since = ?, failures = ?, retry_at = ?, "
        "flagged = ? WHERE id = ?",
        (
            channel.state,
            channel.reason,
            stamp(channel.failing_since),
            channel.failures,
            stamp(channel.retry_at),
            channel.flagged,
            channel.id,
        ),
    )


def forget_unused(connection: sqlite3.Connection, channel_id: str) -> None:
    """Remove the channel if no subscription posts to it any more."""
    connection.execute(
        "DELETE FROM channels WHERE id = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE channel_id = ?1)",
        (channel_id,),
    )
