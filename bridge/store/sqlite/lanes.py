"""Turns in lanes: what is pending has one, and whatever ends takes it away.

The pending deliveries of a channel are those of its subscriptions, so that a lane is read through them: a paused
subscription's long backlog costs nothing, and nothing has to be moved when a subscription changes its state.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bridge.store.sqlite.changes import note
from bridge.store.sqlite.rows import stamp, take_turns, to_json

REMOVED: Final = "The subscription was removed."

DUE: Final = """
WITH RECURSIVE waiting (id) AS (
    SELECT (SELECT min(subscription_id) FROM deliveries WHERE turn IS NOT NULL)
    UNION ALL
    SELECT (SELECT min(subscription_id) FROM deliveries WHERE turn IS NOT NULL AND subscription_id > waiting.id)
    FROM waiting WHERE waiting.id IS NOT NULL
),
lanes (channel_id, first) AS (
    SELECT s.channel_id,
        min((SELECT min(d.turn) FROM deliveries d WHERE d.subscription_id = s.id AND d.turn IS NOT NULL))
    FROM waiting CROSS JOIN subscriptions s ON s.id = waiting.id
    WHERE s.state = 'active' AND s.connectors_off IS NULL GROUP BY s.channel_id
)
SELECT channel_id, first FROM lanes CROSS JOIN channels c ON c.id = lanes.channel_id WHERE c.state = 'open'
"""
"""The open channels with something to send; `first` is the turn of the first of it.

It steps from one subscription with something pending to the next, each an index look-up.
"""

FRONT: Final = """
SELECT d.*, s.expiry AS s_expiry, s.presentation AS s_presentation, s.actions_off IS NULL AS s_acting,
    s.digest AND NOT (d.attempts > 0 AND EXISTS (
    SELECT 1 FROM attempts a WHERE a.delivery_id = d.id AND a.digest IS NOT NULL AND a.outcome = 'rejected'
)) AS s_digest
FROM subscriptions s CROSS JOIN deliveries d ON d.position IN (
    SELECT position FROM deliveries WHERE subscription_id = s.id AND turn IS NOT NULL ORDER BY turn LIMIT ?2
)
WHERE s.channel_id = ?1 AND s.state = 'active' AND s.connectors_off IS NULL ORDER BY d.turn LIMIT ?2
"""
"""The first that a channel is owed by active subscriptions. What a channel refused in a digest is not merged again."""


def move(connection: sqlite3.Connection, subscription_id: str, channel_id: str) -> None:
    """What is pending goes to another channel, in the order of the turns it has."""
    connection.execute(
        "UPDATE deliveries SET channel_id = ?1 "
        "WHERE subscription_id = ?2 AND turn IS NOT NULL AND channel_id <> ?1",
        (channel_id, subscription_id),
    )


def release(connection: sqlite3.Connection, subscription_id: str) -> None:
    """What was held goes behind all that is pending now, in its order."""
    held = connection.execute(
        "SELECT position FROM deliveries WHERE subscription_id = ? AND turn IS NOT NULL ORDER BY turn",
        (subscription_id,),
    ).fetchall()
    first = take_turns(connection, "deliveries", len(held))
    now = stamp(datetime.now(UTC))
    connection.executemany(
        "UPDATE deliveries SET turn = ?, owed_at = ? WHERE position = ?",
        [(turn, now, row["position"]) for turn, row in enumerate(held, first)],
    )


def drop(connection: sqlite3.Connection, subscription_id: str, at: datetime) -> None:
    """What is pending will not be sent, since its subscription is removed."""
    _end(connection, [subscription_id], ("dropped", REMOVED, stamp(at)))


def give_up(
    connection: sqlite3.Connection, channel_id: str, reason: str | None, at: datetime
) -> int:
    """What is pending for a channel's active subscriptions is dead; how many. What a pause holds stays so."""
    rows = connection.execute(
        "SELECT id FROM subscriptions WHERE channel_id = ? AND state = 'active' AND connectors_off IS NULL",
        (channel_id,),
    )
    return _end(connection, [name for (name,) in rows], ("dead", reason, stamp(at)))


def _end(
    connection: sqlite3.Connection,
    subscription_ids: Sequence[str],
    end: tuple[str, str | None, int],
) -> int:
    """What is pending for these ends in that state, for that reason, then: in its lane or held; how many."""
    held = connection.execute(
        "DELETE FROM held WHERE subscription_id IN (SELECT value FROM json_each(?)) RETURNING position",
        (to_json(subscription_ids),),
    ).fetchall()
    positions = [row["position"] for row in held]
    return sum(
        connection.execute(
            "UPDATE deliveries SET state = ?, reason = ?, finished_at = ?, turn = NULL, claim = NULL "
            f"WHERE {which} IN (SELECT value FROM json_each(?))",
            (*end, to_json(given)),
        ).rowcount
        for which, given in (
            ("turn IS NOT NULL AND subscription_id", subscription_ids),
            ("position", positions),
        )
    )


def owe_again(connection: sqlite3.Connection, finished: list[sqlite3.Row]) -> int:
    """Finished deliveries are pending again, behind all others; how many: not those whose subscription was removed.

    `finished` has rows of position and subscription_id.
    """
    channels = {
        row["subscription_id"]: connection.execute(
            "SELECT channel_id FROM subscriptions WHERE id = ?", (row["subscription_id"],)
        ).fetchone()
        for row in finished
    }
    owed = [row for row in finished if channels[row["subscription_id"]]]
    first = take_turns(connection, "deliveries", len(owed))
    now = stamp(datetime.now(UTC))
    connection.executemany(
        "UPDATE deliveries SET state = 'pending', reason = NULL, finished_at = NULL, digest = NULL, claim = NULL, "
        "turn = ?, channel_id = ?, owed_at = ? WHERE position = ?",
        [
            (turn, channels[row["subscription_id"]]["channel_id"], now, row["position"])
            for turn, row in enumerate(owed, first)
        ],
    )
    note(connection, {found["channel_id"] for found in channels.values() if found})
    return len(owed)
