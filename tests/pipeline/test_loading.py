"""What happens to a lane while the database is being asked for it is not forgotten."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bridge.store.records import Front
from tests.pipeline.running import Running, Says, Teams, running, settings, until


@dataclass
class Asked:
    """The database's answers about a lane, which are old by the time that they are given."""

    read: Any
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0

    async def front(self, *asked: Any) -> Front:
        found: Front = await self.read(*asked)
        self.waiting += 1
        await self.go_on.wait()
        self.waiting -= 1
        return found


def asked(bridge: Running, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """From now on, answers have to wait."""
    deliveries = bridge.bridge.store.deliveries
    slow = Asked(deliveries.front)
    monkeypatch.setattr(deliveries, "front", slow.front)
    return slow


async def test_a_card_that_comes_while_its_lane_is_asked_for_again(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.call(endpoint, "first")
    await bridge.settled()
    slow = asked(bridge, monkeypatch)
    bridge.bridge.worker.changed([subscription.channel.id])
    await until(lambda: slow.waiting == 1)
    await bridge.routed(await bridge.call(endpoint, "second"))
    slow.go_on.set()
    await bridge.call(endpoint, "third")
    await bridge.settled()
    assert teams.titles("one") == ["first", "second", "third"]


@pytest.fixture
async def paced(tmp_path: Path) -> AsyncIterator[Running]:
    """A bridge that has to ask about a lane before it posts there."""
    async with running(settings(tmp_path, channel_rate=((1000, 1.0),))) as started:
        yield started


async def test_a_card_that_comes_while_its_lane_is_asked_for_the_first_time(
    paced: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await paced.endpoint()
    slow = asked(paced, monkeypatch)
    await paced.subscribe(endpoint, teams.connector("one"))
    await until(lambda: slow.waiting == 1)
    await paced.routed(await paced.call(endpoint, "first"))
    slow.go_on.set()
    await paced.routed(await paced.call(endpoint, "second"))
    await paced.settled()
    assert teams.titles("one") == ["first", "second"]


async def test_what_is_released_while_its_lane_is_asked_for(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    answer = asyncio.Event()
    teams.says("one", Says(when=answer))
    await bridge.call(endpoint, "in flight")
    await until(lambda: teams.titles("one") == ["in flight"])
    await bridge.routed(await bridge.call(endpoint, "held"))
    await bridge.pause(subscription)
    slow = asked(bridge, monkeypatch)
    answer.set()
    await until(lambda: slow.waiting == 1)  # nothing is to be sent at the moment
    told: list[str] = []
    worker = bridge.bridge.worker
    tell = worker.changed

    def changed(subjects: Sequence[str] | None) -> None:
        told.extend(subjects or ())
        tell(subjects)

    monkeypatch.setattr(worker, "changed", changed)
    await bridge.resume(subscription)
    await until(lambda: told.count(subscription.channel.id) == 2)  # at once, and by looking
    slow.go_on.set()
    await bridge.settled()
    assert teams.titles("one") == ["in flight", "held"]
