"""Every channel gets its cards in the order of their events, whatever becomes of other channels."""

import asyncio
from pathlib import Path

import pytest

from bridge.models import Page, Selection
from bridge.pipeline.conveyor import MOST as EVENTS
from bridge.services.access import OPERATOR
from tests.pipeline.running import SECRET, Running, Says, Teams, running, settings, until
from tests.pipeline.waiting import asleep

THROTTLED = Says(
    body="Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 "
    "with ContextId tcid=0,server=PR2PEPF0000,cv=abc."
)


async def test_a_throttled_channel_gets_every_card_in_order(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    teams.says("one", THROTTLED, Says(503), Says(hang_up=True), Says(body="not a number"))
    wanted = [f"call {number}" for number in range(8)]
    for title in wanted:
        await bridge.call(endpoint, title)
    await bridge.settled()
    assert teams.titles("one") == [wanted[0]] * 4 + wanted
    first = (await bridge.deliveries())[-1]
    attempts = await bridge.bridge.store.deliveries.attempts(first.id)
    assert [one.outcome for one in attempts] == ["retry"] * 4 + ["delivered"]
    assert [one.status for one in attempts] == [200, 503, None, 200, 200]
    assert first.attempts == 5
    (subscription,) = (await bridge.bridge.store.subscriptions.list(Page())).items
    assert (subscription.channel.failures, subscription.channel.failing_since) == (0, None)


async def test_a_slow_channel_delays_no_other(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    go_on = asyncio.Event()
    teams.says("slow", Says(when=go_on))
    await bridge.subscribe(endpoint, teams.connector("slow"))
    await bridge.subscribe(endpoint, teams.connector("quick"))
    titles = [f"call {number}" for number in range(5)]
    for title in titles:
        await bridge.call(endpoint, title)
    await until(lambda: teams.titles("quick") == titles)
    assert teams.titles("slow") == titles[:1]
    go_on.set()
    await bridge.settled()
    assert teams.titles("slow") == titles


async def test_a_backlog_is_routed_without_a_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.pipeline.conveyor.LOOK", 3600.0)
    async with asleep(settings(tmp_path)) as user:
        opened = user.bridge
        endpoint = await user.endpoint()
        for number in range(2 * EVENTS + 1):
            body = b'{"calls": [{"title": "%d"}]}' % number
            await opened.receiver.receive(endpoint, {"x-radio-token": SECRET}, body)
        opened.worker.start()

        async def routed() -> bool:
            return {event.state for event in await user.events()} == {"routed"}

        await until(routed)
        await opened.worker.stop()


async def test_subscriptions_of_one_channel_share_its_lane(bridge: Running, teams: Teams) -> None:
    """Two endpoints, three subscriptions, one channel: in the order in which events were kept, and one at a time."""
    north, south = await bridge.endpoint("north"), await bridge.endpoint("south")
    url = teams.connector("one")
    await bridge.subscribe(north, url)
    await bridge.subscribe(south, url)
    await bridge.subscribe(north, url, events=["call.ended"])
    go_on = asyncio.Event()
    teams.says("one", Says(503), Says(when=go_on))
    wanted = []
    for number in range(6):
        await bridge.call((north, south)[number % 2], f"start {number}")
        await bridge.call(north, f"end {number}", type="call.ended")
        wanted += [f"start {number}", f"end {number}", f"end {number}"]
    assert len(teams.bodies) <= 2
    go_on.set()
    await bridge.settled()
    assert teams.titles("one") == [wanted[0], *wanted]


async def test_replays_come_last_and_in_their_order(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    teams.says("one", *[Says(400)] * 3)
    for title in ("first", "second", "third"):
        await bridge.call(endpoint, title)
    await bridge.settled()
    go_on = asyncio.Event()
    teams.says("one", Says(when=go_on))
    await bridge.call(endpoint, "in flight")
    await until(lambda: teams.titles("one")[-1] == "in flight")
    await bridge.routed(await bridge.call(endpoint, "waiting"))
    assert await bridge.bridge.services.deliveries.replay_selected(OPERATOR, Selection("dead")) == 3
    await bridge.call(endpoint, "the last")
    go_on.set()
    await bridge.settled()
    assert teams.titles("one")[3:] == [
        "in flight", "waiting", "first", "second", "third", "the last"
    ]  # fmt: skip
    assert not await bridge.deliveries("dead")


async def test_a_replayed_event_goes_behind_what_came_before(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    event_id = await bridge.call(endpoint, "again")
    await bridge.settled()
    for number in range(3):
        await bridge.call(endpoint, f"call {number}")
    await bridge.bridge.services.events.replay(OPERATOR, event_id)
    await bridge.call(endpoint, "the last")
    await bridge.settled()
    assert teams.titles("one") == ["again", "call 0", "call 1", "call 2", "again", "the last"]


async def test_a_flood_from_many_senders_comes_in_the_order_in_which_it_was_kept(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"), digest=False)

    async def sender(number: int) -> None:
        for call in range(15):
            await bridge.call(endpoint, f"{number}/{call}")

    await asyncio.gather(*(sender(number) for number in range(10)))
    await bridge.settled()
    kept = reversed((await bridge.bridge.store.events.list(Page(200))).items)
    titles = [
        (await bridge.event(event.id)).request().json()["calls"][0]["title"] for event in kept
    ]
    assert len(titles) == 150
    assert teams.titles("one") == titles


async def test_channels_that_hang_keep_no_place_from_those_that_answer(
    tmp_path: Path, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.app.places", lambda: 4)
    never = asyncio.Event()
    async with running(settings(tmp_path)) as bridge:
        endpoint = await bridge.endpoint()
        hanging = [f"hanging-{number}" for number in range(6)]
        for name in hanging:
            teams.says(name, Says(503), Says(when=never))
            await bridge.subscribe(endpoint, teams.connector(name), events=["call.ended"])
        await bridge.call(endpoint, "lost", type="call.ended")
        await until(lambda: all(teams.titles(name) for name in hanging))
        quick = [f"quick-{number}" for number in range(9)]
        for name in quick:
            await bridge.subscribe(endpoint, teams.connector(name), events=["call.started"])
        titles = [f"call {number}" for number in range(5)]
        for title in titles:
            await bridge.call(endpoint, title)
        await until(lambda: all(teams.titles(name) == titles for name in quick))
        # Half of the places, two of four, are for channels that failed.
        assert len([name for name in hanging if len(teams.titles(name)) > 1]) <= 2
        never.set()
        await bridge.settled()
        assert {tuple(teams.titles(name)) for name in hanging} == {("lost", "lost")}


async def test_more_channels_than_places_all_get_their_cards(
    tmp_path: Path, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.app.places", lambda: 2)
    async with running(settings(tmp_path)) as bridge:
        endpoint = await bridge.endpoint()
        names = [f"channel-{number}" for number in range(12)]
        for number, name in enumerate(names):
            teams.says(name, *[Says(503)] * (number % 3))
            await bridge.subscribe(endpoint, teams.connector(name), digest=False)
        titles = [f"call {number}" for number in range(10)]
        for title in titles:
            await bridge.call(endpoint, title)
        await bridge.settled()
        for number, name in enumerate(names):
            assert teams.titles(name) == [titles[0]] * (number % 3) + titles


async def test_a_lane_longer_than_what_is_kept_in_memory_is_read_piece_by_piece(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"), digest=False)
    go_on = asyncio.Event()
    teams.says("one", Says(when=go_on))
    calls = [{"title": f"call {number}"} for number in range(400)]
    for start in range(0, 400, 100):
        await bridge.post(endpoint, *calls[start : start + 100])
    go_on.set()
    await until(lambda: len(teams.titles("one")) == 400)
    await bridge.settled()
    assert teams.titles("one") == [call["title"] for call in calls]
