"""(a) How many webhooks a second are acknowledged, each durably kept before its 202."""

from contextlib import AsyncExitStack
from typing import Final

from bench.contestants import a_handler, the_bridge
from bench.plan import Plan
from bench.receiver import receiving
from bench.report import Section, Table, verdict
from bench.rounds import Round, Spread, rounds

GOAL: Final = 0.70
ALONE: Final = "bridge, no subscriber"
WHOLE: Final = "bridge, a subscriber each"
BARE: Final = "bare handler"
BARE_ORJSON: Final = "bare handler, orjson"


async def accept(plan: Plan) -> Section:
    """Flood the bridge and the bare handlers in turn."""
    folder = plan.folder / "a"
    found, rows = [], []
    async with receiving() as receiver, AsyncExitStack() as stack:
        contestants = [
            await stack.enter_async_context(one)
            for one in (
                a_handler(BARE, "accept", folder / "json", receiver, cards=False),
                the_bridge(ALONE, folder / "alone", receiver, subscribed=False),
                a_handler(BARE_ORJSON, "accept_orjson", folder / "orjson", receiver, cards=False),
                the_bridge(WHOLE, folder / "whole", receiver, subscribed=True),
            )
        ]
        for connections in plan.connections:
            done = await rounds(contestants, plan, connections, plan.pairs)
            found += [
                _sentence(connections, done, bridge, bare)
                for bridge in (ALONE, WHOLE)
                for bare in (BARE, BARE_ORJSON)
            ]
            rows += [_row(connections, name, turns) for name, turns in done.items()]
    return Section(
        "(a) Acknowledged webhooks, each durable before its 202",
        found,
        [Table(_HEAD, rows)],
        "“Routed” is how many of the acknowledged events had been matched with subscriptions when the last 202 of "
        "the round was there; the bridge does the rest afterwards, and nothing of it is in the first figures.",
    )


_HEAD: Final = (
    "connections",
    "who",
    "acknowledged/s",
    "min – max",
    "routed by then",
    "cards out by the end",
    "CPU ms each, to the last 202",
    "CPU ms each, all done",
)


def _sentence(connections: int, done: dict[str, list[Round]], bridge: str, bare: str) -> str:
    ratio = Spread.of(
        [
            mine.acknowledged / theirs.acknowledged
            for mine, theirs in zip(done[bridge], done[bare], strict=True)
        ]
    )
    text = (
        f"{connections} connections: {bridge} / {bare} = **{ratio.median:.2f}** "
        f"({ratio.low:.2f} – {ratio.high:.2f})"
    )
    if (bridge, bare) == (ALONE, BARE):
        text += f"; goal ≥ {GOAL:.2f} {verdict(ratio.median, GOAL)}"
    return text


def _row(connections: int, name: str, turns: list[Round]) -> tuple[str, ...]:
    rate = Spread.of([turn.acknowledged for turn in turns])
    taken = sum(turn.taken for turn in turns)
    left = [turn.unrouted for turn in turns if turn.unrouted is not None]
    return (
        str(connections),
        name,
        f"{rate.median:,.0f}",
        f"{rate.low:,.0f} – {rate.high:,.0f}",
        f"{100 - 100 * sum(left) / taken:.0f} %" if left else "–",
        f"{sum(turn.cards for turn in turns):,} of {taken:,}"
        if any(turn.cards for turn in turns)
        else "–",
        f"{1000 * sum(turn.processor_to_acknowledge for turn in turns) / taken:.3f}",
        f"{1000 * sum(turn.processor_to_settle for turn in turns) / taken:.3f}",
    )
