"""(e) How long from a webhook to its card, at a steady pace."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from typing import Final

from bench.contestants import a_handler, the_bridge
from bench.load import pace
from bench.payload import Door, github_requests_about
from bench.plan import Plan
from bench.receiver import receiving
from bench.report import Section, Table, verdict

RATE: Final = 50
GOAL: Final = 25.0
PATIENCE: Final = 10.0
BRIDGE: Final = "bridge"
HANDLER: Final = "handler, keeps nothing"
_WORD: Final = re.compile(rb"Pace(\d+)End")


async def latency(plan: Plan) -> Section:
    """Send 50 webhooks a second to the bridge, then to the handler of (b)."""
    folder = plan.folder / "e-latency"
    rows, figures = [], {}
    async with AsyncExitStack() as stack:
        mine = await stack.enter_async_context(receiving(keep=True))
        theirs = await stack.enter_async_context(receiving(keep=True))
        for contestant in (
            await stack.enter_async_context(
                the_bridge(BRIDGE, folder / "bridge", mine, subscribed=True)
            ),
            await stack.enter_async_context(
                a_handler(HANDLER, "forward", folder / "handler", theirs, cards=True)
            ),
        ):
            count = int(RATE * plan.latency_seconds)
            plan.say(f"{contestant.name}: {count:,} webhooks, {RATE} a second")
            requests = _about_each(contestant.doors, count)
            sent = await pace(contestant.process.port, requests, RATE)
            receiver = contestant.receiver
            await receiver.until(sent.taken, PATIENCE)
            taken = _milliseconds(sent.times, [(card.at, card.body) for card in receiver.kept])
            # The first second, with its first use of everything, is not measured.
            figures[contestant.name] = sorted(taken[RATE:])
            rows.append(_row(contestant.name, count, len(taken), figures[contestant.name]))
    p99 = _part(figures[BRIDGE], 0.99)
    found = (
        f"p50 **{_part(figures[BRIDGE], 0.5):.1f} ms**, p99 **{p99:.1f} ms**; "
        f"goal p99 < {GOAL:.0f} ms on a quiet machine {verdict(p99, GOAL, below=True)}"
    )
    return Section(
        f"(e) From a webhook to its card, {RATE} webhooks a second",
        [found],
        [Table(("who", "cards", "p50 ms", "p90 ms", "p99 ms", "longest ms"), rows)],
        f"Over {plan.latency_seconds:.0f} s, 64 endpoints, from the send call to the whole card at the receiver, "
        "both in one process on one clock.",
    )


def _about_each(doors: Sequence[Door], count: int) -> Iterator[bytes]:
    return iter([*github_requests_about(doors, (f"Pace{number}End" for number in range(count)))])


def _milliseconds(times: Sequence[float], cards: Sequence[tuple[float, bytes]]) -> list[float]:
    """From each sending to its first card, in order of sending."""
    arrived: dict[int, float] = {}
    for at, body in cards:
        if found := _WORD.search(body):
            arrived.setdefault(int(found[1]), at)
    return [1000 * (arrived[number] - times[number]) for number in sorted(arrived)]


def _part(figures: Sequence[float], part: float) -> float:
    return figures[min(len(figures) - 1, int(part * len(figures)))] if figures else float("nan")


def _row(name: str, count: int, arrived: int, figures: Sequence[float]) -> tuple[str, ...]:
    parts = (0.5, 0.9, 0.99, 1.0)
    return (name, f"{arrived:,} of {count:,}", *(f"{_part(figures, part):.1f}" for part in parts))
