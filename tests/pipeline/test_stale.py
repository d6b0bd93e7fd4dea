"""What comes late: marked or dropped where a subscription asks for it, and left alone everywhere else."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.models import Delivery, Endpoint, Stale
from bridge.pipeline.stale import Showing, judged
from bridge.services.access import OPERATOR
from bridge.store.order import Sight, Thing
from tests.pipeline.running import Running, Says, Teams, running, settings, until

NOW: Final = datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
THING: Final = Thing("ch_1", "ep_1", "call 1")


def late(seconds: float, choice: Stale, remark: str | None = None) -> tuple[Delivery, Sight | None]:
    """What becomes of a delivery that is so many seconds older than what its channel saw."""
    delivery = Delivery("dl_1", "ev_1", 0, "sub_1", "ch_1", NOW, remark=remark)
    at = NOW - timedelta(seconds=seconds)
    return judged(Showing(delivery, THING, at, choice), {THING: NOW}, NOW)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.5, "less than a second"),
        (1, "1 s"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (90_061, "1 d 1 h"),
    ],
)
def test_a_card_that_is_marked_says_by_how_much_it_is_late(seconds: float, said: str) -> None:
    delivery, sight = late(seconds, "mark")
    expected = f"Came late: what this channel saw before is newer by {said}."
    assert (delivery.state, delivery.remark) == ("pending", expected)
    assert sight is not None
    both, _ = late(seconds, "mark", "Since then: Labels: bug")
    assert both.remark == f"Since then: Labels: bug {expected}"


def test_a_card_that_is_dropped_names_both_times() -> None:
    delivery, sight = late(61.25, "drop")
    assert (delivery.state, delivery.finished_at, sight) == ("dropped", NOW, None)
    assert delivery.reason == (
        "Older than what the channel already saw of call 1: this is from 2026-11-20 09:13:58.750 UTC, the newest from "
        "2026-11-20 09:15:00 UTC."
    )


CHOICES: st.SearchStrategy[Stale] = st.sampled_from(["mark", "drop"])
CARDS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["call 1", "call 2"]), CHOICES))


@given(CARDS)
def test_only_what_is_older_than_what_was_shown_before_is_late(
    cards: list[tuple[int, str, Stale]],
) -> None:
    """What was dropped was not shown; equal times are not late."""
    seen: dict[Thing, datetime] = {}
    shown: dict[str, list[int]] = {}
    for number, name, choice in cards:
        delivery = Delivery(f"dl_{number}", "ev_1", 0, "sub_1", "ch_1", NOW)
        thing = Thing("ch_1", "ep_1", name)
        at = NOW + timedelta(seconds=number)
        found, sight = judged(Showing(delivery, thing, at, choice), seen, NOW)
        before = shown.setdefault(name, [])
        is_late = any(number < other for other in before)
        assert is_late == (found != delivery)
        assert (found.state == "dropped") == (is_late and choice == "drop")
        if found.state == "pending":
            assert sight == Sight(delivery.id, name, at)
            before.append(number)
        if before:
            assert seen[thing] == NOW + timedelta(seconds=max(before))


@pytest.fixture
async def endpoint(bridge: Running) -> Endpoint:
    return await bridge.endpoint()


async def says(bridge: Running, endpoint: Endpoint, title: str, second: int, **more: Any) -> str:
    """Something of a call that happened at that second."""
    at = f"2026-11-20T10:15:{second:02}+01:00"
    return await bridge.call(endpoint, title, **{"object": "call 1", "at": at, **more})


async def of(bridge: Running, event_id: str) -> list[Delivery]:
    return list(await bridge.bridge.store.deliveries.of_event(event_id))


def texts(teams: Teams, name: str) -> list[str]:
    """All that each card of a channel says."""
    return [
        orjson.dumps(orjson.loads(body)).decode() for path, body in teams.bodies if path == name
    ]


@pytest.mark.parametrize("kind", ["connector", "workflow"])
async def test_a_late_card_says_so_in_either_format(
    bridge: Running, teams: Teams, endpoint: Endpoint, kind: str
) -> None:
    url = teams.connector("one") if kind == "connector" else teams.workflow("one")
    await bridge.subscribe(endpoint, url, stale="mark")
    await says(bridge, endpoint, "new", 30)
    event_id = await says(bridge, endpoint, "old", 20)
    await says(bridge, endpoint, "as new", 30)
    await bridge.settled()
    said = "Came late: what this channel saw before is newer by 10 s."
    assert [said in text for text in texts(teams, "one")] == [False, True, False]
    (delivery,) = await of(bridge, event_id)
    assert (delivery.state, delivery.remark) == ("delivered", said)


async def test_a_late_card_is_dropped_where_that_is_wanted_and_kept_where_nothing_was_said(
    bridge: Running, teams: Teams, endpoint: Endpoint
) -> None:
    await bridge.subscribe(endpoint, teams.connector("one"), stale="drop")
    await bridge.subscribe(endpoint, teams.connector("two"))
    await says(bridge, endpoint, "new", 30)
    event_id = await says(bridge, endpoint, "old", 20)
    await says(bridge, endpoint, "newer", 31)
    await bridge.settled()
    assert teams.titles("one") == ["new", "newer"]
    assert teams.titles("two") == ["new", "old", "newer"]
    assert not any("Came late" in text for text in texts(teams, "two"))
    dropped, kept = await of(bridge, event_id)
    assert dropped.reason == (
        "Older than what the channel already saw of call 1: this is from 2026-11-20 09:15:20 UTC, the newest from "
        "2026-11-20 09:15:30 UTC."
    )
    assert (dropped.state, kept.state) == ("dropped", "delivered")


async def test_only_one_thing_of_one_endpoint_in_one_channel_is_compared(
    bridge: Running, teams: Teams, endpoint: Endpoint
) -> None:
    other = await bridge.endpoint("other")
    for one, name in ((endpoint, "one"), (endpoint, "two"), (other, "one")):
        station = {"attribute": "station", "any_of": [name]}
        await bridge.subscribe(one, teams.connector(name), filters=station, stale="drop")
    await says(bridge, endpoint, "new", 30, station="one")
    await says(bridge, endpoint, "of another thing", 20, station="one", object="call 2")
    await says(bridge, other, "of another endpoint", 20, station="one")
    await says(bridge, endpoint, "in another channel", 20, station="two")
    await says(bridge, endpoint, "of nothing", 20, station="one", object=None)
    await bridge.call(endpoint, "at no time", object="call 1", station="one")
    await bridge.settled()
    assert teams.titles("two") == ["in another channel"]
    assert teams.titles("one") == [
        "new", "of another thing", "of another endpoint", "of nothing", "at no time"
    ]  # fmt: skip


async def test_two_subscriptions_of_a_channel_know_what_the_other_showed(
    bridge: Running, teams: Teams, endpoint: Endpoint
) -> None:
    for name in ("north", "south"):
        station = {"attribute": "station", "any_of": [name]}
        await bridge.subscribe(endpoint, teams.connector("one"), filters=station, stale="drop")
    await says(bridge, endpoint, "new", 30, station="north")
    await says(bridge, endpoint, "old", 20, station="south")
    await bridge.settled()
    assert teams.titles("one") == ["new"]


async def test_late_cards_in_one_batch_are_told_from_each_other(
    bridge: Running, teams: Teams, endpoint: Endpoint
) -> None:
    await bridge.subscribe(endpoint, teams.connector("one"), stale="drop", digest=False)
    times = (10, 30, 20, 30, 40, 5)
    calls = [
        {"title": str(second), "object": "call 1", "at": f"2026-11-20T09:15:{second:02}Z"}
        for second in times
    ]
    await bridge.post(endpoint, *calls)
    await bridge.settled()
    assert teams.titles("one") == ["10", "30", "30", "40"]


async def test_what_was_seen_is_known_after_a_restart(tmp_path: Path, teams: Teams) -> None:
    given = settings(tmp_path)
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"), stale="drop")
        await says(bridge, endpoint, "new", 30)
        await bridge.settled()
    async with running(given) as bridge:
        await says(bridge, endpoint, "old", 20)
        await says(bridge, endpoint, "as new", 30)
        await bridge.settled()
    assert teams.titles("one") == ["new", "as new"]


async def test_what_an_operator_replays_is_marked_and_never_dropped(
    bridge: Running, teams: Teams, endpoint: Endpoint
) -> None:
    await bridge.subscribe(endpoint, teams.connector("one"), stale="drop")
    old = await says(bridge, endpoint, "old", 20)
    await says(bridge, endpoint, "new", 30)
    dropped = await says(bridge, endpoint, "older", 10)
    await bridge.settled()
    assert teams.titles("one") == ["old", "new"]
    await bridge.bridge.services.events.replay(OPERATOR, old)
    await bridge.settled()
    assert teams.titles("one") == ["old", "new", "old"]
    (delivery,) = await of(bridge, dropped)
    await bridge.bridge.services.deliveries.replay(OPERATOR, delivery.id)
    await bridge.settled()
    assert teams.titles("one") == ["old", "new", "old", "older"]
    assert ["Came late" in text for text in texts(teams, "one")] == [False, False, True, True]


async def test_what_was_dropped_for_a_pause_was_not_seen(
    bridge: Running, teams: Teams, endpoint: Endpoint
) -> None:
    subscription = await bridge.subscribe(endpoint, teams.connector("one"), stale="drop")
    await bridge.pause(subscription)
    await bridge.routed(await says(bridge, endpoint, "missed", 30))
    await bridge.resume(subscription)
    await says(bridge, endpoint, "old", 20)
    await bridge.settled()
    assert teams.titles("one") == ["old"]


async def test_a_digest_says_which_of_its_lines_came_late(
    bridge: Running, teams: Teams, endpoint: Endpoint
) -> None:
    go_on = asyncio.Event()
    teams.says("one", Says(when=go_on))
    await bridge.subscribe(endpoint, teams.connector("one"), stale="mark")
    await says(bridge, endpoint, "in flight", 30)
    await until(lambda: len(teams.bodies) == 1)
    for number in range(25):
        event_id = await says(bridge, endpoint, f"call {number}", 31 if number != 7 else 20)
    await bridge.routed(event_id)
    go_on.set()
    await bridge.settled()
    (digest,) = texts(teams, "one")[1:]
    assert digest.count("Came late: what this channel saw before is newer by 11 s.") == 1
    line = next(one for one in digest.split("\\n") if "Came late" in one)
    assert "call 7" in line


async def test_a_time_without_a_zone_fails_the_event_and_names_the_source(
    bridge: Running, endpoint: Endpoint
) -> None:
    event_id = await bridge.call(endpoint, "call", at="2026-11-20T09:15:00")

    async def failed() -> bool:
        return (await bridge.event(event_id)).state == "failed"

    await until(failed)
    assert (await bridge.event(event_id)).reason == "Radio gave a time without its zone."
