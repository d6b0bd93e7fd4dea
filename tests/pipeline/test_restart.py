"""What a worker knew of its lanes is known to the next one: what a channel has got lately, and what was cut off."""

import asyncio
from pathlib import Path

import pytest

from tests.pipeline.running import Says, Teams, running, settings, until
from tests.pipeline.waiting import has_failed

HOUR = 3600.0


@pytest.mark.parametrize("restart", [True, False])
async def test_a_channel_s_pace_is_kept_across_a_restart(
    tmp_path: Path, teams: Teams, restart: bool
) -> None:
    """Three cards an hour are three, whoever sends them."""
    given = settings(tmp_path, channel_rate=((3, HOUR),), digest_after=0)
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(), Says(400))  # a refused card counts as well
        await bridge.call(endpoint, "call 0")
        await bridge.call(endpoint, "call 1")
        await bridge.settled()
        if not restart:
            await bridge.call(endpoint, "call 2")
            await bridge.routed(await bridge.call(endpoint, "call 3"))
            await until(lambda: len(teams.titles("one")) == 3)
    async with running(given) as bridge:
        if restart:
            await bridge.call(endpoint, "call 2")
            await bridge.routed(await bridge.call(endpoint, "call 3"))
            await until(lambda: len(teams.titles("one")) == 3)
        # Another channel's card comes after everything that this one could get by now.
        await bridge.subscribe(endpoint, teams.connector("two"))
        await bridge.call(endpoint, "call 4")
        await until(lambda: teams.titles("two") == ["call 4"])
        assert teams.titles("one") == ["call 0", "call 1", "call 2"]

        async def two_wait() -> bool:
            return len(await bridge.deliveries("pending")) == 2

        await until(two_wait)


async def test_a_back_off_is_kept_across_a_restart(tmp_path: Path, teams: Teams) -> None:
    given = settings(tmp_path, retry_schedule=(HOUR,))
    teams.says("one", Says(503))
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        subscription = await bridge.subscribe(endpoint, teams.connector("one"))
        await bridge.call(endpoint, "waits")
        await has_failed(bridge, subscription)
    async with running(given) as bridge:
        await bridge.subscribe(endpoint, teams.connector("two"))
        await bridge.call(endpoint, "call")
        await until(lambda: teams.titles("two") == ["call"])
        assert teams.titles("one") == ["waits"]
        await bridge.resume(subscription)
        await bridge.settled()
        assert teams.titles("one") == ["waits", "waits", "call"]


async def test_a_card_that_was_cut_off_is_posted_again_and_its_tries_say_why(
    tmp_path: Path, teams: Teams
) -> None:
    given = settings(tmp_path)
    never = asyncio.Event()
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(when=never))
        await bridge.call(endpoint, "cut off")
        await bridge.routed(await bridge.call(endpoint, "waiting"))
        await until(lambda: len(teams.bodies) == 1)
        await bridge.bridge.worker.stop(within=0.05)
    async with running(given) as bridge:
        await bridge.settled()
        assert teams.titles("one") == ["cut off", "cut off", "waiting"]
        waiting, cut_off = await bridge.deliveries()
        assert await bridge.outcomes(cut_off) == ["interrupted", "delivered"]
        assert await bridge.outcomes(waiting) == ["delivered"]
        assert (cut_off.attempts, waiting.attempts) == (2, 1)
        interrupted, _ = await bridge.bridge.store.deliveries.attempts(cut_off.id)
        assert "the channel may have it already" in interrupted.reason
        assert interrupted.status is None
    never.set()


async def test_a_second_try_that_was_cut_off_is_said_so_too(tmp_path: Path, teams: Teams) -> None:
    given = settings(tmp_path)
    never = asyncio.Event()
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(503), Says(when=never))
        await bridge.call(endpoint, "cut off")
        await until(lambda: len(teams.bodies) == 2)
        await bridge.bridge.worker.stop(within=0.05)
    async with running(given) as bridge:
        await bridge.settled()
        (delivery,) = await bridge.deliveries()
        assert await bridge.outcomes(delivery) == ["retry", "interrupted", "delivered"]
    never.set()


async def test_what_was_only_waiting_for_its_time_was_not_cut_off(
    tmp_path: Path, teams: Teams
) -> None:
    given = settings(tmp_path, channel_rate=((1, HOUR),), digest_after=0)
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        ids = [await bridge.call(endpoint, f"call {number}") for number in range(3)]
        await bridge.routed(*ids)
        await until(lambda: len(teams.bodies) == 1)

        async def one_delivered() -> bool:
            return len(await bridge.deliveries("delivered")) == 1

        await until(one_delivered)
    async with running(settings(tmp_path)) as bridge:
        await bridge.settled()
        assert teams.titles("one") == ["call 0", "call 1", "call 2"]
        for delivery in await bridge.deliveries():
            assert await bridge.outcomes(delivery) == ["delivered"]
