"""Keeps what events became: all that wait, in a few statements however many they are (see `recording` for why)."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from bridge.models import Delivery
from bridge.store.records import Routed, Routing
from bridge.store.sqlite import lanes, lease, order
from bridge.store.sqlite.rows import stamp, take_turns, to_json

CHANGED: Final = """
SELECT j.key AS number FROM json_each(?) j WHERE EXISTS (
    SELECT 1 FROM changes c WHERE c.subject = j.value->>0 AND c.position > j.value->>1
)
"""

OVER: Final = """
SELECT j.value AS id FROM json_each(?) j
WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = j.value AND e.state = 'received')
"""
"""Events that are not to be routed any more, or gone."""

EVENTS: Final = """
UPDATE events SET state = 'routed', reason = NULL, turn = NULL, types = j.value->>1, attributes = j.value->>2
FROM json_each(?) j WHERE events.id = j.value->>0
"""

DECISIONS: Final = """
INSERT OR REPLACE INTO decisions (position, decisions)
SELECT e.position, j.value->>1 FROM json_each(?) j CROSS JOIN events e ON e.id = j.value->>0
"""

DELIVERIES: Final = """
INSERT INTO deliveries (position, id, event_id, part, subscription_id, channel_id, state, reason, turn, created_at,
    owed_at, finished_at, claim)
SELECT j.value->>0, j.value->>1, j.value->>2, j.value->>3, j.value->>4, j.value->>5, j.value->>6, j.value->>7,
    j.value->>8, j.value->>9, j.value->>12, j.value->>10, j.value->>11
FROM json_each(?) j
"""

REMARKS: Final = """
UPDATE deliveries SET remark = j.value->>1 FROM json_each(?) j WHERE deliveries.id = j.value->>0
"""


def route(
    connection: sqlite3.Connection, given: Sequence[Sequence[Routing]]
) -> Sequence[Sequence[Routed]]:
    """Keep each; what came of it. Raises `LeaseLost`."""
    found = iter(_route(connection, [item for items in given for item in items]))
    return [[next(found) for _ in items] for items in given]


def _route(connection: sqlite3.Connection, items: Sequence[Routing]) -> Sequence[Routed]:
    lease.fence(connection, {item.generation for item in items})
    looked_at = to_json([(item.endpoint_id, item.seen) for item in items])
    stale = {row["number"] for row in connection.execute(CHANGED, (looked_at,)).fetchall()}
    ids = to_json([item.event_id for item in items])
    over = {row["id"] for row in connection.execute(OVER, (ids,)).fetchall()}
    here = [item for item in items if item.event_id not in over]
    routed = {item.event_id for item in here}
    events = [(item.event_id, item.types, item.attributes) for item in here]
    connection.execute(EVENTS, (to_json(events),))
    reasons = [(item.event_id, item.decisions) for item in here]
    connection.execute(DECISIONS, (to_json(reasons),))
    rows: list[list[Any]] = []
    held: list[list[Any]] = []
    ordered: list[Routing] = []
    left = set(routed)
    for number, item in enumerate(items):
        if item.event_id in left:
            left.remove(item.event_id)
            changed = number in stale
            rows += _rows(connection, item, item.deliveries, changed=changed)
            if item.ordering is not None:
                ordered.append(item)
                waiting = [one.delivery for one in item.ordering.held]
                held += _rows(connection, item, waiting, changed=changed)
    if rows or held:
        first = take_turns(connection, "deliveries", len(rows) + len(held))
        for position, row in enumerate(rows, first):
            row[0] = position
            row[8] = position if row[6] == "pending" else None
        for position, row in enumerate(held, first + len(rows)):
            row[0] = position
        connection.execute(DELIVERIES, (to_json(rows + held),))
    if ordered:
        _keep_order(connection, ordered, rows + held)
    return [
        Routed(kept=item.event_id in routed, as_planned=number not in stale)
        for number, item in enumerate(items)
    ]


def _rows(
    connection: sqlite3.Connection,
    item: Routing,
    deliveries: Sequence[Delivery],
    *,
    changed: bool,
) -> list[list[Any]]:
    rows = [_row(item, delivery) for delivery in deliveries]
    if changed:
        for row in rows:
            _as_of_now(connection, row)
    return rows


def _keep_order(
    connection: sqlite3.Connection, items: Sequence[Routing], rows: Sequence[list[Any]]
) -> None:
    """What is held, what was told of it, and what channels see; all of what is pending only."""
    pending = {row[1]: row for row in rows if row[6] == "pending"}
    given = [(item.endpoint_id, item.ordering) for item in items if item.ordering is not None]
    order.hold(
        connection,
        (
            (pending[held.delivery.id][0], held)
            for _, ordering in given
            for held in ordering.held
            if held.delivery.id in pending
        ),
    )
    order.tell(connection, (held for _, ordering in given for held in ordering.told))
    order.see(
        connection,
        (
            (pending[sight.delivery_id][5], endpoint_id, sight)
            for endpoint_id, ordering in given
            for sight in ordering.sights
            if sight.delivery_id in pending
        ),
    )
    said = [(one.id, one.remark) for item in items for one in item.deliveries if one.remark]
    connection.execute(REMARKS, (to_json(said),))


def _row(item: Routing, delivery: Delivery) -> list[Any]:
    created = stamp(delivery.created_at)
    pending = delivery.state == "pending"
    return [
        0,
        delivery.id,
        delivery.event_id,
        delivery.part,
        delivery.subscription_id,
        delivery.channel_id,
        delivery.state,
        delivery.reason,
        None,
        created,
        None if pending else stamp(delivery.finished_at) or created,
        item.generation if delivery.id in item.claimed else None,
        stamp(delivery.owed_at) or created,
    ]


def _as_of_now(connection: sqlite3.Connection, row: list[Any]) -> None:
    """A subscription that was removed meanwhile gets a dropped delivery, one that moved has it in its new channel."""
    row[11] = None
    found = connection.execute(
        "SELECT channel_id FROM subscriptions WHERE id = ?", (row[4],)
    ).fetchone()
    if found:
        row[5] = found["channel_id"]
    elif row[6] == "pending":
        row[6], row[7], row[10] = "dropped", lanes.REMOVED, row[9]
