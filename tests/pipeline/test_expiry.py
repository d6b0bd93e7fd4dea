"""A card that nobody wants any more is dropped, with its reason, and never sent."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from bridge.models import Endpoint, Event, new_id
from bridge.services.access import OPERATOR
from tests.pipeline.running import Running, Says, Teams, running, settings, until
from tests.pipeline.waiting import asleep, by_title, has_failed, in_flight

REASON = "Not sent within 60 minutes, after which its subscription drops a card."


async def received(bridge: Running, endpoint: Endpoint, title: str, ago: timedelta) -> str:
    """A webhook that came so long ago, and was not routed since."""
    body = orjson.dumps({"calls": [{"title": title}]})
    at = datetime.now(UTC) - ago
    event = Event(new_id("ev"), endpoint.id, "radio", at, {}, body)
    await bridge.bridge.store.events.record(event, event.id, None)
    return event.id


async def test_what_waited_for_too_long_is_dropped_with_the_reason(
    tmp_path: Path, teams: Teams
) -> None:
    given = settings(tmp_path)
    async with asleep(given) as user:
        endpoint = await user.endpoint()
        expiring = await user.subscribe(endpoint, teams.connector("one"), expiry=60)
        await user.subscribe(endpoint, teams.connector("two"))
        assert expiring.expiry == 60
        for title, minutes in (("old", 61), ("older", 600), ("fresh", 58), ("new", 0)):
            await received(user, endpoint, title, timedelta(minutes=minutes))
    async with running(given) as bridge:
        await bridge.settled()
        assert teams.titles("one") == ["fresh", "new"]
        assert teams.titles("two") == ["old", "older", "fresh", "new"]
        dropped = await bridge.deliveries("dropped")
        assert len(dropped) == 2
        for one in dropped:
            assert (one.subscription_id, one.reason) == (expiring.id, REASON)
            assert one.finished_at
            assert one.attempts == 0
            assert await bridge.outcomes(one) == []


async def test_what_expires_while_its_channel_fails_keeps_its_tries(
    tmp_path: Path, teams: Teams
) -> None:
    given = settings(tmp_path)
    async with asleep(given) as user:
        endpoint = await user.endpoint()
        await user.subscribe(endpoint, teams.connector("one"), expiry=60)
        # Half a second before it is too late.
        await received(user, endpoint, "tried", timedelta(minutes=60, seconds=-0.5))
        await received(user, endpoint, "next", timedelta())
    teams.says("one", *[Says(503)] * 10_000)
    async with running(given) as bridge:

        async def expired() -> bool:
            return bool(await bridge.deliveries("dropped"))

        await until(expired)
        teams.says("one")
        await bridge.settled()
        (dropped,) = await bridge.deliveries("dropped")
        assert dropped.reason == REASON
        assert set(await bridge.outcomes(dropped)) <= {"retry"}
        assert dropped.attempts == len(await bridge.outcomes(dropped))
        assert teams.titles("one")[-1] == "next"
        assert (await by_title(bridge))["next"].state == "delivered"


async def test_what_was_replayed_counts_from_then(tmp_path: Path, teams: Teams) -> None:
    given = settings(tmp_path)
    async with asleep(given) as user:
        endpoint = await user.endpoint()
        subscription = await user.subscribe(endpoint, teams.connector("one"), expiry=60)
        event_id = await received(user, endpoint, "old", timedelta(hours=5))
    async with running(given) as bridge:
        await bridge.settled()
        assert teams.titles("one") == []
        (dropped,) = await bridge.deliveries("dropped")
        await bridge.bridge.services.deliveries.replay(OPERATOR, dropped.id)
        await bridge.settled()
        assert teams.titles("one") == ["old"]
        await bridge.bridge.services.events.replay(OPERATOR, event_id)
        await until(lambda: teams.titles("one") == ["old", "old"])
        await bridge.settled()
        assert {one.state for one in await bridge.deliveries()} == {"delivered"}
    assert subscription.expiry == 60


async def test_what_was_held_counts_from_its_release(tmp_path: Path, teams: Teams) -> None:
    given = settings(tmp_path, retry_schedule=(3600,))
    async with asleep(given) as user:
        endpoint = await user.endpoint()
        subscription = await user.subscribe(endpoint, teams.connector("one"))
        await received(user, endpoint, "old", timedelta(hours=5))
    teams.says("one", Says(503))
    async with running(given) as bridge:
        await has_failed(bridge, subscription)
        await bridge.pause(subscription)
        await bridge.bridge.services.subscriptions.update(OPERATOR, subscription.id, expiry=60)
        await bridge.resume(subscription)
        await bridge.settled()
        assert teams.titles("one") == ["old", "old"]
        assert [one.state for one in await bridge.deliveries()] == ["delivered"]


async def test_a_shorter_time_holds_for_what_waits_already(tmp_path: Path, teams: Teams) -> None:
    given = settings(tmp_path, retry_schedule=(3600,))
    async with asleep(given) as user:
        endpoint = await user.endpoint()
        subscription = await user.subscribe(endpoint, teams.connector("one"))
        await received(user, endpoint, "old", timedelta(minutes=90))
    teams.says("one", Says(503))
    async with running(given) as bridge:
        await has_failed(bridge, subscription)
        await bridge.bridge.services.subscriptions.update(OPERATOR, subscription.id, expiry=60)
        await bridge.settled()
        (dropped,) = await bridge.deliveries()
        assert (dropped.state, dropped.reason) == ("dropped", REASON)
        assert await bridge.outcomes(dropped) == ["retry"]
        assert teams.titles("one") == ["old"]


async def test_what_expires_leaves_a_digest(tmp_path: Path, teams: Teams) -> None:
    """What expires in the middle of a run does not hold the others up, and is not in the digest."""
    given = settings(tmp_path, digest_after=3)
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"), expiry=60)
        async with in_flight(bridge, teams, endpoint):
            ids = [
                await received(bridge, endpoint, title, timedelta(minutes=minutes))
                for title, minutes in (("one", 1), ("old", 90), ("two", 1), ("three", 0))
            ]
            await bridge.routed(*ids)
        await bridge.settled()
        first, digest = teams.titles("one")
        assert first == "first"
        assert digest.startswith("3 notifications")
        assert b"old" not in teams.bodies[1][1]
        assert (await by_title(bridge))["old"].reason == REASON
