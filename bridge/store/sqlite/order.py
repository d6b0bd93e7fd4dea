"""What is held, and what channels saw, in SQLite."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from bridge.store.order import Held, Release, Sight, Thing
from bridge.store.sqlite import lease
from bridge.store.sqlite.deliveries import read_delivery
from bridge.store.sqlite.engine import Engine
from bridge.store.sqlite.rows import attributes, moment, stamp, take_turns, to_json

HELD: Final = """
SELECT h.endpoint_id, h.object, h.until, h.asks, h.at, h.late, d.*,
    e.types ->> d.part AS type, e.attributes -> d.part AS attributes
FROM held h CROSS JOIN deliveries d ON d.position = h.position CROSS JOIN events e ON e.id = d.event_id
ORDER BY h.position
"""

HOLD: Final = """
INSERT INTO held (position, subscription_id, endpoint_id, object, until, asks, at, late)
SELECT j.value->>0, j.value->>1, j.value->>2, j.value->>3, j.value->>4, j.value->>5, j.value->>6, j.value->>7
FROM json_each(?) j
"""

TELL: Final = """
UPDATE held SET at = j.value->>1, late = j.value->>2
FROM json_each(?) j CROSS JOIN deliveries d ON d.id = j.value->>0 WHERE held.position = d.position
"""

STILL: Final = """
SELECT j.key AS number, h.position, s.channel_id
FROM json_each(?) j CROSS JOIN deliveries d ON d.id = j.value CROSS JOIN held h ON h.position = d.position
    CROSS JOIN subscriptions s ON s.id = d.subscription_id
"""

RELEASE: Final = """
UPDATE deliveries SET state = j.value->>1, reason = j.value->>2, remark = j.value->>3, channel_id = j.value->>4,
    owed_at = j.value->>5, finished_at = j.value->>6, turn = j.value->>7
FROM json_each(?) j WHERE deliveries.position = j.value->>0
"""

ENDED: Final = "DELETE FROM held WHERE position IN (SELECT value FROM json_each(?))"

SEE: Final = """
INSERT INTO seen (channel_id, endpoint_id, object, at, noted_at)
SELECT j.value->>0, j.value->>1, j.value->>2, j.value->>3, j.value->>4 FROM json_each(?) j WHERE true
ON CONFLICT (channel_id, endpoint_id, object) DO UPDATE SET at = max(at, excluded.at), noted_at = excluded.noted_at
"""

SEEN: Final = """
SELECT j.key AS number, s.at FROM json_each(?) j CROSS JOIN seen s
    ON s.channel_id = j.value->>0 AND s.endpoint_id = j.value->>1 AND s.object = j.value->>2
"""


class SqliteOrder:
    """The port's `Order`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def held(self) -> Sequence[Held]:
        return await self._engine.read(
            lambda connection: [_read(row) for row in connection.execute(HELD)]
        )

    async def release(self, releases: Sequence[Release], generation: int) -> Sequence[str | None]:
        def run(connection: sqlite3.Connection) -> Sequence[str | None]:
            lease.fence(connection, (generation,))
            return _release(connection, releases)

        return await self._engine.write(run)

    async def seen(self, things: Sequence[Thing]) -> Mapping[Thing, datetime]:
        def run(connection: sqlite3.Connection) -> Mapping[Thing, datetime]:
            rows = connection.execute(SEEN, (to_json(list(map(tuple, things))),))
            return {things[row["number"]]: moment(row["at"]) for row in rows}

        return await self._engine.read(run)


def hold(connection: sqlite3.Connection, held: Iterable[tuple[int, Held]]) -> None:
    """Deliveries, by their positions, are held from now on."""
    rows = [
        (
            position,
            one.delivery.subscription_id,
            one.endpoint_id,
            one.object,
            stamp(one.until),
            int(one.asks),
            stamp(one.at),
            to_json(one.late),
        )
        for position, one in held
    ]
    connection.execute(HOLD, (to_json(rows),))


def tell(connection: sqlite3.Connection, told: Iterable[Held]) -> None:
    """What is held knows more; of what was told several times, the last counts."""
    latest = {one.delivery.id: (stamp(one.at), to_json(one.late)) for one in told}
    connection.execute(TELL, (to_json([(name, *news) for name, news in latest.items()]),))


def see(connection: sqlite3.Connection, sights: Iterable[tuple[str, str, Sight]]) -> None:
    """Channels see something: each with its id and that of the endpoint."""
    now = stamp(datetime.now(UTC))
    rows = [
        (channel_id, endpoint_id, sight.object, stamp(sight.at), now)
        for channel_id, endpoint_id, sight in sights
    ]
    connection.execute(SEE, (to_json(rows),))


def _release(connection: sqlite3.Connection, releases: Sequence[Release]) -> Sequence[str | None]:
    ids = to_json([one.delivery.id for one in releases])
    found = connection.execute(STILL, (ids,)).fetchall()
    still = [
        (releases[row["number"]], row["position"], row["channel_id"])
        for row in sorted(found, key=lambda row: row["number"])
    ]
    owed = [position for one, position, _ in still if one.delivery.state == "pending"]
    first = take_turns(connection, "deliveries", len(owed))
    turns = {position: turn for turn, position in enumerate(owed, first)}
    rows: list[tuple[Any, ...]] = [
        (
            position,
            one.delivery.state,
            one.delivery.reason,
            one.delivery.remark,
            channel_id,
            stamp(one.delivery.owed_at) or stamp(one.delivery.created_at),
            stamp(one.delivery.finished_at),
            turns.get(position),
        )
        for one, position, channel_id in still
    ]
    connection.execute(RELEASE, (to_json(rows),))
    connection.execute(ENDED, (to_json([position for _, position, _ in still]),))
    for one, _, _ in still:
        _decide(connection, one)
    see(
        connection,
        [
            (channel_id, one.endpoint_id, one.sight)
            for one, position, channel_id in still
            if one.sight is not None and position in turns
        ],
    )
    channels = {one.delivery.id: channel_id for one, _, channel_id in still}
    return [channels.get(one.delivery.id) for one in releases]


def _decide(connection: sqlite3.Connection, release: Release) -> None:
    """What its filters said stands in its event's decisions, in place of that they were to be asked."""
    if release.decision is None:
        return
    delivery = release.delivery
    row = connection.execute(
        "SELECT position, decisions FROM decisions WHERE position = (SELECT position FROM events WHERE id = ?)",
        (delivery.event_id,),
    ).fetchone()
    if row is None:
        return
    decisions = [
        (*given[:2], *release.decision)
        if given[:2] == [delivery.subscription_id, delivery.part]
        else given
        for given in orjson.loads(row["decisions"])
    ]
    connection.execute(
        "UPDATE decisions SET decisions = ? WHERE position = ?",
        (to_json(decisions), row["position"]),
    )


def _read(row: sqlite3.Row) -> Held:
    return Held(
        delivery=read_delivery(row),
        endpoint_id=row["endpoint_id"],
        object=row["object"],
        until=moment(row["until"]),
        type=row["type"],
        attributes=attributes(orjson.loads(row["attributes"])),
        at=moment(row["at"]),
        asks=bool(row["asks"]),
        late=attributes(orjson.loads(row["late"])),
    )
