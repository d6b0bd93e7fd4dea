"""(b) How many webhooks a second become cards at the receiver, everything durable."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Final

from bench.contestants import a_handler, the_bridge
from bench.plan import Plan
from bench.receiver import receiving
from bench.report import Section, Table, verdict
from bench.rounds import Round, Spread, rounds

GOAL: Final = 1.0
BRIDGE: Final = "bridge"
HANDLER: Final = "handler"
HANDLER_ORJSON: Final = "handler, orjson"


async def deliver(plan: Plan) -> Section:
    """Flood the bridge and the forwarding handlers in turn."""
    folder = plan.folder / "b"
    found, rows = [], []
    async with receiving() as receiver, AsyncExitStack() as stack:
        contestants = [
            await stack.enter_async_context(one)
            for one in (
                a_handler(HANDLER, "forward", folder / "json", receiver, cards=True),
                the_bridge(BRIDGE, folder / "bridge", receiver, subscribed=True),
                a_handler(
                    HANDLER_ORJSON, "forward_orjson", folder / "orjson", receiver, cards=True
                ),
            )
        ]
        for connections in plan.connections:
            done = await rounds(contestants, plan, connections, plan.pairs)
            found += [
                f"{connections} connections: bridge / {name} = {shown(done, name)}"
                + (
                    f"; goal ≥ {GOAL} {verdict(ratio(done, name).median, GOAL)}"
                    if name == HANDLER
                    else ""
                )
                for name in (HANDLER, HANDLER_ORJSON)
            ]
            rows += [row(connections, name, turns) for name, turns in done.items()]
    return Section(
        "(b) Delivered end to end",
        found,
        [Table(HEAD, rows)],
        "From the first byte sent to the last card at the receiver. The handlers keep nothing: what they have not "
        "forwarded when they end, or when the channel fails, is lost.",
    )


HEAD: Final = (
    "connections",
    "who",
    "delivered/s",
    "min – max",
    "acknowledged/s",
    "cards",
    "CPU ms each",
    "sender's and receiver's",
)


def ratio(done: Mapping[str, Sequence[Round]], other: str) -> Spread:
    """How the bridge's rate is to another's, round by round."""
    return Spread.of(
        [
            mine.delivered / theirs.delivered
            for mine, theirs in zip(done[BRIDGE], done[other], strict=True)
            if theirs.delivered
        ]
        or [float("inf")]
    )


def shown(done: Mapping[str, Sequence[Round]], other: str) -> str:
    """That ratio in words."""
    found = ratio(done, other)
    return f"**{found.median:.2f}** ({found.low:.2f} – {found.high:.2f})"


def row(connections: int, name: str, turns: Sequence[Round]) -> tuple[str, ...]:
    """One contestant's line of the table."""
    rate = Spread.of([turn.delivered for turn in turns])
    taken = sum(turn.taken for turn in turns)
    lost = {status: count for turn in turns for status, count in turn.refused.items()}
    cards = f"{sum(turn.cards for turn in turns):,} of {taken:,}"
    return (
        str(connections),
        name,
        f"{rate.median:,.0f}",
        f"{rate.low:,.0f} – {rate.high:,.0f}",
        f"{Spread.of([turn.acknowledged for turn in turns]).median:,.0f}",
        cards + (f"; refused {lost}" if lost else ""),
        f"{1000 * sum(turn.processor_to_settle for turn in turns) / max(1, taken):.3f}",
        f"{1000 * sum(turn.generator for turn in turns) / max(1, taken):.3f}",
    )
