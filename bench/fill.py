"""Fills a stopped bridge's database with finished deliveries: the rows that it wrote itself, copied under new ids.

No face of the bridge makes a million finished deliveries in a minute. What tables there are, and which of their columns
hold ids, is read from the database: nothing here knows the schema, and whatever it does not understand it refuses.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.errors import NotUnderstood

_ID: Final = "id"
_LARGE: Final = 200_000
"""From so many deliveries on, the copies' bodies are cut, or filling would take longer than all else."""
_CUT: Final = 1024


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, as SQLite describes it."""

    name: str
    kind: str
    key: bool
    """Whether it is the whole primary key."""


def counts(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608  # a name from the schema
            for table in _tables(connection)
        }


def fill(path: Path, before: Mapping[str, int], wanted: int) -> int:
    """Copy what was added since `before` was counted, until there are `wanted` finished deliveries; how many there are.

    Where very many are wanted, the copies' bodies are cut to 1 KB.

    Raises `NotUnderstood` if what comes out does not hold together.
    """
    with _unsafe(path) as connection:
        grown = [table for table, count in counts(path).items() if count > before.get(table, 0)]
        if "deliveries" not in grown or "events" not in grown:
            raise NotUnderstood(f"no deliveries were made: only {grown} grew")
        real = _finished(connection)
        copies = max(0, -(-wanted // real) - 1)
        _number(connection, copies)
        columns = {table: _columns(connection, table) for table in grown}
        span = max(_highest(connection, table, columns[table]) for table in grown) + 1
        ids, cut = _ids(connection, columns), wanted > _LARGE
        for table in grown:
            selected = ", ".join(
                _varied(connection, table, column, span, ids, cut=cut) for column in columns[table]
            )
            names = ", ".join(f'"{column.name}"' for column in columns[table])
            connection.execute(
                f'INSERT INTO "{table}" ({names}) SELECT {selected} '  # noqa: S608  # names from the schema
                f'FROM copies CROSS JOIN (SELECT * FROM "{table}") AS made'
            )
        connection.execute("DROP TABLE temp.copies")
        connection.commit()
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise NotUnderstood(f"after filling, rows of {broken[0]} refer to nothing")
        filled = _finished(connection)
        if filled != real * (copies + 1):
            raise NotUnderstood(f"{filled} finished deliveries instead of {real * (copies + 1)}")
    return filled


@contextmanager
def _unsafe(path: Path) -> Iterator[sqlite3.Connection]:
    """The database without any care for crashes while it is filled, and on the disk in the end."""
    with closing(sqlite3.connect(path)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        connection.execute("PRAGMA foreign_keys = OFF")
        yield connection
        connection.execute(f"PRAGMA journal_mode = {mode}")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [name for (name,) in rows]


def _columns(connection: sqlite3.Connection, table: str) -> list[Column]:
    rows = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    keys = [row[1] for row in rows if row[5]]
    return [Column(row[1], row[2], keys == [row[1]]) for row in rows]


def _finished(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute(
        "SELECT count(*) FROM deliveries WHERE state = 'delivered'"
    ).fetchone()
    return int(count)


def _number(connection: sqlite3.Connection, copies: int) -> None:
    connection.execute("CREATE TABLE temp.copies (copy INTEGER PRIMARY KEY)")
    connection.executemany(
        "INSERT INTO copies VALUES (?)", ((number,) for number in range(1, copies + 1))
    )


def _highest(connection: sqlite3.Connection, table: str, columns: list[Column]) -> int:
    for column in columns:
        if column.key and column.kind == "INTEGER":
            return int(_one(connection, f'SELECT max("{column.name}") FROM "{table}"') or 0)  # noqa: S608
    return 0


def _ids(connection: sqlite3.Connection, columns: Mapping[str, list[Column]]) -> set[Any]:
    """Every id of the rows that are copied: wherever one stands, it is changed alike."""
    return {
        value
        for table, every in columns.items()
        if any(column.name == _ID for column in every)
        for (value,) in connection.execute(f'SELECT "{_ID}" FROM "{table}"')  # noqa: S608
    }


def _varied(
    connection: sqlite3.Connection,
    table: str,
    column: Column,
    span: int,
    ids: set[Any],
    *,
    cut: bool,
) -> str:
    """What stands in a copy's column, as SQL over a row `made` and the number of its `copy`."""
    name = f'made."{column.name}"'
    if column.key and column.kind == "INTEGER":
        return f"{name} + copy * {span}"
    if column.kind == "BLOB" and cut:
        return f"substr({name}, 1, {_CUT})"
    if column.kind != "TEXT":
        return name
    values = [
        value
        for (value,) in connection.execute(
            f'SELECT "{column.name}" FROM "{table}" WHERE "{column.name}" IS NOT NULL LIMIT 2000'  # noqa: S608
        )
    ]
    unique = len(values) > 1 and len(set(values)) == len(values)
    plain = not any(value[:1] in "[{" for value in values)
    if values and plain and (set(values) <= ids or unique):
        # In front, so that copies lie scattered in an index as random ids do.
        return f"substr({name}, 1, 4) || printf('%06x', (copy * 9973) % 16777216) || substr({name}, 11)"
    return name


def _one(connection: sqlite3.Connection, query: str) -> Any:
    return connection.execute(query).fetchone()[0]
