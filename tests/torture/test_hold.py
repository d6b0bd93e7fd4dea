"""A bridge that is killed while it holds cards, and while it releases them, loses none and asks with all that came."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, Final

import aiohttp
import pytest

from tests.pipeline.running import SECRET, Teams, receiving
from tests.torture.processes import Process, processes, until

CALLS: Final = 60
LATER: Final = 5
"""How many other calls begin before something more is said of one."""

KILLS: Final = 3
HOLD: Final = 300
BUG: Final = {"attribute": "labels", "any_of": ["bug"]}

pytestmark = [pytest.mark.xdist_group("stops"), pytest.mark.timeout(300)]


def calls() -> Iterator[dict[str, Any]]:
    """Calls that begin, and what is said of them later. Every second one has the label that is waited for in the end."""
    for number in range(CALLS + LATER):
        if number < CALLS:
            yield {"title": f"begun {number}", "object": f"call {number}"}
        about = number - LATER
        if about >= 0:
            noted = {"object": f"call {about}", "type": "call.noted"}
            yield {**noted, "title": f"wished {about}", "labels": ["wish"]}
            if about % 2 == 0:
                yield {**noted, "title": f"noted {about}", "labels": ["wish", "bug"]}


def wanted() -> list[str]:
    """The cards of those that have it, in the order of their events."""
    titles = [one["title"] for one in calls()]
    return [one for one in titles if int(one.split()[1]) % 2 == 0 and not one.startswith("wished")]


async def post(bridge: Process, hook: str, call: dict[str, Any], number: int) -> None:
    """Post a call until it is acknowledged, as a sender does that gives each delivery an id."""
    headers = {"x-radio-token": SECRET, "x-radio-id": f"post {number}"}

    async def kept() -> bool:
        with suppress(aiohttp.ClientError):
            url = f"{bridge.url}{hook}"
            async with bridge.session.post(url, json={"calls": [call]}, headers=headers) as answer:
                return answer.status in {200, 202}
        return False

    await until(kept)


async def post_all(bridge: Process, hook: str) -> None:
    """Post all calls in their order, and kill the bridge meanwhile, again and again."""
    dice = Random("hold")  # noqa: S311  # to be thrown again
    posted = list(calls())
    moments = sorted(dice.sample(range(len(posted)), KILLS))
    for number, call in enumerate(posted):
        posting = asyncio.create_task(post(bridge, hook, call, number))
        if number in moments:
            await asyncio.wait({posting}, timeout=dice.uniform(0, 0.02))
            await bridge.kill()
            await bridge.start()
        await posting


def as_if_over(folder: Path) -> int:
    """End all holds; how many there are."""
    with closing(sqlite3.connect(folder / "bridge.db")) as connection, connection:
        return connection.execute("UPDATE held SET until = until - ?", (1000 * HOLD,)).rowcount


async def test_killed_while_it_holds_and_while_it_releases(tmp_path: Path) -> None:
    async with (
        aiohttp.ClientSession() as session,
        receiving() as teams,
        processes(tmp_path, session, {}) as (bridge,),
    ):
        hook = await subscribed(bridge, teams)
        await post_all(bridge, hook)
        await until(bridge.has_routed, every=0.1)
        assert teams.bodies == []
        await bridge.kill()
        assert as_if_over(tmp_path) == CALLS + CALLS // 2
        await bridge.start()
        await until(lambda: len(teams.bodies) >= CALLS // 4)
        await bridge.kill()
        await bridge.start()
        await bridge.ready()
        await until(bridge.idle, every=0.1)
        deliveries = await bridge.every("/deliveries")
    assert [title for title, _ in groupby(teams.titles("one"))] == wanted()
    states = [one["state"] for one in deliveries]
    assert (states.count("delivered"), states.count("dropped")) == (CALLS, CALLS // 2)
    reasons = {one["reason"] for one in deliveries if one["state"] == "dropped"}
    assert reasons == {"Not wanted when its hold ended: labels is wish, not bug."}
    assert "Traceback" not in bridge.log.read_text()
    assert "stumbled" not in bridge.log.read_text()


async def subscribed(bridge: Process, teams: Teams) -> str:
    """A channel that waits for a label; the endpoint's path."""
    endpoint = await bridge.api(
        "POST", "/endpoints", {"source": "radio", "name": "radio", "secret": SECRET}
    )
    subscription = {
        "endpoint": endpoint["id"],
        "channel": {"url": teams.connector("one")},
        "events": ["*"],
        "filters": BUG,
        "hold": HOLD,
    }
    await bridge.api("POST", "/subscriptions", subscription)
    return f"/hooks/{endpoint['id']}"
