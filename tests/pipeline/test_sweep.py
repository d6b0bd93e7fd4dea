"""What is finished and old goes by itself, and nothing else does."""

from pathlib import Path

import pytest

from bridge.models import Page
from tests.pipeline.running import Says, Teams, running, settings, until


async def test_what_is_finished_goes_when_it_is_old_enough(
    tmp_path: Path, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.pipeline.sweep.LOOK", 0.01)
    monkeypatch.setattr("bridge.pipeline.sweep.PIECE", 2)
    given = settings(tmp_path, keep_bodies=0.001, keep_events=0.001, keep_deliveries=0.001)
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        await bridge.subscribe(endpoint, teams.connector("two"))
        teams.says("two", *[Says(503)] * 100_000)
        for number in range(7):
            await bridge.call(endpoint, f"call {number}")
        await until(lambda: len(teams.titles("one")) == 7)

        async def only_pending() -> bool:
            return [one.state for one in await bridge.deliveries()] == ["pending"] * 7

        await until(only_pending)
        # Their events stay, with their bodies, for what is still to be sent.
        events = (await bridge.bridge.store.events.list(Page(10))).items
        assert len(events) == 7
        assert not (await bridge.event(events[0].id)).removed
        teams.says("two")
        await until(lambda: teams.titles("two")[-1] == "call 6")

        async def nothing() -> bool:
            return not await bridge.events()

        await until(nothing)
        assert not await bridge.deliveries()
