"""Being the one worker of a database: a file lock, which the operating system releases when its holder dies."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

INTERVAL = 0.2
"""Seconds between two looks at a lock that another process holds."""


@asynccontextmanager
async def file_lock(path: Path) -> AsyncIterator[None]:
    """Hold the lock of that file, waiting for whoever has it."""
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(INTERVAL)
        yield
