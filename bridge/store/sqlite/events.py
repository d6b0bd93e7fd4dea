"""Events in SQLite. What lists do not read (headers, bodies, decisions) has tables of its own."""

import sqlite3
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import orjson

from bridge.models import Decision, Event, EventState, Listing, Page, Proof, Selection
from bridge.store.records import Recorded, Routed, Routing, Unrouted
from bridge.store.sqlite import lease
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.pages import first_since, listing
from bridge.store.sqlite.recording import Recording, record
from bridge.store.sqlite.routing import route
from bridge.store.sqlite.rows import attributes, moment, stamp, take_turns, to_json
from bridge.store.sqlite.selection import Selectable, selected

WHOLE: Final = """
SELECT e.*, b.headers, b.body, b.proof, d.decisions
FROM events e LEFT JOIN bodies b ON b.position = e.position LEFT JOIN decisions d ON d.position = e.position
"""

BYTES: Final = 16 * 1024 * 1024
"""Bodies that are read together, unless the first alone is larger."""

UNROUTED: Final = f"""
WITH next (position) AS (
    SELECT position FROM (
        SELECT e.position, e.turn, sum(length(b.body)) OVER (ORDER BY e.turn) - length(b.body) AS before
        FROM (SELECT position, turn FROM events WHERE turn IS NOT NULL AND turn >= ? ORDER BY turn LIMIT ?) e
        JOIN bodies b ON b.position = e.position
    ) WHERE before < {BYTES}
)
{WHOLE} WHERE e.position IN (SELECT position FROM next) ORDER BY e.turn
"""


class SqliteEvents:
    """The port's `Events`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self, event: Event, duplicate_key: str, since: datetime | None
    ) -> Awaitable[Recorded]:
        after = stamp(since) if since else 0
        recording = Recording(
            event, duplicate_key, after, to_json(event.headers), _proof_json(event.proof)
        )
        return self._engine.add(record, recording)

    async def get(self, event_id: str) -> Event | None:
        def run(connection: sqlite3.Connection) -> Event | None:
            row = connection.execute(f"{WHOLE} WHERE e.id = ?", (event_id,)).fetchone()
            return _whole(row) if row else None

        return await self._engine.read(run)

    async def list(
        self,
        page: Page,
        endpoint_id: str | None = None,
        state: EventState | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Listing[Event]:
        wanted = {"endpoint_id": endpoint_id, "state": state}

        def run(connection: sqlite3.Connection) -> Listing[Event]:
            also = (
                [] if state in {None, "routed"} else ["state <> 'routed'"]
            )  # as the index is made
            for at, relation in ((since, ">="), (until, "<")):
                if at is not None:
                    bound = first_since(connection, "events", "received_at", at)
                    also.append(f"position {relation} {bound}")
            return listing(
                connection, "SELECT * FROM events", wanted, page, _brief, also=" AND ".join(also)
            )

        return await self._engine.read(run)

    async def unrouted(self, turn: int, limit: int) -> Sequence[Unrouted]:
        def run(connection: sqlite3.Connection) -> Sequence[Unrouted]:
            rows = connection.execute(UNROUTED, (turn, limit)).fetchall()
            return [
                Unrouted(_whole(row), row["turn"], fresh=row["turn"] == row["position"])
                for row in rows
            ]

        return await self._engine.read(run)

    def routed(self, routings: Sequence[Routing]) -> Awaitable[Sequence[Routed]]:
        return self._engine.add(route, routings)

    async def failed(self, event_id: str, reason: str, generation: int) -> None:
        def run(connection: sqlite3.Connection) -> None:
            lease.fence(connection, (generation,))
            connection.execute(
                "UPDATE events SET state = 'failed', reason = ?, turn = NULL WHERE id = ? AND state = 'received'",
                (reason, event_id),
            )

        await self._engine.write(run)

    async def replay(self, event_id: str) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            rows = connection.execute(
                f"SELECT position FROM events WHERE id = ? AND {REPLAYABLE}", (event_id,)
            ).fetchall()
            _route_again(connection, rows)
            return bool(rows)

        return await self._engine.write(run)

    async def replay_selected(
        self, selection: Selection, limit: int
    ) -> tuple[int, Selection | None]:
        def run(connection: sqlite3.Connection) -> tuple[int, Selection | None]:
            rows = connection.execute(*selected(REPLAYED, selection, limit)).fetchall()
            _route_again(connection, rows)
            left = replace(selection, after=rows[-1]["position"]) if len(rows) == limit else None
            return len(rows), left

        return await self._engine.write(run)


REPLAYABLE: Final = "EXISTS (SELECT 1 FROM bodies WHERE bodies.position = events.position)"
"""Its body has not been removed for its age."""

REPLAYED: Final = Selectable(
    columns="position",
    table="events",
    always=f"turn IS NULL AND {REPLAYABLE}",
    usual="routed",
    at="received_at",
    endpoint="endpoint_id",
)
"""Events that are not still to be routed."""


def _route_again(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> None:
    if not rows:
        return
    first = take_turns(connection, "events", len(rows))
    connection.executemany(
        "UPDATE events SET state = 'received', reason = NULL, turn = ? WHERE position = ?",
        [(turn, row["position"]) for turn, row in enumerate(rows, first)],
    )


def _proof_json(proof: Proof | None) -> str | None:
    return None if proof is None else to_json((proof.by, proof.headers, proof.secret))


def _proof(kept: str | None) -> Proof | None:
    if kept is None:
        return None
    by, headers, secret = orjson.loads(kept)
    return Proof(by, tuple(headers), secret)


def _brief(row: sqlite3.Row) -> Event:
    return Event(
        id=row["id"],
        endpoint_id=row["endpoint_id"],
        source=row["source"],
        received_at=moment(row["received_at"]),
        headers={},
        body=b"",
        delivery_id=row["delivery_id"],
        state=row["state"],
        reason=row["reason"],
        types=tuple(orjson.loads(row["types"])),
        attributes=tuple(map(attributes, orjson.loads(row["attributes"]))),
    )


def _whole(row: sqlite3.Row) -> Event:
    return replace(
        _brief(row),
        headers=orjson.loads(row["headers"] or "{}"),
        body=row["body"] or b"",
        removed=row["body"] is None,
        proof=_proof(row["proof"]),
        decisions=tuple(Decision(*given) for given in orjson.loads(row["decisions"] or "[]")),
    )
