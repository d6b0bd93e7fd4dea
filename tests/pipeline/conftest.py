"""A running bridge and channels to post to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.pipeline.running import Running, Teams, receiving, running, settings


@pytest.fixture
async def teams() -> AsyncIterator[Teams]:
    async with receiving() as teams:
        yield teams


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(settings(tmp_path)) as bridge:
        yield bridge
