"""Keeps webhooks: all that wait, in a few statements however many they are.

SQLite's driver takes Python's lock for every row that goes in or comes out one by one, and waits for it each time while
the event loop is busy. So rows go in as one JSON text, bodies as one blob that SQL cuts up again, and only what is out of
the ordinary comes out.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bridge.errors import NotFound
from bridge.models import Event
from bridge.store.records import Recorded
from bridge.store.sqlite.rows import stamp, take_turns, to_json

MOST_BYTES: Final = 16 * 1024 * 1024
"""Bodies that are joined to one blob, unless one alone is larger."""

KNOWN: Final = """
SELECT number, id FROM (
    SELECT j.key AS number, (
        SELECT e.id FROM events e WHERE e.endpoint_id = j.value->>0 AND e.duplicate_key = j.value->>1
            AND e.received_at >= j.value->>2
        ORDER BY e.received_at DESC LIMIT 1
    ) AS id
    FROM json_each(?) j
) WHERE id IS NOT NULL
"""

EVENTS: Final = """
INSERT INTO events (position, id, endpoint_id, source, received_at, delivery_id, duplicate_key, state, turn)
SELECT j.value->>0, j.value->>1, e.id, j.value->>3, j.value->>4, j.value->>5, j.value->>6, 'received', j.value->>0
FROM json_each(?) j CROSS JOIN endpoints e ON e.id = j.value->>2
"""

BODIES: Final = """
INSERT INTO bodies (position, headers, body, proof)
SELECT j.value->>0, j.value->>1, coalesce(substr(?2, j.value->>2, j.value->>3), x''), j.value->>4 FROM json_each(?1) j
"""


@dataclass(frozen=True, slots=True)
class Recording:
    """A webhook to keep, unless it was here before: `key` says by what that is seen, `since` (a stamp) for how long."""

    event: Event
    key: str
    since: int
    headers: str
    proof: str | None


def record(connection: sqlite3.Connection, items: Sequence[Recording]) -> Sequence[Recorded]:
    """Keep each; what came of it. Raises `NotFound` where an endpoint is not there."""
    asked = to_json([(item.event.endpoint_id, item.key, item.since) for item in items])
    known: dict[int, str] = dict(connection.execute(KNOWN, (asked,)).fetchall())
    fresh: dict[tuple[str, str], Recording] = {}
    for number, item in enumerate(items):
        if number not in known:
            fresh.setdefault((item.event.endpoint_id, item.key), item)
    first = take_turns(connection, "events", len(fresh)) if fresh else 0
    turns = {item.event.id: first + number for number, item in enumerate(fresh.values())}
    _insert(connection, turns, list(fresh.values()))
    found: list[Recorded] = []
    for number, item in enumerate(items):
        kept = known.get(number) or fresh[item.event.endpoint_id, item.key].event.id
        own = kept == item.event.id
        found.append(Recorded(kept, duplicate=not own, turn=turns[kept] if own else None))
    return found


def _insert(
    connection: sqlite3.Connection, turns: dict[str, int], fresh: Sequence[Recording]
) -> None:
    rows = [
        (
            turns[item.event.id],
            item.event.id,
            item.event.endpoint_id,
            item.event.source,
            stamp(item.event.received_at),
            item.event.delivery_id,
            item.key,
        )
        for item in fresh
    ]
    if connection.execute(EVENTS, (to_json(rows),)).rowcount != len(rows):
        raise NotFound("There is no such endpoint.")
    start = 0
    while start < len(fresh):
        places: list[tuple[int, str, int, int, str | None]] = []
        bodies: list[bytes] = []
        size = 0
        for item in fresh[start:]:
            body = item.event.body
            if bodies and size + len(body) > MOST_BYTES:
                break
            place = (turns[item.event.id], item.headers, size + 1, len(body), item.proof)
            places.append(place)
            bodies.append(body)
            size += len(body)
        connection.execute(BODIES, (to_json(places), b"".join(bodies)))
        start += len(bodies)
