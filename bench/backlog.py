"""(e) What a backlog of very many pending deliveries costs: until the first card is out, and in memory."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.bridge import serving
from bench.load import flood
from bench.payload import github_requests
from bench.plan import Plan
from bench.receiver import receiving
from bench.report import Section, Table

CHANNELS: Final = 100
SECONDS: Final = 8.0
"""How long cards are counted."""

PENDING: Final = """
INSERT INTO deliveries (position, id, event_id, part, subscription_id, channel_id, state, turn, created_at, owed_at)
VALUES (?, ?, ?, 0, ?, ?, 'pending', ?, ?, ?)
"""


async def backlog(plan: Plan) -> Section:
    """Start bridges on stores with each number of deliveries still to be made."""
    rows = []
    async with receiving() as receiver:
        for wanted in (max(1000, wanted) for wanted in plan.grown):
            folder = plan.folder / f"e-backlog-{wanted}"
            async with serving(folder) as bridge:
                endpoint, door = await bridge.endpoint("backlog")
                for number in range(CHANNELS):
                    await bridge.subscribe(endpoint, receiver.connector(f"backlog{number}"))
                await flood(bridge.process.port, github_requests((door,)), 1, 600, 1)
                await bridge.settle()
            await asyncio.to_thread(_owe, folder / "bridge.db", wanted)
            before, started = receiver.cards, time.perf_counter()
            async with serving(folder) as bridge:
                ready = time.perf_counter() - started
                await receiver.until(before + 1, 60)
                first = time.perf_counter() - started
                counted = receiver.cards
                await asyncio.sleep(SECONDS)
                rate = (receiver.cards - counted) / SECONDS
                rows.append(
                    (
                        f"{wanted:,}",
                        f"{ready:.2f} s",
                        f"{first:.2f} s",
                        f"{rate:,.0f}" if receiver.cards - before < wanted else "all were sent",
                        f"{bridge.process.resident():.0f} MB",
                    )
                )
                plan.say(f"backlog: {', '.join(rows[-1])}")
    head = ("pending", "ready after", "first card after", "cards/s then", "memory then")
    return Section(
        "(e) A backlog when the bridge starts",
        [
            f"{pending} pending: the first card after {first}, {memory}"
            for pending, _, first, _, memory in rows
        ],
        [Table(head, rows)],
        f"To {CHANNELS} channels, of one event; counted for {SECONDS:.0f} seconds, with nothing else to do.",
    )


def _owe(path: Path, wanted: int) -> None:
    """Owe one event's card again and again, to every subscription in turn."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        (event,) = connection.execute("SELECT id FROM events LIMIT 1").fetchone()
        owed_to = connection.execute("SELECT id, channel_id FROM subscriptions").fetchall()
        (first,) = connection.execute("SELECT next FROM turns WHERE name = 'deliveries'").fetchone()
        now = int(time.time() * 1000)
        connection.executemany(
            PENDING,
            (
                (turn, f"dl_{turn:024d}", event, *owed_to[turn % len(owed_to)], turn, now, now)
                for turn in range(first, first + wanted)
            ),
        )
        connection.execute("UPDATE turns SET next = next + ? WHERE name = 'deliveries'", (wanted,))
        connection.execute("COMMIT")
