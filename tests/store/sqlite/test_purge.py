"""A removed endpoint's many events go piece by piece, and none is left behind."""

import asyncio
import sqlite3

import pytest

from bridge.models import Endpoint, Page
from bridge.store.port import Store
from bridge.store.sqlite import endpoints
from bridge.store.sqlite.purge import PIECE
from bridge.store.sqlite.store import SqliteStore
from tests.store.conftest import Database, working
from tests.store.making import Shift, a_subscription, an_endpoint


async def with_events(shift: Shift, count: int) -> Endpoint:
    store = shift.store
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    await asyncio.gather(*(shift.owed(endpoint, subscription) for _ in range(count)))
    return endpoint


async def rows(store: Store) -> dict[str, int]:
    """How many rows each table has that events fill."""
    tables = ("events", "bodies", "decisions", "deliveries", "removals")

    def run(connection: sqlite3.Connection) -> dict[str, int]:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  # names from above
            for table in tables
        }

    assert isinstance(store, SqliteStore)
    return await store._engine.read(run)  # noqa: SLF001  # no port counts


async def test_all_go_and_others_stay(store: Store, shift: Shift) -> None:
    other = await with_events(shift, 3)
    endpoint = await with_events(shift, PIECE + 1)
    assert await store.endpoints.remove(endpoint.id)
    assert await rows(store) == {
        "events": 3, "bodies": 3, "decisions": 3, "deliveries": 3, "removals": 0
    }  # fmt: skip
    assert {event.endpoint_id for event in (await store.events.list(Page())).items} == {other.id}


async def test_others_can_write_in_between(store: Store, shift: Shift) -> None:
    endpoint = await with_events(shift, 3 * PIECE)
    assert isinstance(store, SqliteStore)
    statements: list[str] = []
    await store._engine.write(lambda connection: connection.set_trace_callback(statements.append))  # noqa: SLF001  # see above
    await store.endpoints.remove(endpoint.id)
    assert statements.count("COMMIT") > 3


async def test_what_a_crash_left_goes_at_the_next_start(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(_: object) -> None:
        raise OSError("killed")

    store = await database.open()
    async with working(store) as shift:
        endpoint = await with_events(shift, PIECE + 1)
    with monkeypatch.context() as patched:
        patched.setattr(endpoints, "purge", crash)
        with pytest.raises(OSError, match="killed"):
            await store.endpoints.remove(endpoint.id)
    assert await store.endpoints.get(endpoint.id) is None
    assert (await rows(store))["removals"] == 1
    await store.close()
    store = await database.open()
    assert set((await rows(store)).values()) == {0}
