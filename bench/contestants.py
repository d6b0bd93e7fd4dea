"""Who takes part in (a) and (b): the bridge and the handlers it is compared with, each a process of its own."""

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.bridge import SECRET, Bridge, serving
from bench.payload import ENDPOINTS, Door, github_requests
from bench.process import free_port, running
from bench.receiver import Receiver
from bench.rounds import Contestant


@asynccontextmanager
async def the_bridge(
    name: str, folder: Path, receiver: Receiver, *, subscribed: bool
) -> AsyncIterator[Contestant]:
    """The bridge with 64 endpoints, each with a channel of its own subscribed to it, or with none."""
    async with serving(folder) as bridge:
        doors = await open_doors(bridge, receiver if subscribed else None)
        yield Contestant(
            name,
            bridge.process,
            github_requests(doors),
            receiver,
            cards=subscribed,
            doors=doors,
            settle=bridge.settle,
            unrouted=bridge.unrouted,
        )


async def open_doors(bridge: Bridge, receiver: Receiver | None) -> tuple[Door, ...]:
    """Make the endpoints, and subscribe a channel of the receiver to each."""
    doors = []
    for number in range(ENDPOINTS):
        endpoint, door = await bridge.endpoint(f"bench-{number}")
        if receiver is not None:
            await bridge.subscribe(endpoint, receiver.connector(f"channel{number}"))
        doors.append(door)
    return tuple(doors)


@asynccontextmanager
async def a_handler(
    name: str, factory: str, folder: Path, receiver: Receiver, *, cards: bool
) -> AsyncIterator[Contestant]:
    """A handler of `bench.baselines` on uvicorn with uvloop and httptools, one process, for 64 endpoints."""
    doors = tuple(
        Door(f"/hooks/endpoint{number}", f"{SECRET}{number}") for number in range(ENDPOINTS)
    )
    table = {
        f"endpoint{number}": {
            "secret": door.secret,
            "channel": receiver.connector(f"{factory}{number}"),
        }
        for number, door in enumerate(doors)
    }
    path = _kept(folder, table)
    port = free_port()
    root = Path(__file__).parent.parent
    command = (
        *(sys.executable, "-m", "uvicorn", f"bench.baselines:{factory}", "--factory"),
        *("--app-dir", root, "--port", str(port), "--no-access-log", "--log-level", "warning"),
        *("--loop", "uvloop", "--http", "httptools", "--no-server-header"),
    )
    variables = {**os.environ, "BENCH_DOORS": str(path)}
    async with running(command, folder, port, variables, "/readyz") as process:
        yield Contestant(name, process, github_requests(doors), receiver, cards=cards, doors=doors)


def _kept(folder: Path, table: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "doors.json"
    path.write_text(json.dumps(table))
    return path
