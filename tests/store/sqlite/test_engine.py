"""Group commit, seen from outside: what commits together, what fails alone, and who is told."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.errors import StoreUnavailable
from bridge.store.sqlite.engine import GROUP, Engine


def keep(name: object) -> Callable[[sqlite3.Connection], object]:
    def run(connection: sqlite3.Connection) -> object:
        connection.execute("INSERT INTO kept VALUES (?)", (name,))
        return name

    return run


async def kept(engine: Engine) -> set[object]:
    return await engine.read(
        lambda connection: {name for (name,) in connection.execute("SELECT name FROM kept")}
    )


async def commits(engine: Engine) -> list[str]:
    """The COMMITs from now on, as they come."""
    found: list[str] = []

    def note(statement: str) -> None:
        if statement == "COMMIT":
            found.append(statement)

    await engine.write(lambda connection: connection.set_trace_callback(note))
    await asyncio.sleep(0)
    found.clear()
    return found


async def test_what_waits_together_commits_together(engine: Engine) -> None:
    counted = await commits(engine)
    names = range(1000)
    assert await asyncio.gather(*(engine.write(keep(name)) for name in names)) == list(names)
    assert len(counted) == -(-1000 // GROUP)
    assert await kept(engine) == set(names)


async def test_callers_that_go_on_and_on_share_commits(engine: Engine) -> None:
    counted = await commits(engine)

    async def caller(number: int) -> None:
        for turn in range(20):
            await engine.write(keep(f"{number}/{turn}"))

    await asyncio.gather(*(caller(number) for number in range(32)))
    assert len(counted) <= 2 * 20
    assert len(await kept(engine)) == 640


async def test_one_that_fails_does_so_alone(engine: Engine) -> None:
    def stumble(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO kept VALUES ('half')")
        raise LookupError("stumbled")

    counted = await commits(engine)
    results = await asyncio.gather(
        engine.write(keep("a")),
        engine.write(stumble),
        engine.write(keep("a")),
        engine.write(keep("b")),
        return_exceptions=True,
    )
    assert results[0] == "a"
    assert isinstance(results[1], LookupError)
    assert isinstance(results[2], sqlite3.IntegrityError)
    assert results[3] == "b"
    assert await kept(engine) == {"a", "b"}
    assert len(counted) == 1


async def test_nobody_is_told_before_it_is_committed(engine: Engine, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    try:
        for number in range(50):
            await engine.write(keep(number))
            count = other.execute("SELECT count(*) FROM kept WHERE name = ?", (number,)).fetchone()
            assert count == (1,)
    finally:
        other.close()


async def test_one_that_makes_the_commit_fail_does_so_alone(engine: Engine) -> None:
    def poison(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute("INSERT INTO child VALUES (1)")

    await engine.write(
        lambda connection: connection.execute("CREATE TABLE parent (id PRIMARY KEY)")
    )
    await engine.write(
        lambda connection: connection.execute("CREATE TABLE child (of REFERENCES parent (id))")
    )
    results = await asyncio.gather(
        engine.write(keep("a")),
        engine.write(poison),
        engine.write(keep("b")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [str, StoreUnavailable, str]
    with pytest.raises(StoreUnavailable):
        await engine.write(poison)
    assert await kept(engine) == {"a", "b"}


async def test_a_cancelled_caller_disturbs_nobody(engine: Engine) -> None:
    began, go_on = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        began.set()
        assert go_on.wait(30)
        keep("slow")(connection)

    in_flight = asyncio.create_task(engine.write(slow))
    assert await asyncio.to_thread(began.wait, 30)
    waiting = [asyncio.create_task(engine.write(keep(number))) for number in range(10)]
    await asyncio.sleep(0)
    for task in (in_flight, *waiting[::2]):
        task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    results = await asyncio.gather(in_flight, *waiting, return_exceptions=True)
    assert [isinstance(result, asyncio.CancelledError) for result in results] == [True] + [
        True,
        False,
    ] * 5
    assert await kept(engine) == {"slow", 1, 3, 5, 7, 9}


async def test_a_slow_question_does_not_hold_up_others(engine: Engine) -> None:
    began, go_on = threading.Event(), threading.Event()

    def slow(_: sqlite3.Connection) -> str:
        began.set()
        assert go_on.wait(30)
        return "done"

    asking = asyncio.create_task(engine.read(slow))
    assert await asyncio.to_thread(began.wait, 30)
    await engine.write(keep("a"))
    assert await kept(engine) == {"a"}
    go_on.set()
    assert await asking == "done"


async def test_a_question_cannot_change_anything(engine: Engine) -> None:
    with pytest.raises(StoreUnavailable, match="readonly"):
        await engine.read(keep("a"))


async def test_another_writer_is_waited_for(engine: Engine, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO kept VALUES ('other')")
        ours = asyncio.create_task(engine.write(keep("ours")))
        await asyncio.sleep(0.05)
        other.execute("COMMIT")
        assert await ours == "ours"
    finally:
        other.close()
    assert await kept(engine) == {"ours", "other"}


async def test_a_writer_that_stays_is_trouble_that_passes(engine: Engine, path: Path) -> None:
    await engine.write(lambda connection: connection.execute("PRAGMA busy_timeout = 10"))
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        results = await asyncio.gather(
            *(engine.write(keep(number)) for number in range(3)), return_exceptions=True
        )
        assert [type(result) for result in results] == [StoreUnavailable] * 3
        assert "locked" in str(results[0])
        other.execute("ROLLBACK")
        assert await engine.write(keep("ours")) == "ours"
    finally:
        other.close()


async def test_if_the_writer_is_ended_nobody_waits_for_ever(path: Path) -> None:
    engine = await Engine.open(path)
    began, go_on = threading.Event(), threading.Event()

    def slow(_: sqlite3.Connection) -> None:
        began.set()
        assert go_on.wait(30)

    in_flight = asyncio.create_task(engine.write(slow))
    assert await asyncio.to_thread(began.wait, 30)
    waiting = asyncio.create_task(engine.write(keep("a")))
    await asyncio.sleep(0)
    (writer,) = (task for task in asyncio.all_tasks() if task.get_name() == "store writer")
    writer.cancel()
    results = await asyncio.gather(in_flight, waiting, return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnavailable] * 2
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await engine.close()


async def test_a_commit_is_on_the_disk(engine: Engine) -> None:
    """SIGKILL does not show it, a power cut would: FULL, which is 2, waits for the disk at every commit."""

    def marks(connection: sqlite3.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await engine.write(marks) == ["wal", 2, 1]
