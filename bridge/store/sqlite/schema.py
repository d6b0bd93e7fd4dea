"""The tables, as numbered steps: a database is brought from wherever it is to the newest."""

import sqlite3

from bridge.errors import SettingsError

STEPS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE endpoints (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        name TEXT NOT NULL,
        owner TEXT NOT NULL,
        verification TEXT NOT NULL,
        draft INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE refusals (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        endpoint_id TEXT NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        status INTEGER NOT NULL,
        reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX refusals_of ON refusals (endpoint_id, position);
    CREATE TABLE channels (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        fingerprint TEXT NOT NULL UNIQUE,
        url BLOB NOT NULL,
        state TEXT NOT NULL,
        reason TEXT,
        failing_since INTEGER,
        failures INTEGER NOT NULL,
        retry_at INTEGER
    ) STRICT;
    CREATE TABLE subscriptions (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        endpoint_id TEXT NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
        channel_id TEXT NOT NULL REFERENCES channels (id),
        name TEXT NOT NULL,
        events TEXT NOT NULL,
        filters TEXT NOT NULL,
        presentation TEXT NOT NULL,
        owner TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT,
        teams TEXT NOT NULL,
        user_object_id BLOB,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX subscriptions_of_endpoint ON subscriptions (endpoint_id, position);
    CREATE INDEX subscriptions_of_channel ON subscriptions (channel_id);
    CREATE TABLE events (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        endpoint_id TEXT NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
        source TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        delivery_id TEXT,
        duplicate_key TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT,
        turn INTEGER,
        types TEXT NOT NULL,
        attributes TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_by_key ON events (endpoint_id, duplicate_key, received_at);
    CREATE INDEX events_of_endpoint ON events (endpoint_id, position);
    CREATE INDEX events_by_state ON events (state, position);
    CREATE INDEX events_to_route ON events (turn) WHERE turn IS NOT NULL;
    CREATE TABLE bodies (
        event_id TEXT PRIMARY KEY REFERENCES events (id) ON DELETE CASCADE,
        headers TEXT NOT NULL,
        body BLOB NOT NULL,
        decisions TEXT NOT NULL DEFAULT '[]'
    ) STRICT;
    CREATE TABLE deliveries (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        subscription_id TEXT NOT NULL,
        channel_id TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT,
        turn INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        finished_at INTEGER
    ) STRICT;
    CREATE INDEX deliveries_of_event ON deliveries (event_id, position);
    CREATE INDEX deliveries_of_subscription ON deliveries (subscription_id, position);
    CREATE INDEX deliveries_by_state ON deliveries (state, position);
    CREATE INDEX deliveries_pending ON deliveries (subscription_id, turn) WHERE state = 'pending';
    CREATE INDEX lanes ON deliveries (channel_id, turn) WHERE state = 'pending';
    CREATE TABLE attempts (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        status INTEGER,
        milliseconds INTEGER NOT NULL,
        excerpt TEXT NOT NULL
    ) STRICT;
    CREATE INDEX attempts_of ON attempts (delivery_id, position);
    CREATE TABLE invitations (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        fingerprint TEXT NOT NULL UNIQUE,
        note TEXT NOT NULL,
        sources TEXT NOT NULL,
        endpoints TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE turns (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
    INSERT INTO turns VALUES ('events', 1), ('deliveries', 1);
    """,
)


def migrate(connection: sqlite3.Connection) -> int:
    """Bring the database to the newest step; how many were taken. Raises `SettingsError` for one from the future."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(STEPS):
        raise SettingsError(
            f"The database is of a newer version of the bridge (step {version}, this one knows "
            f"{len(STEPS)}): install that version, or restore a backup."
        )
    for step in STEPS[version:]:
        for statement in step.split(";\n"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    return len(STEPS) - int(version)
