"""How values stand in columns: times as milliseconds since 1970 in UTC, structures as JSON; and how a list is cut into pages."""

import base64
import binascii
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, overload

import orjson

from bridge.errors import Invalid
from bridge.models import Listing, Page

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@overload
def stamp(at: datetime) -> int: ...
@overload
def stamp(at: None) -> None: ...
def stamp(at: datetime | None) -> int | None:
    """A time as a column holds it."""
    return None if at is None else (at - _EPOCH) // timedelta(milliseconds=1)


@overload
def moment(stamped: int) -> datetime: ...
@overload
def moment(stamped: None) -> None: ...
def moment(stamped: int | None) -> datetime | None:
    """A time from a column."""
    return None if stamped is None else _EPOCH + timedelta(milliseconds=stamped)


def to_json(value: Any) -> str:
    """A structure as a column holds it."""
    return orjson.dumps(value).decode()


def next_turn(connection: sqlite3.Connection, name: str) -> int:
    """The next number of a queue (`events`, `deliveries`)."""
    (taken,) = connection.execute(
        "UPDATE turns SET next = next + 1 WHERE name = ? RETURNING next - 1", (name,)
    ).fetchone()
    return int(taken)


def listing(
    connection: sqlite3.Connection,
    select: str,
    conditions: Sequence[tuple[str, Any]],
    page: Page,
    read: Callable[[sqlite3.Row], T],
) -> Listing[T]:
    """A page of rows, newest first. `select` must give `position`; each condition is `column = ?`-like with its value."""
    wheres = [condition for condition, value in conditions if value is not None]
    values = [value for _, value in conditions if value is not None]
    if page.cursor is not None:
        wheres.append("position < ?")
        values.append(_position(page.cursor))
    where = f"WHERE {' AND '.join(wheres)}" if wheres else ""
    rows = connection.execute(
        f"{select} {where} ORDER BY position DESC LIMIT ?", (*values, page.limit + 1)
    ).fetchall()
    items, more = rows[: page.limit], rows[page.limit :]
    return Listing(
        tuple(map(read, items)), _cursor(items[-1]["position"]) if items and more else None
    )


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise Invalid({"cursor": "Not a cursor of this list: begin again without one."}) from None
