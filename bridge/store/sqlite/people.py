"""Who is who in SQLite."""

import sqlite3
from collections.abc import Sequence

from pydantic import SecretStr

from bridge.models import Person, subject_of_people
from bridge.store.secrets import Vault, place
from bridge.store.sqlite.changes import note
from bridge.store.sqlite.engine import Engine

_PUT = """
INSERT INTO people (id, source, user, name, teams_id) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, teams_id = excluded.teams_id
"""


class SqlitePeople:
    """The port's `People`."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    async def of_source(self, source: str) -> Sequence[Person]:
        def run(connection: sqlite3.Connection) -> Sequence[Person]:
            rows = connection.execute(
                "SELECT * FROM people WHERE source = ? ORDER BY user", (source,)
            )
            return tuple(map(self._read, rows))

        return await self._engine.read(run)

    async def replace(self, source: str, people: Sequence[Person]) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM people WHERE source = ?", (source,))
            connection.executemany(_PUT, map(self._row, people))
            note(connection, [subject_of_people(source)])

        await self._engine.write(run)

    async def put(self, person: Person) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute(_PUT, self._row(person))
            note(connection, [subject_of_people(person.source)])

        await self._engine.write(run)

    async def remove(self, source: str, user: str) -> bool:
        def run(connection: sqlite3.Connection) -> bool:
            removed = connection.execute(
                "DELETE FROM people WHERE source = ? AND user = ?", (source, user.lower())
            ).rowcount
            if removed:
                note(connection, [subject_of_people(source)])
            return removed > 0

        return await self._engine.write(run)

    def _row(self, person: Person) -> tuple[str | bytes, ...]:
        row = _id(person.source, person.user)
        sealed = self._vault.seal(person.teams_id.get_secret_value().encode(), _place(row))
        return row, person.source, person.user, person.name, sealed

    def _read(self, row: sqlite3.Row) -> Person:
        opened = self._vault.open(row["teams_id"], _place(row["id"])).decode()
        return Person(row["source"], row["user"], SecretStr(opened), row["name"])


def _id(source: str, user: str) -> str:
    """What names a row: no source has a slash in its name."""
    return f"{source}/{user}"


def _place(row: str) -> str:
    return place("people", "teams_id", row)
