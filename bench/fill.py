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

_FINISHED: Final = "SELECT count(*) FROM deliveries WHERE state = 'delivered'"
_LARGE: Final = 200_000
"""From so many deliveries on, the copies' bodies are cut, or filling would take longer than all else."""
_CUT: Final = 1024


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, as SQLite describes it. `number`: the rows' own, or that of the rows it refers to."""

    name: str
    kind: str
    number: bool


def counts(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {name: _one(connection, f'SELECT count(*) FROM "{name}"') for (name,) in names}  # noqa: S608  # names from the schema, here and below


_NEXT: Final = {
    "events": "UPDATE turns SET next = max(next, (SELECT max(position) + 1 FROM events)) WHERE name = ?",
    "deliveries": "UPDATE turns SET next = max(next, (SELECT max(position) + 1 FROM deliveries)) WHERE name = ?",
}
"""The bridge takes the positions of new rows from these counters."""


def fill(path: Path, before: Mapping[str, int], wanted: int) -> int:
    """Copy what was added since `before` was counted, until there are `wanted` finished deliveries; how many there are.

    Where very many are wanted, the copies' bodies are cut to 1 KB. Raises `NotUnderstood`.
    """
    grown = [table for table, count in counts(path).items() if count > before.get(table, 0)]
    if not {"deliveries", "events"} <= set(grown):
        raise NotUnderstood(f"deliveries were to be copied, but only these tables grew: {grown}")
    try:
        with _unsafe(path) as connection:
            real = _one(connection, _FINISHED)
            copies = max(0, -(-wanted // real) - 1)
            _Copying(connection, grown, cut=wanted > _LARGE).run(copies)
            for queue, statement in _NEXT.items():
                connection.execute(statement, (queue,))
            connection.commit()
            filled = int(_one(connection, _FINISHED))
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise NotUnderstood(f"the rows cannot be copied: {error}") from error
    if broken or filled != real * (copies + 1):
        raise NotUnderstood(
            f"{filled} finished deliveries came out of {copies} copies of {real}; rows that refer to nothing: {broken}"
        )
    return filled


class _Copying:
    """Copies the rows of some tables many times, each time under other ids."""

    def __init__(self, connection: sqlite3.Connection, tables: list[str], *, cut: bool) -> None:
        self._connection, self._cut = connection, cut
        self._columns = {table: self._read(table, tables) for table in tables}
        numbers = [
            _one(connection, f'SELECT max("{column.name}") FROM "{table}"')  # noqa: S608  # names that the database itself gave
            for table, column in self._each()
            if column.number
        ]
        self._span = max((number or 0 for number in numbers), default=0) + 1
        self._ids = {
            value
            for table, column in self._each()
            if column.name == "id"
            for value in self._values(table, column)
        }

    def run(self, copies: int) -> None:
        """Make so many copies."""
        self._connection.execute("CREATE TEMP TABLE copies (copy INTEGER PRIMARY KEY)")
        self._connection.executemany(
            "INSERT INTO copies VALUES (?)", ((number,) for number in range(1, copies + 1))
        )
        for table, columns in self._columns.items():
            names = ", ".join(f'"{column.name}"' for column in columns)
            varied = ", ".join(self._varied(table, column) for column in columns)
            self._connection.execute(
                f'INSERT INTO "{table}" ({names}) SELECT {varied} '  # noqa: S608  # names that the database itself gave
                f'FROM copies CROSS JOIN (SELECT * FROM "{table}") AS made'
            )
        self._connection.execute("DROP TABLE copies")

    def _read(self, table: str, tables: list[str]) -> list[Column]:
        rows = self._connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        references = self._connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
        keys = [row[1] for row in rows if row[5]]
        numbers = {row[3] for row in references if row[2] in tables}
        numbers |= set(keys) if len(keys) == 1 else set()
        return [Column(row[1], row[2], row[2] == "INTEGER" and row[1] in numbers) for row in rows]

    def _each(self) -> Iterator[tuple[str, Column]]:
        return ((table, column) for table, every in self._columns.items() for column in every)

    def _values(self, table: str, column: Column) -> list[Any]:
        query = f'SELECT "{column.name}" FROM "{table}" WHERE "{column.name}" IS NOT NULL'  # noqa: S608  # names that the database itself gave
        return [value for (value,) in self._connection.execute(query)]

    def _varied(self, table: str, column: Column) -> str:
        """What stands in a copy's column, as SQL over a row `made` and the number of its `copy`.

        Ids are changed near the front, so that the copies lie scattered in an index as random ids do.
        """
        name = f'made."{column.name}"'
        if column.number:
            return f"{name} + copy * {self._span}"
        if column.kind == "BLOB" and self._cut:
            return f"substr({name}, 1, {_CUT})"
        if column.kind == "TEXT" and self._names_rows(self._values(table, column)):
            return f"substr({name}, 1, 4) || printf('%06x', copy * 9973 % 16777216) || substr({name}, 11)"
        return name

    def _names_rows(self, values: list[str]) -> bool:
        """Whether they are the ids of copied rows, or else differ in every row; JSON is neither."""
        if not values or any(value[:1] in "[{" for value in values):
            return False
        return set(values) <= self._ids or (len(values) > 1 and len(set(values)) == len(values))


@contextmanager
def _unsafe(path: Path) -> Iterator[sqlite3.Connection]:
    """The database without any care for crashes while it is filled, and on the disk in the end."""
    with closing(sqlite3.connect(path)) as connection:
        mode = _one(connection, "PRAGMA journal_mode")
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "cache_size = -1000000",
            "foreign_keys = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")
        yield connection
        connection.execute(f"PRAGMA journal_mode = {mode}")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _one(connection: sqlite3.Connection, query: str) -> Any:
    return connection.execute(query).fetchone()[0]
