"""Deliveries and the tries at them in SQLite."""

import sqlite3
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import orjson

from bridge.models import Attempt, Delivery, DeliveryState, Listing, Page, Selection
from bridge.store.records import Front, Pending, Settlement
from bridge.store.sqlite import lanes
from bridge.store.sqlite.changes import note
from bridge.store.sqlite.channels import Channels
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.pages import listing
from bridge.store.sqlite.rows import moment, stamp
from bridge.store.sqlite.selection import Selectable, selected
from bridge.store.sqlite.settling import settle

LANES: Final = f"""
SELECT channel_id FROM ({lanes.DUE}) ORDER BY first
"""

ANSWERED: Final = """
SELECT max(at + milliseconds) AS at FROM attempts WHERE channel_id = ? AND at >= ? AND outcome <> 'interrupted'
GROUP BY coalesce(digest, position) ORDER BY at
"""


ATTEMPTS: Final = """
SELECT delivery_id, at, outcome, reason, status, milliseconds, excerpt, digest FROM (
    SELECT a.*, row_number() OVER (PARTITION BY a.delivery_id ORDER BY a.position DESC) AS back
    FROM deliveries d JOIN attempts a ON a.delivery_id = d.id WHERE d.event_id = ?
) WHERE back <= ? ORDER BY position
"""

DIGESTS: Final = """
SELECT DISTINCT a.digest, (
    SELECT count(*) FROM attempts o WHERE o.channel_id = a.channel_id AND o.at = a.at AND o.digest = a.digest
) AS count
FROM deliveries d JOIN attempts a ON a.delivery_id = d.id WHERE d.event_id = ? AND a.digest IS NOT NULL
"""

REPLAYED: Final = Selectable(
    columns="position, subscription_id",
    table="deliveries",
    always="finished_at IS NOT NULL",
    usual="delivered",
    at="finished_at",
    endpoint="(SELECT endpoint_id FROM events WHERE events.id = deliveries.event_id)",
    subscription="subscription_id",
)
"""Finished deliveries."""


class SqliteDeliveries:
    """The port's `Deliveries`."""

    def __init__(self, engine: Engine, channels: Channels) -> None:
        self._engine = engine
        self._channels = channels

    async def get(self, delivery_id: str) -> Delivery | None:
        def run(connection: sqlite3.Connection) -> Delivery | None:
            row = connection.execute(
                "SELECT * FROM deliveries WHERE id = ?", (delivery_id,)
            ).fetchone()
            return read_delivery(row) if row else None

        return await self._engine.read(run)

    async def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        def run(connection: sqlite3.Connection) -> Sequence[Attempt]:
            rows = connection.execute(
                "SELECT at, outcome, reason, status, milliseconds, excerpt, digest FROM attempts "
                "WHERE delivery_id = ? ORDER BY position",
                (delivery_id,),
            ).fetchall()
            return tuple(Attempt(moment(at), *others) for at, *others in rows)

        return await self._engine.read(run)

    async def of_event(self, event_id: str) -> Sequence[Delivery]:
        def run(connection: sqlite3.Connection) -> Sequence[Delivery]:
            rows = connection.execute(
                "SELECT * FROM deliveries WHERE event_id = ? ORDER BY position", (event_id,)
            ).fetchall()
            return tuple(map(read_delivery, rows))

        return await self._engine.read(run)

    async def attempts_of_event(self, event_id: str, most: int) -> Mapping[str, Sequence[Attempt]]:
        def run(connection: sqlite3.Connection) -> Mapping[str, Sequence[Attempt]]:
            found: dict[str, list[Attempt]] = {}
            for delivery_id, at, *others in connection.execute(ATTEMPTS, (event_id, most)):
                found.setdefault(delivery_id, []).append(Attempt(moment(at), *others))
            return found

        return await self._engine.read(run)

    async def digests_of_event(self, event_id: str) -> Mapping[str, int]:
        def run(connection: sqlite3.Connection) -> Mapping[str, int]:
            return {row["digest"]: row["count"] for row in connection.execute(DIGESTS, (event_id,))}

        return await self._engine.read(run)

    async def list(
        self, page: Page, state: DeliveryState | None = None, subscription_id: str | None = None
    ) -> Listing[Delivery]:
        wanted = {"subscription_id": subscription_id, "state": state}
        also = (
            "" if state in {None, "delivered"} else "state <> 'delivered'"
        )  # as the index is made
        return await self._engine.read(
            lambda connection: listing(
                connection, "SELECT * FROM deliveries", wanted, page, read_delivery, also=also
            )
        )

    async def lanes(self) -> Sequence[str]:
        def run(connection: sqlite3.Connection) -> Sequence[str]:
            return [channel_id for (channel_id,) in connection.execute(LANES)]

        return await self._engine.read(run)

    async def front(self, channel_id: str, limit: int, generation: int) -> Front:
        def run(connection: sqlite3.Connection) -> Front:
            channel = connection.execute(
                "SELECT * FROM channels WHERE id = ?", (channel_id,)
            ).fetchone()
            if channel is None:
                return Front(None, (), complete=True)
            rows = connection.execute(lanes.FRONT, (channel_id, limit)).fetchall()
            pending = tuple(
                Pending(
                    # A subscription that moved here brought it along.
                    replace(read_delivery(row), channel_id=channel_id),
                    digest=bool(row["s_digest"]),
                    expiry=row["s_expiry"],
                    interrupted=row["claim"] is not None and row["claim"] != generation,
                    acting=bool(row["s_acting"]),
                )
                for row in rows
            )
            wanted = {row["subscription_id"]: row["s_presentation"] for row in rows}
            return Front(
                self._channels.read(channel),
                pending,
                complete=len(rows) < limit,
                presentations={name: orjson.loads(text) for name, text in wanted.items()},
            )

        return await self._engine.read(run)

    async def answered(self, channel_id: str, since: datetime) -> Sequence[datetime]:
        def run(connection: sqlite3.Connection) -> Sequence[datetime]:
            rows = connection.execute(ANSWERED, (channel_id, stamp(since)))
            return [moment(at) for (at,) in rows]

        return await self._engine.read(run)

    def settle(self, settlement: Settlement) -> Awaitable[None]:
        return self._engine.add(settle, settlement)

    async def close_channel(self, settlement: Settlement, at: datetime) -> int:
        def run(connection: sqlite3.Connection) -> int:
            settle(connection, (settlement,))
            channel = settlement.channel
            if channel is None:
                return 0
            dead = lanes.give_up(connection, channel.id, channel.reason, at)
            closed = connection.execute(
                "UPDATE subscriptions SET state = 'disabled', reason = ?, updated_at = ? WHERE channel_id = ? "
                "RETURNING endpoint_id",
                (channel.reason, stamp(at), channel.id),
            ).fetchall()
            note(connection, [row["endpoint_id"] for row in closed])
            return dead

        return await self._engine.write(run)

    async def replay(self, delivery_id: str) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            rows = connection.execute(
                "SELECT position, subscription_id, state FROM deliveries WHERE id = ?",
                (delivery_id,),
            ).fetchall()
            lanes.owe_again(connection, [row for row in rows if row["state"] != "pending"])
            return bool(rows)

        return await self._engine.write(run)

    async def replay_selected(
        self, selection: Selection, limit: int
    ) -> tuple[int, Selection | None]:
        def run(connection: sqlite3.Connection) -> tuple[int, Selection | None]:
            rows = connection.execute(*selected(REPLAYED, selection, limit)).fetchall()
            owed = lanes.owe_again(connection, rows)
            left = replace(selection, after=rows[-1]["position"]) if len(rows) == limit else None
            return owed, left

        return await self._engine.write(run)


def read_delivery(row: sqlite3.Row) -> Delivery:
    """A delivery from its columns."""
    return Delivery(
        id=row["id"],
        event_id=row["event_id"],
        part=row["part"],
        subscription_id=row["subscription_id"],
        channel_id=row["channel_id"],
        created_at=moment(row["created_at"]),
        state=row["state"],
        reason=row["reason"],
        attempts=row["attempts"],
        finished_at=moment(row["finished_at"]),
        owed_at=moment(row["owed_at"]),
        digest=row["digest"],
        remark=row["remark"],
    )
