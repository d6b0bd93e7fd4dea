import asyncio
import stat
import sys
from pathlib import Path

import pytest

from bridge.errors import StoreUnavailable
from bridge.store.lock import worker_lock

HOLDER = """
import asyncio, sys
from pathlib import Path
from bridge.store.lock import worker_lock

async def hold():
    async with worker_lock(Path(sys.argv[1])):
        print("held", flush=True)
        await asyncio.sleep(3600)

asyncio.run(hold())
"""


async def test_the_lock_is_waited_for_and_a_killed_holder_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "bridge.db.worker"
    entered = asyncio.Event()

    async def enter() -> None:
        async with worker_lock(path):
            entered.set()

    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, str(path), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"held\n"
        waiting = asyncio.create_task(enter())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(entered.wait()), 0.5)
    finally:
        holder.kill()
        await holder.wait()
    await asyncio.wait_for(waiting, 30)


async def test_giving_up_waiting_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "bridge.db.worker"

    async def enter() -> None:
        async with worker_lock(path):
            pass

    async with worker_lock(path):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(enter(), 0.01)
    await enter()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600  # nobody else may hold the worker up


async def test_a_lock_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="No such file"):
        async with worker_lock(tmp_path / "nowhere" / "bridge.db.worker"):
            pass
