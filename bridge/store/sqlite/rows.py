"""How values stand in columns: times as milliseconds since 1970 in UTC, structures as JSON."""

import re
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, overload

import orjson

from bridge.models import AttributeValue

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_NUL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


@overload
def stamp(at: datetime) -> int: ...
@overload
def stamp(at: None) -> None: ...
def stamp(at: datetime | None) -> int | None:
    """A time as a column holds it."""
    return None if at is None else (at - _EPOCH) // _MILLISECOND


@overload
def moment(stamped: int) -> datetime: ...
@overload
def moment(stamped: None) -> None: ...
def moment(stamped: int | None) -> datetime | None:
    """A time from a column."""
    return None if stamped is None else _EPOCH + stamped * _MILLISECOND


def to_json(value: Any) -> str:
    """A structure as a column holds it. Raises `TypeError` for what JSON cannot say.

    SQLite's JSON functions end a text at a NUL character, so that there is another sign in its place.
    """
    text = orjson.dumps(value, default=_plain).decode()
    return _NUL.sub(r"\1\\ufffd", text) if "\\u0000" in text else text


def attributes(given: Mapping[str, Any]) -> Mapping[str, AttributeValue]:
    """An event's attributes, whose tuples are lists in JSON."""
    return {name: tuple(it) if isinstance(it, list) else it for name, it in given.items()}


def take_turns(connection: sqlite3.Connection, queue: str, count: int = 1) -> int:
    """The first of so many numbers at the end of a queue (`events`, `deliveries`)."""
    (first,) = connection.execute(
        "UPDATE turns SET next = next + ?1 WHERE name = ?2 RETURNING next - ?1", (count, queue)
    ).fetchone()
    return int(first)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be kept")
