"""The lease between processes: who dies is followed at once, who hangs when its time is over, and nothing is left behind."""

import asyncio
import signal
import sqlite3
import stat
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.errors import StoreUnavailable
from bridge.store.open import open_store
from bridge.store.port import Store
from bridge.store.sqlite import holding, lease
from bridge.store.sqlite.lease import LifeLine
from bridge.store.sqlite.migrations import migrate
from tests.store.conftest import Database
from tests.store.making import KEY

SHORT = 1.0
"""Seconds that a lease of these tests holds, where it is to run out."""

LONG = 3600.0
"""The same, where it must not."""

SOON = 20.0
"""Seconds in which something must have happened."""

HOLDER = """
import asyncio, sys
from unittest.mock import patch
from bridge.store.open import open_store
from bridge.store.records import LeaseLost
from tests.store.making import KEY, Shift, a_delivery, a_subscription, an_attempt, an_endpoint, recorded

async def attempt(name, writing):
    try:
        await writing
    except LeaseLost:
        print(name, "lost", flush=True)
    else:
        print(name, "kept", flush=True)

async def main(url):
    store = await open_store(url, (KEY,))
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    hall = await store.subscriptions.save(a_subscription(endpoint))
    async with store.lease() as lease:
        shift = Shift(store, lease.generation)
        (owed,) = await shift.owed(endpoint, hall)
        event = await recorded(store, endpoint)
        print("held", lease.generation, flush=True)
        while await asyncio.to_thread(sys.stdin.readline) == "renew\\n":
            await attempt("renew", lease.renew())
        print("sure", lease.sure, flush=True)
        await attempt("renew", lease.renew())
        await attempt("settle", shift.end(owed, attempt=an_attempt()))
        await attempt("routed", shift.route(event, a_delivery(event, hall)))
        await attempt("failed", shift.failed(event))
    print("given back", flush=True)
    await store.close()

with patch("bridge.store.sqlite.holding.LEASE", float(sys.argv[2])):
    asyncio.run(main(sys.argv[1]))
"""


class Holder:
    """Another process that holds the lease, and says what it is told to."""

    def __init__(self, process: Process) -> None:
        self.process = process

    async def says(self) -> str:
        assert self.process.stdout is not None
        async with asyncio.timeout(SOON):
            return (await self.process.stdout.readline()).decode().strip()

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def holder(url: str, seconds: float) -> AsyncIterator[Holder]:
    """A process that holds the lease of a database, for so many seconds at a time."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDER, url, str(seconds)), stdin=PIPE, stdout=PIPE
    )
    found = Holder(process)
    try:
        assert (await found.says()).startswith("held ")
        yield found
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)
            await found.kill()


async def taken(store: Store, within: float = SOON) -> int:
    """Take the lease and give it back; its generation."""
    async with asyncio.timeout(within), store.lease() as held:
        return held.generation


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def life_lines(folder: Path) -> list[Path]:
    return list(folder.glob("*.worker-*"))


async def test_a_live_holder_is_waited_for_and_a_killed_one_followed_at_once(
    tmp_path: Path, database: Database
) -> None:
    store = await database.open()
    async with holder(database.url, LONG) as first:
        with pytest.raises(TimeoutError):
            await taken(store, 0.7)
        first.tell("renew")
        assert await first.says() == "renew kept"
        waiting = asyncio.create_task(taken(store))
        await asyncio.sleep(0)
        await first.kill()
        assert await waiting == 2
    assert life_lines(tmp_path) == []


async def test_a_hung_one_is_followed_when_its_time_is_over_and_can_write_nothing_then(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "LEASE", SHORT)
    store = await database.open()
    async with holder(database.url, SHORT) as first:
        first.process.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(SOON), store.lease() as held:
            assert held.generation == 2
            first.process.send_signal(signal.SIGCONT)
            first.tell("go on")
            said = [await first.says() for _ in range(6)]
            assert said == [
                "sure False",
                "renew lost",
                "settle lost",
                "routed lost",
                "failed lost",
                "given back",
            ]
            await held.renew()  # what the late one gave back was not this one's
            assert await first.process.wait() == 0
        assert await taken(store) == 3
    assert life_lines(tmp_path) == []


async def test_who_renews_keeps_it_for_longer_than_it_was_taken_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = await database.open(), await database.open()
    monkeypatch.setattr(holding, "LEASE", SHORT)
    async with store.lease() as held:
        monkeypatch.setattr(holding, "LEASE", LONG)
        await held.renew()
        with pytest.raises(TimeoutError):
            await taken(other, 2 * SHORT)
        assert held.sure


async def test_who_could_not_renew_is_sure_of_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await database.open()
    monkeypatch.setattr(holding, "LEASE", SHORT)
    async with store.lease() as held:
        await asyncio.sleep(SHORT)
        assert not held.sure
        await held.renew()  # nobody took it meanwhile


async def test_a_holder_that_was_killed_while_it_waited_holds_up_nobody(
    tmp_path: Path, database: Database
) -> None:
    """Its life line stays behind, and is nobody's."""
    store = await database.open()
    async with holder(database.url, LONG) as first:
        left = tmp_path / "bridge.db.worker-0123456789abcdef"
        left.touch()
        await first.kill()
    assert await taken(store) == 2
    assert life_lines(tmp_path) == [left]
    await store.close()


async def test_nothing_is_left_behind(tmp_path: Path, database: Database) -> None:
    store = await database.open()
    async with store.lease():
        (line,) = life_lines(tmp_path)
        assert stat.S_IMODE(line.stat().st_mode) == 0o600  # nobody else may hold the worker up
        other = await database.open()
        with pytest.raises(TimeoutError):
            await taken(other, 0.01)
        assert life_lines(tmp_path) == [line]
    assert life_lines(tmp_path) == []
    await store.close()
    await other.close()
    assert files(tmp_path) == ["bridge.db"]


async def test_a_life_line_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    store = await open_store(f"sqlite:///{folder / 'bridge.db'}", (KEY,))
    folder.rename(tmp_path / "elsewhere")
    try:
        with pytest.raises(StoreUnavailable, match="No such file"):
            await taken(store)
    finally:
        (tmp_path / "elsewhere").rename(folder)
        await store.close()


def test_of_two_that_take_it_at_once_one_has_it() -> None:
    later = datetime.now(UTC) + timedelta(seconds=LONG)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        migrate(connection)
        seen = lease.holder_of(connection)
        assert lease.take(connection, "first", seen, later) == 1
        assert lease.take(connection, "second", seen, later) is None
        assert lease.holder_of(connection)[0] == "first"
        lease.give_back(connection, 1)
        holder, until = lease.holder_of(connection)
        assert (holder, until) == ("", 0)  # so that nobody need look for a life line
        assert lease.take(connection, "second", (holder, until), later) == 2
        lease.give_back(connection, 1)
        assert lease.holder_of(connection)[0] == "second"


def test_a_life_line_lives_until_it_is_cut(tmp_path: Path) -> None:
    first, second = (LifeLine(tmp_path / "bridge.db") for _ in range(2))
    assert first.holder != second.holder
    assert second.alive(first.holder)
    assert not second.alive("nobody")
    first.cut()
    assert not second.alive(first.holder)
    second.cut()
    assert life_lines(tmp_path) == []
