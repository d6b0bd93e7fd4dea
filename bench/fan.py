"""(e) One event to very many channels."""

import asyncio
import time
from contextlib import suppress
from typing import Final

from bench.bridge import serving
from bench.load import ask
from bench.payload import github_one
from bench.plan import Plan
from bench.receiver import receiving
from bench.report import Section, Table
from bench.rounds import STALLED, Spread

EVENTS: Final = 3
AT_ONCE: Final = 32
PATIENCE: Final = 60.0
"""Seconds that the webhook may take to be acknowledged."""
LONGEST: Final = 120.0
"""Seconds after which the cards are no longer waited for."""


async def fan_out(plan: Plan) -> Section:
    """Subscribe many channels to one endpoint, and send it an event, three times."""
    async with receiving() as receiver, serving(plan.folder / "e-fan") as bridge:
        endpoint, door = await bridge.endpoint("bench")
        numbers = iter(range(plan.channels))

        async def subscribe() -> None:
            for number in numbers:
                await bridge.subscribe(endpoint, receiver.connector(f"channel{number}"))

        started = time.perf_counter()
        await asyncio.gather(*(subscribe() for _ in range(AT_ONCE)))
        plan.say(f"{plan.channels:,} channels subscribed in {time.perf_counter() - started:.1f} s")
        rows, seconds, rates, whole = [], [], [], True
        for number in range(EVENTS):
            before, processor = receiver.cards, bridge.process.processor()
            started = time.perf_counter()
            status = await ask(bridge.process.port, github_one(door, f"fan{number}"), PATIENCE)
            answered = time.perf_counter() - started
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST):
                    await receiver.until(before + plan.channels, STALLED)
            seconds.append(receiver.last - started)
            cards = receiver.cards - before
            rates.append(cards / seconds[-1])
            whole = cards >= plan.channels
            if whole:
                await bridge.settle()
            rows.append(
                (
                    str(number + 1),
                    f"{status} after {1000 * answered:.0f} ms",
                    f"{seconds[-1]:.2f}",
                    f"{cards:,} of {plan.channels:,}",
                    f"{rates[-1]:,.0f}",
                    f"{1000 * (bridge.process.processor() - processor) / plan.channels:.3f}",
                    f"{bridge.process.resident():.0f} MB",
                )
            )
            plan.say(f"event {number + 1}: {cards:,} cards in {seconds[-1]:.2f} s")
            if not whole:
                break
    spread, rate = Spread.of(seconds), Spread.of(rates)
    found = (
        f"**{spread.median:.2f} s** ({spread.low:.2f} – {spread.high:.2f}) from the webhook to the last card, "
        f"**{rate.median:,.0f} cards/s**" + ("" if whole else "; **not all cards came**")
    )
    return Section(
        f"(e) One event to {plan.channels:,} channels",
        [found],
        [
            Table(
                ("event", "answered", "seconds", "cards", "cards/s", "CPU ms each", "memory"), rows
            )
        ],
    )
