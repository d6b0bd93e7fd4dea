"""A database for each test, and its store. Whatever an engine is, it passes the tests in `contract`."""

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from bridge.store.open import open_store
from bridge.store.port import Store
from tests.store.making import KEY, Shift


@dataclass(frozen=True)
class Database:
    """A database that can be opened again and again; the test's end closes what is still open."""

    url: str
    stack: AsyncExitStack

    async def open(self, keys: Sequence[bytes] = (KEY,), *, migrate: bool = True) -> Store:
        store = await open_store(self.url, keys, migrate=migrate)
        self.stack.push_async_callback(store.close)
        return store


@asynccontextmanager
async def sqlite() -> AsyncIterator[Database]:
    """A new SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            yield Database(f"sqlite:///{Path(folder) / 'bridge.db'}", stack)


Engine: TypeAlias = Callable[[], AbstractAsyncContextManager[Database]]

engines = pytest.mark.parametrize("engine", [sqlite])
"""For tests that make many databases: an asynchronous context manager that gives a new one."""


@pytest.fixture(params=["sqlite"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    urls = {"sqlite": f"sqlite:///{tmp_path / 'bridge.db'}"}
    async with AsyncExitStack() as stack:
        yield Database(urls[request.param], stack)


@pytest.fixture
async def store(database: Database) -> Store:
    return await database.open()


@asynccontextmanager
async def working(store: Store) -> AsyncIterator[Shift]:
    """Be the worker of a store."""
    async with store.lease() as lease:
        yield Shift(store, lease.generation)


@pytest.fixture
async def shift(store: Store) -> AsyncIterator[Shift]:
    async with working(store) as shift:
        yield shift
