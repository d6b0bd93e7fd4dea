"""The engine itself, on a file with one table."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.store.sqlite.engine import Engine


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bridge.db"
    path.touch()
    return path


@pytest.fixture
async def engine(path: Path) -> AsyncIterator[Engine]:
    engine = await Engine.open(path)
    await engine.write(lambda connection: connection.execute("CREATE TABLE kept (name UNIQUE)"))
    yield engine
    await engine.close()
