"""Being the one worker of a database: a file lock, which the operating system releases when its holder dies."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bridge.errors import StoreUnavailable

INTERVAL: Final = 0.2
"""Seconds between two looks at a lock that another process holds."""


@asynccontextmanager
async def worker_lock(path: Path) -> AsyncIterator[None]:
    """Hold the lock of that file, waiting for whoever has it. Raises `StoreUnavailable` if the file cannot be made."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreUnavailable(
            f"The worker's lock {path.name} cannot be opened: {error.strerror}."
        ) from error
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(INTERVAL)
        yield
    finally:
        os.close(file)
