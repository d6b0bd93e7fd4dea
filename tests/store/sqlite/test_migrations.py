import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.errors import SettingsError
from bridge.store.open import open_store
from bridge.store.sqlite.migrations import APPLICATION, STEPS, migrate
from tests.store.making import KEY


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    yield connection
    connection.close()


def schema(connection: sqlite3.Connection) -> list[object]:
    """Everything that was made, in any order, and the marks of the file."""
    made = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    marks = [
        connection.execute(f"PRAGMA {mark}").fetchone()
        for mark in ("user_version", "application_id")
    ]
    return [*sorted(made, key=repr), *marks]


def test_step_by_step_is_the_same_as_at_once(connection: sqlite3.Connection) -> None:
    assert migrate(connection) == len(STEPS)
    slowly = sqlite3.connect(":memory:", isolation_level=None)
    for count in range(1, len(STEPS) + 1):
        assert migrate(slowly, STEPS[:count]) == 1
    assert schema(slowly) == schema(connection)
    slowly.close()


def test_a_further_step_is_taken_once(connection: sqlite3.Connection) -> None:
    migrate(connection)
    further = """
    -- a comment; with a semicolon
    CREATE TABLE more (name TEXT DEFAULT ';
    ');
    CREATE TRIGGER watch AFTER INSERT ON more BEGIN
        UPDATE more SET name = 'x';
        DELETE FROM more;
    END;
    """
    assert migrate(connection, (*STEPS, further)) == 1
    assert migrate(connection, (*STEPS, further)) == 0
    assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS) + 1,)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)


def test_a_step_that_fails_leaves_the_database_as_it_was(connection: sqlite3.Connection) -> None:
    migrate(connection)
    before = schema(connection)
    connection.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*STEPS, "CREATE TABLE more (name);\nCREATE TABLE more (name);\n"))
    connection.execute("ROLLBACK")
    assert schema(connection) == before


def test_every_statement_of_every_step_is_taken() -> None:
    """A last statement without a semicolon would be forgotten."""
    for step in STEPS:
        assert sqlite3.complete_statement(step)


async def test_a_database_from_the_future_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bridge.db"
    await (await open_store(f"sqlite:///{path}", (KEY,))).close()
    connection = sqlite3.connect(path, isolation_level=None)
    newer = len(STEPS) + 3
    connection.execute(f"PRAGMA user_version = {newer}")
    before = schema(connection)
    for wanted in (True, False):
        with pytest.raises(SettingsError, match=f"newer version of the bridge .step {newer}"):
            await open_store(f"sqlite:///{path}", (KEY,), migrate=wanted)
    assert schema(connection) == before
    connection.close()


OPENER = """
import asyncio, sys
from bridge.store.open import open_store

async def main():
    sys.stdin.read()
    store = await open_store(sys.argv[1], (bytes(32),))
    await store.check()
    await store.close()

asyncio.run(main())
"""


async def test_processes_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bridge.db'}"
    starting = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            OPENER,
            url,
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(4)
    ]
    ends = await asyncio.gather(*(process.communicate(b"go") for process in starting))
    assert [process.returncode for process in starting] == [0] * 4, ends
    store = await open_store(url, (bytes(32),), migrate=False)
    await store.check()
    await store.close()
