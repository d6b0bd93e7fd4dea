"""How a long list is cut into pages: newest first, each page beginning after the position that the cursor names."""

import base64
import binascii
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from bridge.errors import Invalid
from bridge.models import Listing, Page
from bridge.store.sqlite.rows import stamp

T = TypeVar("T")

_LAST: Final = 2**63 - 1


def listing(
    connection: sqlite3.Connection,
    select: str,
    wanted: Mapping[str, Any],
    page: Page,
    read: Callable[[sqlite3.Row], T],
    *,
    also: str = "",
) -> Listing[T]:
    """A page of rows. `select` gives `position`; `wanted` are the values that columns must have, where not None.

    `also` is a further condition, for the sake of a partial index.

    Raises `Invalid` for a cursor that no list gave.
    """
    size = max(page.limit, 1)
    sql, values = page_query(select, wanted, page.cursor, size + 1, also)
    rows = connection.execute(sql, values).fetchall()
    items, more = rows[:size], rows[size:]
    return Listing(tuple(map(read, items)), _cursor(items[-1]["position"]) if more else None)


def page_query(
    select: str, wanted: Mapping[str, Any], cursor: str | None, size: int, also: str = ""
) -> tuple[str, tuple[object, ...]]:
    """The SQL of so many rows and its values."""
    given = {column: value for column, value in wanted.items() if value is not None}
    conditions = (*(f"{column} = ?" for column in given), "position < ?", also)
    wheres = " AND ".join(filter(None, conditions))
    before = _LAST if cursor is None else _position(cursor)
    return (
        f"{select} WHERE {wheres} ORDER BY position DESC LIMIT ?",
        (*given.values(), before, size),
    )


def first_since(connection: sqlite3.Connection, table: str, column: str, at: datetime) -> int:
    """The first position of a table whose time is not before that, found by halving: times grow with positions."""
    wanted = stamp(at)
    low, high = connection.execute(
        # Together in one question, the two would read the whole table.
        f"SELECT coalesce((SELECT min(position) FROM {table}), 0), coalesce((SELECT max(position) FROM {table}), 0) + 1"
    ).fetchone()
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            f"SELECT position, {column} AS at FROM {table} WHERE position >= ? ORDER BY position LIMIT 1",
            (middle,),
        ).fetchone()
        if row is None or row["at"] >= wanted:
            high = middle
        else:
            low = row["position"] + 1
    return int(low)


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    try:
        position = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        position = 0
    if not 0 < position <= _LAST or _cursor(position) != cursor:
        raise Invalid({"cursor": "Not a cursor of this list: begin again without one."})
    return position
