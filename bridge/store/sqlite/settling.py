"""Keeps what came of posts: all that wait, in a few statements however many they are (see `recording` for why)."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bridge.models import Delivery
from bridge.store.records import Settlement
from bridge.store.sqlite import channels, lease
from bridge.store.sqlite.alerts import note_alert
from bridge.store.sqlite.rows import stamp, to_json

ENDS: Final = "(j.value->>1 = 'delivered' OR (deliveries.turn IS NOT NULL AND deliveries.channel_id = j.value->>6))"
"""What arrived has arrived; any other end is one only for what is still owed to that channel, and was not moved."""

FINISHED: Final = f"""
UPDATE deliveries SET
    attempts = attempts + j.value->>5,
    state = iif({ENDS}, j.value->>1, state),
    reason = iif({ENDS}, j.value->>2, reason),
    finished_at = iif({ENDS}, j.value->>3, finished_at),
    digest = iif({ENDS}, j.value->>4, digest),
    turn = iif({ENDS}, NULL, turn),
    claim = iif({ENDS}, NULL, claim)
FROM json_each(?) j WHERE deliveries.id = j.value->>0
"""

KEPT: Final = """
UPDATE deliveries SET attempts = attempts + 1, claim = NULL, reason = iif(turn IS NULL, reason, j.value->>1)
FROM json_each(?) j WHERE deliveries.id = j.value->>0
"""
"""What is still owed says why it was not delivered yet."""

ATTEMPTS: Final = """
INSERT INTO attempts (delivery_id, channel_id, at, outcome, reason, status, milliseconds, excerpt, digest)
SELECT d.id, j.value->>1, j.value->>2, j.value->>3, j.value->>4, j.value->>5, j.value->>6, j.value->>7, j.value->>8
FROM json_each(?) j CROSS JOIN deliveries d ON d.id = j.value->>0
"""

CLAIMED: Final = """
UPDATE deliveries SET claim = j.value->>1
FROM json_each(?) j WHERE deliveries.id = j.value->>0 AND deliveries.turn IS NOT NULL
"""


def settle(connection: sqlite3.Connection, items: Sequence[Settlement]) -> Sequence[None]:
    """Keep each. Raises `LeaseLost`."""
    lease.fence(connection, {item.generation for item in items})
    _write(connection, FINISHED, [row for item in items for row in _finished(item)])
    _write(connection, KEPT, [row for item in items for row in _kept(item)])
    _write(connection, ATTEMPTS, [row for item in items for row in _attempts(item)])
    _write(connection, CLAIMED, [(one, None) for item in items for one in item.released])
    _write(connection, CLAIMED, [(one, item.generation) for item in items for one in item.claimed])
    for item in items:
        if item.channel is not None:
            channels.keep(connection, item.channel)
        if item.alert is not None:
            note_alert(connection, item.alert)
    return [None] * len(items)


def _write(connection: sqlite3.Connection, sql: str, rows: Sequence[Any]) -> None:
    if rows:
        connection.execute(sql, (to_json(rows),))


def _finished(item: Settlement) -> Iterator[tuple[Any, ...]]:
    tries = 0 if item.attempt is None else 1
    for delivery in item.finished:
        yield (
            delivery.id,
            delivery.state,
            delivery.reason,
            stamp(delivery.finished_at),
            delivery.digest,
            tries,
            delivery.channel_id,
        )


def _kept(item: Settlement) -> Iterator[tuple[str, str | None]]:
    reason = item.attempt.reason if item.attempt else None
    for delivery in item.kept:
        yield delivery.id, reason


def _attempts(item: Settlement) -> Iterator[tuple[Any, ...]]:
    attempt = item.attempt
    if attempt is None:
        return
    tried: tuple[Delivery, ...] = (*item.finished, *item.kept)
    for delivery in tried:
        yield (
            delivery.id,
            delivery.channel_id,
            stamp(attempt.at),
            attempt.outcome,
            attempt.reason,
            attempt.status,
            attempt.milliseconds,
            attempt.excerpt,
            attempt.digest,
        )
