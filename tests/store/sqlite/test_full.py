"""A full disk: what does not fit is refused as passing trouble, all that was said to be kept is there, and it goes on."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bridge.errors import StoreUnavailable
from bridge.models import Endpoint, Page
from bridge.store.open import open_store
from bridge.store.port import Store
from bridge.store.sqlite.store import SqliteStore
from tests.store.making import KEY, an_endpoint, an_event

MARGIN = 60
"""Pages that may still be taken."""


@pytest.fixture
async def endpoint(store: Store) -> Endpoint:
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    return endpoint


async def limit(store: Store, more: int | None) -> None:
    """Let the database grow by so many pages only, or as it likes."""

    def run(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + more if more is not None else 2**30}")

    assert isinstance(store, SqliteStore)
    await store._engine.write(run)  # noqa: SLF001  # no port has a verb for this


async def test_what_does_not_fit_is_refused_and_what_was_kept_is_there(
    store: Store, endpoint: Endpoint
) -> None:
    await limit(store, MARGIN)
    kept, refused = [], []

    async def record(number: int) -> None:
        event = an_event(endpoint, body=bytes([number]) * 7000)
        try:
            await store.events.record(event, event.id, None)
        except StoreUnavailable as error:
            refused.append(str(error))
        else:
            kept.append(event)

    for round_ in range(20):
        await asyncio.gather(*(record(round_ * 10 + number) for number in range(10)))
    assert kept
    assert refused
    assert "database or disk is full" in refused[0]
    for event in kept:
        assert await store.events.get(event.id) == event
    found = await store.events.list(Page(1000))
    assert {event.id for event in found.items} == {event.id for event in kept}
    await limit(store, None)
    await store.check()
    again = len(kept)
    await record(1)
    assert len(kept) == again + 1


async def test_a_small_one_fits_beside_one_too_large(store: Store, endpoint: Endpoint) -> None:
    await limit(store, MARGIN)
    large, small = an_event(endpoint, body=bytes(10_000_000)), an_event(endpoint)
    first, second = await asyncio.gather(
        store.events.record(large, large.id, None),
        store.events.record(small, small.id, None),
        return_exceptions=True,
    )
    assert isinstance(first, StoreUnavailable)
    assert not isinstance(second, BaseException)
    assert await store.events.get(small.id) == small
    assert await store.events.get(large.id) is None


async def test_opening_what_another_program_locks_is_passing_trouble(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bridge.db'}"
    await (await open_store(url, (KEY,))).close()
    other = sqlite3.connect(tmp_path / "bridge.db", isolation_level=None)
    try:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE turns SET next = next")
        other.execute("COMMIT")
        with pytest.raises(StoreUnavailable, match="locked"):
            await open_store(url, (KEY,))
    finally:
        other.close()
    await (await open_store(url, (KEY,))).close()
