"""What was said to be kept is there, whatever happens to the process; and several processes write beside each other."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from bridge.models import Page
from bridge.store.open import open_store
from tests.store.making import KEY, an_endpoint

WRITER = """
import asyncio, sys
from tests.store.making import KEY, an_event
from bridge.store.open import open_store

async def main(url, endpoint_id, count):
    store = await open_store(url, (KEY,))
    endpoint = await store.endpoints.get(endpoint_id)
    sys.stdin.readline()
    written = 0

    async def caller():
        nonlocal written
        while written < count:
            written += 1
            event = an_event(endpoint, body=bytes(7000))
            await store.events.record(event, event.id, None)
            print(event.id, flush=True)

    await asyncio.gather(*(caller() for _ in range(16)))
    await store.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


async def writer(url: str, endpoint_id: str, count: int) -> Process:
    """A process that records so many events, once told to, and says the id of each that is kept."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, endpoint_id, str(count), stdin=PIPE, stdout=PIPE
    )


async def start(process: Process) -> asyncio.StreamReader:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"go\n")
    await process.stdin.drain()
    return process.stdout


@pytest.mark.parametrize("after", [1, 50, 333])
async def test_a_killed_process_loses_nothing_that_it_said_was_kept(
    tmp_path: Path, after: int
) -> None:
    url = f"sqlite:///{tmp_path / 'bridge.db'}"
    endpoint = an_endpoint()
    store = await open_store(url, (KEY,))
    await store.endpoints.add(endpoint)
    await store.close()
    process = await writer(url, endpoint.id, 1_000_000)
    try:
        said = await start(process)
        ids = [(await said.readline()).decode().strip() for _ in range(after)]
    finally:
        process.kill()
    rest = (await said.read()).decode()
    await process.wait()
    ids += [line.strip() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    store = await open_store(url, (KEY,))
    for event_id in ids:
        event = await store.events.get(event_id)
        assert event is not None
        assert event.body == bytes(7000)
    assert len(ids) >= after
    await store.check()
    await store.close()


async def test_two_processes_write_beside_each_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bridge.db'}"
    endpoint = an_endpoint()
    store = await open_store(url, (KEY,))
    await store.endpoints.add(endpoint)
    processes = [await writer(url, endpoint.id, 300) for _ in range(2)]
    try:
        said = [await start(process) for process in processes]
        texts = await asyncio.gather(*(one.read() for one in said))
        assert [await process.wait() for process in processes] == [0, 0]
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    ids = {line for text in texts for line in text.decode().split()}
    assert len(ids) == 600
    found = await store.events.list(Page(1000))
    assert {event.id for event in found.items} == ids
    await store.close()
