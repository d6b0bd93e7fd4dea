"""The worker goes on, whatever goes wrong: the database, its own mistakes, another worker, an order to stop."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import StoreUnavailable
from tests.pipeline.running import (
    SECRET,
    Running,
    Says,
    Teams,
    receiving,
    running,
    settings,
    until,
)
from tests.pipeline.waiting import Disk, asleep

CALL = b'{"calls": [{"title": "late"}]}'


@pytest.fixture(autouse=True)
def _no_long_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.pipeline.dispatch.STUMBLED", 0.05)
    monkeypatch.setattr("bridge.pipeline.dispatch.SOON", 0.05)
    monkeypatch.setattr("bridge.pipeline.keeping._PAUSES", (0.05,))
    monkeypatch.setattr("bridge.pipeline.worker.HEARTBEAT", 0.1)
    monkeypatch.setattr("bridge.pipeline.worker.UNSURE", 0.05)


async def test_an_answer_that_cannot_be_recorded_is_kept_in_mind_and_not_posted_again(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    disk = Disk(bridge.bridge.store).stands_in(monkeypatch)
    await bridge.call(endpoint, "posted once")
    await bridge.routed(await bridge.call(endpoint, "not posted while the disk is full"))
    await until(lambda: disk.tried > 1)
    async with bridge.session.get(f"{bridge.url}/readyz") as answer:
        assert answer.status == 503
    assert teams.titles("one") == ["posted once"]
    disk.full = False
    await bridge.settled()
    assert teams.titles("one") == ["posted once", "not posted while the disk is full"]
    for delivery in await bridge.deliveries():
        assert await bridge.outcomes(delivery) == ["delivered"]


async def test_while_answers_cannot_be_recorded_no_other_channel_gets_anything(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer could not be recorded either, so that it would be posted again and again."""
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"), events=["call.started"])
    await bridge.subscribe(endpoint, teams.connector("two"), events=["call.ended"])
    disk = Disk(bridge.bridge.store).stands_in(monkeypatch)
    await bridge.call(endpoint, "posted")
    await until(lambda: disk.tried > 1)
    await bridge.routed(await bridge.call(endpoint, "waits", type="call.ended"))
    await until(lambda: disk.tried > 2)
    assert teams.titles("two") == []
    disk.full = False
    await until(lambda: teams.titles("two") == ["waits"])
    await bridge.settled()
    assert teams.titles("one") == ["posted"]


async def test_the_worker_outlives_its_own_mistakes(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    store: Any = bridge.bridge.store
    failed: list[str] = []

    def failing(part: Any, name: str, *first: Exception) -> None:
        working, failures = getattr(part, name), iter(first)

        async def sometimes(*given: Any) -> Any:
            if (failure := next(failures, None)) is not None:
                failed.append(name)
                raise failure
            return await working(*given)

        monkeypatch.setattr(part, name, sometimes)

    mistake, trouble = RuntimeError("no"), StoreUnavailable()
    failing(store.events, "unrouted", mistake, trouble)
    failing(store.events, "routed", mistake, trouble)
    failing(store.deliveries, "front", mistake, trouble)
    failing(store.deliveries, "attempts", mistake, trouble)
    failing(store.subscriptions, "of_endpoint", trouble)
    teams.says("one", Says(503))
    await bridge.call(endpoint, "in the end")
    await bridge.settled()
    assert teams.titles("one") == ["in the end"] * 2
    assert bridge.bridge.worker.alive
    assert set(failed) == {"unrouted", "routed", "front", "attempts", "of_endpoint"}


@pytest.mark.parametrize("failure", [StoreUnavailable(), OSError(28, "disk full")])
async def test_a_lease_that_cannot_be_had_is_tried_again(
    tmp_path: Path, teams: Teams, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    async with asleep(settings(tmp_path)) as user:
        opened = user.bridge
        store: Any = opened.store
        lease, failures = store.lease, iter([failure])

        def sometimes() -> Any:
            if (problem := next(failures, None)) is not None:
                raise problem
            return lease()

        monkeypatch.setattr(store, "lease", sometimes)
        opened.worker.start()
        endpoint = await user.endpoint()
        await user.subscribe(endpoint, teams.connector("one"))
        await opened.receiver.receive(endpoint, {"x-radio-token": SECRET}, CALL)
        await user.settled()
        assert teams.titles("one") == ["late"]
        assert opened.worker.alive
        await opened.worker.stop()
        assert not opened.worker.alive


async def test_a_worker_that_was_replaced_writes_nothing_and_comes_back(
    tmp_path: Path, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.pipeline.worker.HEARTBEAT", 3600.0)
    given = settings(tmp_path)
    async with running(given) as bridge, asleep(given) as other:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        await bridge.call(endpoint, "before")
        await bridge.settled()
        with closing(sqlite3.connect(tmp_path / "bridge.db")) as connection, connection:
            connection.execute("UPDATE lease SET until = 0")  # as if the first had hung for so long
        async with asyncio.timeout(30), other.bridge.store.lease():
            event_id = await bridge.call(endpoint, "meanwhile")
            await asyncio.sleep(0.5)  # long enough for the first to try to route it
            assert (await other.event(event_id)).state == "received"
            assert bridge.bridge.worker.alive
        await bridge.call(endpoint, "after")
        await until(lambda: teams.titles("one") == ["before", "meanwhile", "after"])
        await bridge.settled()
        for delivery in await bridge.deliveries():
            assert await bridge.outcomes(delivery) == ["delivered"]


async def test_stopping_ends_what_is_in_flight_and_begins_nothing(tmp_path: Path) -> None:
    async with receiving() as teams:
        go_on = asyncio.Event()
        given = settings(tmp_path)
        async with running(given) as bridge:
            endpoint = await bridge.endpoint()
            await bridge.subscribe(endpoint, teams.connector("one"))
            teams.says("one", Says(when=go_on))
            await bridge.call(endpoint, "in flight")
            await bridge.call(endpoint, "waiting")
            await until(lambda: len(teams.bodies) == 1)
            stopping = asyncio.create_task(bridge.bridge.worker.stop())
            await asyncio.sleep(0)
            go_on.set()
            await stopping
            assert not bridge.bridge.worker.alive
            async with bridge.session.get(f"{bridge.url}/readyz") as answer:
                assert answer.status == 503
            assert [one.state for one in await bridge.deliveries()] == ["pending", "delivered"]
        async with running(given) as bridge:
            await bridge.settled()
        assert teams.titles("one") == ["in flight", "waiting"]


async def test_stopping_cuts_off_what_takes_too_long(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    never = asyncio.Event()
    teams.says("one", Says(when=never))
    await bridge.call(endpoint, "too slow")
    await until(lambda: len(teams.bodies) == 1)
    await bridge.bridge.worker.stop(within=0.05)
    assert not bridge.bridge.worker.alive
    (delivery,) = await bridge.deliveries()
    assert delivery.state == "pending"
    never.set()


async def test_stopping_while_the_lease_is_waited_for_is_quick(tmp_path: Path) -> None:
    given = settings(tmp_path)
    async with running(given) as first, asleep(given) as second:
        worker = second.bridge.worker
        worker.start()
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await worker.stop()
        assert not worker.alive
        assert first.bridge.worker.alive
        assert len(lines(tmp_path)) == 1


async def test_stopping_while_the_database_is_out_of_order_ends_all_the_same(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    with monkeypatch.context() as patch:
        disk = Disk(bridge.bridge.store).stands_in(patch)
        await bridge.call(endpoint, "posted")
        await until(lambda: disk.tried > 0)
        await bridge.bridge.worker.stop(within=0.3)
    assert not bridge.bridge.worker.alive
    (delivery,) = await bridge.deliveries()
    assert delivery.state == "pending"


def lines(folder: Path) -> list[Path]:
    """The life lines of workers."""
    return list(folder.glob("*.worker-*"))
