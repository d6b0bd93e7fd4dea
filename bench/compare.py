"""(c) The load of (b) against what a user would run instead."""

from contextlib import AsyncExitStack
from typing import Final

from bench.contestants import the_bridge
from bench.deliver import BRIDGE, HEAD, ratio, row, shown
from bench.errors import DidNotStart, NotInstalled
from bench.peers import PEERS
from bench.peers.peer import Peer
from bench.plan import Plan
from bench.receiver import Receiver, receiving
from bench.report import Section, Table
from bench.rounds import Contestant, rounds

CONNECTIONS: Final = 32


async def compare(plan: Plan) -> Section:
    """Flood the bridge and every peer that can be started in turn."""
    folder = plan.folder / "c"
    absent: list[str] = []
    async with AsyncExitStack() as stack:
        mine = await stack.enter_async_context(receiving())
        contestants = [
            await stack.enter_async_context(
                the_bridge(BRIDGE, folder / "bridge", mine, subscribed=True)
            )
        ]
        for peer in PEERS:
            # Each has a receiver of its own: what one is still sending must not count for the next.
            theirs = await stack.enter_async_context(receiving())
            plan.say(f"starting {peer.name}")
            try:
                contestants.append(await _join(stack, peer, theirs, plan))
            except (NotInstalled, DidNotStart) as error:
                absent.append(f"{peer.name}: {error}")
        done = await rounds(contestants, plan, CONNECTIONS, plan.peer_rounds)
    found = [
        f"bridge / {name} = {shown(done, name)}; goal: ahead "
        + ("reached" if ratio(done, name).median > 1 else "not reached")
        for name in done
        if name != BRIDGE
    ]
    return Section(
        "(c) What a user would run instead",
        found + absent,
        [
            Table(HEAD, [row(CONNECTIONS, name, turns) for name, turns in done.items()]),
            Table(("who", "is sent", "does"), [_about(peer) for peer in PEERS]),
        ],
        "The bridge alone keeps what it acknowledged on disk first. It has 64 endpoints with a channel each; the "
        "peers have one of each, which is easier.",
    )


async def _join(stack: AsyncExitStack, peer: Peer, receiver: Receiver, plan: Plan) -> Contestant:
    started = await stack.enter_async_context(
        peer.start(plan.folder / "c" / _plain(peer), receiver)
    )
    return Contestant(
        peer.name, started.process, started.requests, receiver, cards=True, most=started.most
    )


def _plain(peer: Peer) -> str:
    return "".join(letter for letter in peer.name if letter.isalnum())


def _about(peer: Peer) -> tuple[str, str, str]:
    return peer.name, peer.takes, peer.does
