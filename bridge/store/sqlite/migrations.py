"""The tables, as numbered steps: a database is brought from wherever it is to the newest step.

A step that has been released is never changed; the next one changes the tables.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from bridge.errors import SettingsError

APPLICATION: Final = 0x74776272
"""Marks a database file as one of this bridge ("twbr")."""

STEPS: Final = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE turns (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
    INSERT INTO turns VALUES ('events', 1), ('deliveries', 1);

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
    CREATE INDEX refusals_of_endpoint ON refusals (endpoint_id, position);

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

    -- `turn` is the place in the queue of what is to be routed, and NULL once it was. `endpoint_id` refers to nothing:
    -- a removed endpoint's events go piece by piece, and until they are gone it stands in `removals`.
    CREATE TABLE removals (endpoint_id TEXT PRIMARY KEY) STRICT;
    CREATE TABLE events (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        endpoint_id TEXT NOT NULL,
        source TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        delivery_id TEXT,
        duplicate_key TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT,
        turn INTEGER,
        types TEXT NOT NULL DEFAULT '[]',
        attributes TEXT NOT NULL DEFAULT '[]'
    ) STRICT;
    CREATE INDEX events_by_key ON events (endpoint_id, duplicate_key, received_at);
    CREATE INDEX events_of_endpoint ON events (endpoint_id, position);
    CREATE INDEX events_of_endpoint_by_state ON events (endpoint_id, state, position);
    CREATE INDEX events_by_state ON events (state, position);
    CREATE INDEX events_to_route ON events (turn) WHERE turn IS NOT NULL;

    -- What lists do not read has tables of its own, with the event's position; and routing rewrites no body.
    CREATE TABLE bodies (
        position INTEGER PRIMARY KEY REFERENCES events (position) ON DELETE CASCADE,
        headers TEXT NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE TABLE decisions (
        position INTEGER PRIMARY KEY REFERENCES events (position) ON DELETE CASCADE,
        decisions TEXT NOT NULL
    ) STRICT;

    -- `turn` is the place in the lane of what is pending, and NULL once it is not. `subscription_id` and `channel_id`
    -- refer to nothing: a delivery outlives them.
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
    CREATE INDEX deliveries_of_subscription_by_state ON deliveries (subscription_id, state, position);
    CREATE INDEX deliveries_by_state ON deliveries (state, position);
    CREATE INDEX deliveries_pending ON deliveries (subscription_id, turn) WHERE turn IS NOT NULL;

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
    CREATE INDEX attempts_of_delivery ON attempts (delivery_id, position);

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
    """,
    """
    -- What others keep in memory and must forget: the id of an endpoint, for it or its subscriptions, or of a channel,
    -- for its lane.
    CREATE TABLE changes (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        subject TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX changes_of_subject ON changes (subject, position);

    -- Who works on this database: one row, whose generation grows with every holder.
    CREATE TABLE lease (
        name TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        generation INTEGER NOT NULL,
        until INTEGER NOT NULL
    ) STRICT;
    INSERT INTO lease VALUES ('worker', '', 0, 0);

    -- What the operator is to be told in the alert channel, until it was told.
    CREATE TABLE alerts (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        channel_id TEXT NOT NULL,
        event TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT;

    ALTER TABLE subscriptions ADD COLUMN digest INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE subscriptions ADD COLUMN expiry INTEGER;
    ALTER TABLE channels ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0;

    -- `claim` is the generation of the worker that posts it, or did when it died; `owed_at` when it got its turn;
    -- `digest` names the digest card that it was delivered in.
    ALTER TABLE deliveries ADD COLUMN owed_at INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE deliveries ADD COLUMN claim INTEGER;
    ALTER TABLE deliveries ADD COLUMN digest TEXT;
    UPDATE deliveries SET owed_at = created_at;

    ALTER TABLE attempts ADD COLUMN channel_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE attempts ADD COLUMN digest TEXT;
    UPDATE attempts SET channel_id = (SELECT channel_id FROM deliveries WHERE id = attempts.delivery_id);
    CREATE INDEX attempts_of_channel ON attempts (channel_id, at);

    -- Most events are routed and most deliveries delivered: an index of the others is small, and both come to their
    -- ends without being written to it again. Lists of those most read the newest, whatever their state.
    DROP INDEX events_by_state;
    DROP INDEX events_of_endpoint_by_state;
    CREATE INDEX events_not_routed ON events (state, position) WHERE state <> 'routed';
    DROP INDEX deliveries_by_state;
    DROP INDEX deliveries_of_subscription_by_state;
    CREATE INDEX deliveries_not_delivered ON deliveries (state, position) WHERE state <> 'delivered';
    CREATE INDEX deliveries_not_delivered_of_subscription ON deliveries (subscription_id, state, position)
        WHERE state <> 'delivered';

    -- What is counted up to see that the database can be written.
    INSERT INTO turns VALUES ('checks', 0);

    -- Places in a queue are places in its table too, for what is new.
    UPDATE turns SET next = max(next, (SELECT coalesce(max(position), 0) + 1 FROM events)) WHERE name = 'events';
    UPDATE turns SET next = max(next, (SELECT coalesce(max(position), 0) + 1 FROM deliveries))
        WHERE name = 'deliveries';
    """,
    """
    ALTER TABLE subscriptions ADD COLUMN hold INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE subscriptions ADD COLUMN stale TEXT NOT NULL DEFAULT 'keep';

    -- A line that a delivery's card says besides.
    ALTER TABLE deliveries ADD COLUMN remark TEXT;

    -- Deliveries that are pending and have no place in their lane before `until`, by their position. `late` is what later
    -- events about the same object brought, `at` the vendor's newest time of it; `asks`: its filters are to be asked.
    CREATE TABLE held (
        position INTEGER PRIMARY KEY REFERENCES deliveries (position) ON DELETE CASCADE,
        subscription_id TEXT NOT NULL,
        endpoint_id TEXT NOT NULL,
        object TEXT NOT NULL,
        until INTEGER NOT NULL,
        asks INTEGER NOT NULL,
        at INTEGER,
        late TEXT NOT NULL
    ) STRICT;

    -- The newest vendor's time of each object as of which a card was put into a channel's lane, for subscriptions that
    -- ask what is stale; `noted_at` is ours.
    CREATE TABLE seen (
        channel_id TEXT NOT NULL,
        endpoint_id TEXT NOT NULL,
        object TEXT NOT NULL,
        at INTEGER NOT NULL,
        noted_at INTEGER NOT NULL,
        PRIMARY KEY (channel_id, endpoint_id, object)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX seen_by_age ON seen (noted_at);

    -- What the sender was known by, as JSON; NULL for what came before this was kept.
    ALTER TABLE bodies ADD COLUMN proof TEXT;

    -- What an administrator turned off, for a tenant (`team` is empty) or a team of it; where all is on, there is no row.
    -- Each subscription has what follows from it: NULL, or whose switch it is, so that no card has to ask.
    CREATE TABLE switches (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant TEXT NOT NULL,
        team TEXT NOT NULL,
        connectors INTEGER NOT NULL,
        actions INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        UNIQUE (tenant, team)
    ) STRICT;
    ALTER TABLE subscriptions ADD COLUMN connectors_off TEXT;
    ALTER TABLE subscriptions ADD COLUMN actions_off TEXT;

    -- Whom cards may mention. `id` is the source and the user name, in small letters.
    CREATE TABLE people (
        id TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        user TEXT NOT NULL,
        name TEXT NOT NULL,
        teams_id BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX people_of_source ON people (source, user);

    -- What a card's button was pressed with, so that nobody presses with it again, until it has expired anyway.
    CREATE TABLE presses (key TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX presses_until ON presses (until);

    -- What was set up in one tab.
    CREATE INDEX subscriptions_of_tab ON subscriptions (teams->>'tab') WHERE teams->>'tab' IS NOT NULL;
    """,
)


def migrate(connection: sqlite3.Connection, steps: Sequence[str] = STEPS) -> int:
    """Bring the database to the newest step, inside the caller's transaction; how many steps were taken.

    Raises `SettingsError` for a file that is another program's or from the future.
    """
    version = schema_version(connection, len(steps))
    for number, step in enumerate(steps[version:], version + 1):
        for statement in _statements(step):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    return len(steps) - version


def schema_version(connection: sqlite3.Connection, newest: int = len(STEPS)) -> int:
    """How many steps the database has taken. Raises `SettingsError` for another program's file or one from the future."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION and (application or version or tables):
        raise SettingsError(
            "BRIDGE_DATABASE_URL: the file is a database, but not this bridge's: name another file."
        )
    if version > newest:
        raise SettingsError(
            f"The database is of a newer version of the bridge (step {version}; this one knows "
            f"{newest}): install that version, or restore a backup from before it."
        )
    return int(version)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: SQLite's own way to run a script would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
