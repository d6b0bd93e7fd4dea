"""(e) What becomes of (b) and of memory when very many deliveries are in the store already."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from bench.bridge import Bridge, serving
from bench.contestants import open_doors
from bench.errors import NotUnderstood
from bench.fill import counts, fill
from bench.load import flood
from bench.payload import Door, github_requests
from bench.plan import Plan
from bench.receiver import Receiver, receiving
from bench.report import Section, Table, verdict
from bench.rounds import Contestant, Round, Spread, rounds

CONNECTIONS: Final = 32
REAL: Final = 1000
"""How many deliveries the bridge makes itself, to be copied."""
GOAL: Final = 0.9


async def growth(plan: Plan) -> Section:
    """Flood bridges with stores of each size in turn."""
    folder = plan.folder / "e-growth"
    async with receiving() as receiver, AsyncExitStack() as stack:
        doors, before = await _begin(folder, receiver)
        at_start = {}
        contestants = []
        for wanted in plan.grown:
            place = folder / f"{wanted}"
            started = time.monotonic()
            have = await asyncio.to_thread(_grow, folder, place, before, wanted)
            plan.say(
                f"{have:,} finished deliveries, {_size(place):.1f} GB, in {time.monotonic() - started:.0f} s"
            )
            bridge = await stack.enter_async_context(_checked(place, have))
            at_start[_name(wanted)] = bridge.process.resident()
            contestants.append(
                Contestant(
                    _name(wanted),
                    bridge.process,
                    github_requests(doors),
                    receiver,
                    cards=True,
                    settle=bridge.settle,
                )
            )
        done = await rounds(contestants, plan, CONNECTIONS, plan.pairs)
        memory = {one.name: one.process.resident() for one in contestants}
        sizes = {one.name: _size(one.process.folder) for one in contestants}
    first = _name(plan.grown[0])
    found = []
    for name in list(done)[1:]:
        ratio = _ratio(done[name], done[first])
        found.append(
            f"{name} / {first} = **{ratio.median:.2f}** ({ratio.low:.2f} – {ratio.high:.2f}); "
            f"goal ≥ {GOAL} {verdict(ratio.median, GOAL)}; memory {memory[name]:.0f} MB, "
            f"{round(memory[name] - memory[first]):+d} MB against {first}"
        )
    rows = [
        (
            name,
            f"{sizes[name]:.1f} GB",
            f"{Spread.of([turn.delivered for turn in turns]).median:,.0f}",
            f"{1000 * sum(turn.processor_to_settle for turn in turns) / sum(turn.taken for turn in turns):.3f}",
            f"{at_start[name]:.0f} MB",
            f"{memory[name]:.0f} MB",
        )
        for name, turns in done.items()
    ]
    return Section(
        "(e) Growth: (b) on a store that is full already",
        found,
        [
            Table(
                ("in the store", "on disk", "delivered/s", "CPU ms each", "memory before", "after"),
                rows,
            )
        ],
        f"{CONNECTIONS} connections. The stores hold copies, under new ids, of {REAL:,} deliveries that the bridge made, "
        "with their events, attempts and 11 KB bodies (above 200,000 the bodies are cut to 1 KB, or they alone would be 13 GB).",
    )


async def _begin(folder: Path, receiver: Receiver) -> tuple[tuple[Door, ...], dict[str, int]]:
    """Two stores with endpoints and subscriptions, `empty` and `begun`, the latter with some real deliveries.

    The doors of both, and the rows of the empty one.
    """
    async with serving(folder / "empty") as bridge:
        doors = await open_doors(bridge, receiver)
    before = counts(folder / "empty/bridge.db")
    await asyncio.to_thread(shutil.copytree, folder / "empty", folder / "begun")
    async with serving(folder / "begun") as bridge:
        await flood(bridge.process.port, github_requests(doors), CONNECTIONS, 600, REAL)
        await bridge.settle()
    return doors, before


def _grow(folder: Path, place: Path, before: dict[str, int], wanted: int) -> int:
    shutil.copytree(folder / ("begun" if wanted else "empty"), place)
    if not wanted:
        return 0
    return fill(place / "bridge.db", before, wanted)


@asynccontextmanager
async def _checked(folder: Path, have: int) -> AsyncIterator[Bridge]:
    """The bridge on such a store, after it has shown the newest copy, its attempts and its event."""
    async with serving(folder) as bridge:
        newest = await bridge.api("GET", "/deliveries?state=delivered&limit=1")
        for item in newest["items"]:
            delivery = await bridge.api("GET", f"/deliveries/{item['id']}")
            await bridge.api("GET", f"/events/{delivery['event']}")
            if not delivery["attempts"]:
                raise NotUnderstood(f"{folder}: a copied delivery has lost its attempts")
        if bool(newest["items"]) != bool(have):
            raise NotUnderstood(f"{folder}: the bridge does not see its deliveries")
        yield bridge


def _ratio(mine: list[Round], first: list[Round]) -> Spread:
    return Spread.of(
        [one.delivered / other.delivered for one, other in zip(mine, first, strict=True)]
    )


def _name(wanted: int) -> str:
    return f"{wanted:,} deliveries"


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.glob("bridge.db*")) / 1e9
