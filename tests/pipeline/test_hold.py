"""Late labels: what opens something waits for what is added to it, and then its filters are asked."""

import asyncio
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from pydantic import SecretStr

from bridge.models import Delivery, Endpoint
from bridge.pipeline import ordering
from bridge.services.access import OPERATOR
from bridge.services.subscriptions import WantedSubscription
from bridge.store.port import Store
from tests.pipeline.running import Running, Says, Teams, running, settings, until

HOLD: Final = 300
BUG: Final[Mapping[str, Any]] = {"attribute": "labels", "any_of": ["bug"]}


class Clock:
    """The clock by which holds end. A test sets it forward instead of waiting."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def pass_by(self) -> None:
        """As if the longest hold had passed."""
        self.ahead += HOLD + 1


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(ordering, "time", clock)
    return clock


@pytest.fixture
async def endpoint(bridge: Running) -> Endpoint:
    return await bridge.endpoint()


async def begin(bridge: Running, endpoint: Endpoint, title: str = "begun", **more: Any) -> str:
    """A call begins; the event's id, once it is routed."""
    given = {"object": "call 1", "station": "North", **more}
    event_id = await bridge.call(endpoint, title, **given)
    await bridge.routed(event_id)
    return event_id


async def note(bridge: Running, endpoint: Endpoint, title: str = "noted", **more: Any) -> str:
    """Something is said of a call after it began."""
    return await begin(bridge, endpoint, title, **{"type": "call.noted", **more})


async def delivery(bridge: Running, event_id: str) -> Delivery:
    (found,) = await bridge.bridge.store.deliveries.of_event(event_id)
    return found


async def reasons(bridge: Running, event_id: str) -> list[tuple[bool, str]]:
    return [(one.matched, one.reason) for one in (await bridge.event(event_id)).decisions]


def texts(teams: Teams, number: int = -1) -> str:
    """All that a card says."""
    return orjson.dumps(orjson.loads(teams.bodies[number][1])).decode()


async def test_a_label_that_comes_late_is_seen_by_the_filter_and_said_by_the_card(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    await bridge.subscribe(endpoint, teams.connector("one"), filters=BUG, hold=HOLD)
    begun = await begin(bridge, endpoint)
    held = await delivery(bridge, begun)
    assert held.state == "pending"
    assert held.reason is not None
    assert held.reason.startswith("Held until ")
    await note(bridge, endpoint, labels=["wish"])
    await note(bridge, endpoint, labels=["wish", "bug"])
    clock.pass_by()
    await until(lambda: teams.titles("one") == ["begun", "noted"])
    await bridge.settled()
    ended = await delivery(bridge, begun)
    assert (ended.state, ended.remark) == ("delivered", "Since then: Labels: wish, bug")
    assert "Since then: Labels: wish, bug" in texts(teams, 0)
    assert "Since then" not in texts(teams, 1)
    assert await reasons(bridge, begun) == [(True, "call.started is wanted (*), and labels is bug")]


async def test_what_is_not_wanted_in_the_end_is_dropped_with_the_filters_reason(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    await bridge.subscribe(endpoint, teams.connector("one"), filters=BUG, hold=HOLD)
    begun = await begin(bridge, endpoint)
    assert await reasons(bridge, begun) == [
        (True, "call.started is wanted (*), and labels is bug: asked after a hold of 300 s")
    ]
    await note(bridge, endpoint, labels=["wish"])
    clock.pass_by()
    await bridge.settled()
    ended = await delivery(bridge, begun)
    assert (ended.state, ended.reason) == (
        "dropped",
        "Not wanted when its hold ended: labels is wish, not bug.",
    )
    assert ended.finished_at is not None
    assert await reasons(bridge, begun) == [(False, "labels is wish, not bug")]
    assert teams.bodies == []


async def test_a_label_that_is_unwanted_may_come_late_as_well(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    filters = {"attribute": "labels", "none_of": ["spam"]}
    await bridge.subscribe(endpoint, teams.connector("one"), filters=filters, hold=HOLD)
    begun = await begin(bridge, endpoint)
    await note(bridge, endpoint, labels=["spam"])
    clock.pass_by()
    await bridge.settled()
    assert (await delivery(bridge, begun)).state == "dropped"
    assert teams.bodies == []


async def test_who_holds_nothing_gets_it_at_once(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    """And so do those that hold, where nothing opens or it is no thing."""
    await bridge.subscribe(endpoint, teams.connector("quick"))
    await bridge.subscribe(endpoint, teams.connector("slow"), hold=HOLD)
    await begin(bridge, endpoint)
    await begin(bridge, endpoint, "of nothing", object=None)
    await note(bridge, endpoint, "another", object="call 2")
    await until(lambda: teams.titles("quick") == ["begun", "of nothing", "another"])
    await until(lambda: teams.titles("slow") == ["of nothing", "another"])
    clock.pass_by()
    await until(lambda: teams.titles("slow")[2:] == ["begun"])
    await bridge.settled()


async def test_what_comes_about_the_same_thing_waits_behind_it(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    """A channel never reads of an end before the beginning, whatever else it gets meanwhile."""
    await bridge.subscribe(endpoint, teams.connector("one"), hold=HOLD)
    await begin(bridge, endpoint)
    ended = await begin(bridge, endpoint, "ended", type="call.ended")
    waiting = await delivery(bridge, ended)
    assert waiting.state == "pending"
    assert waiting.reason is not None
    assert waiting.reason.endswith("behind what opened call 1.")
    await note(bridge, endpoint, "another", object="call 2")
    await until(lambda: teams.titles("one") == ["another"])
    clock.pass_by()
    await until(lambda: teams.titles("one") == ["another", "begun", "ended"])
    await begin(bridge, endpoint, "ended again", type="call.ended")
    await until(lambda: teams.titles("one")[3:] == ["ended again"])
    await bridge.settled()


async def test_what_comes_after_goes_on_where_the_beginning_was_not_wanted(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    filters = {"attribute": "station", "any_of": ["North"]}
    await bridge.subscribe(endpoint, teams.connector("one"), filters=filters, hold=HOLD)
    await begin(bridge, endpoint, station="South")
    await begin(bridge, endpoint, "moved", type="call.noted", station="North")
    await begin(bridge, endpoint, "moved on", type="call.noted", station="East")
    clock.pass_by()
    await until(lambda: teams.titles("one") == ["moved"])
    await bridge.settled()
    assert len(await bridge.deliveries("dropped")) == 1


async def test_a_batch_that_opens_and_labels_is_held_and_told(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    await bridge.subscribe(endpoint, teams.connector("one"), filters=BUG, hold=HOLD)
    first = {"title": "begun", "object": "call 1"}
    second = {"title": "noted", "object": "call 1", "type": "call.noted", "labels": ["bug"]}
    await bridge.post(endpoint, first, second)

    async def held() -> bool:
        return len(await bridge.bridge.store.order.held()) == 2

    await until(held)
    clock.pass_by()
    await until(lambda: teams.titles("one") == ["begun", "noted"])
    await bridge.settled()


async def test_a_released_card_goes_behind_what_waits_in_its_lane(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    await bridge.subscribe(endpoint, teams.connector("one"), hold=HOLD)
    go_on = asyncio.Event()
    teams.says("one", Says(when=go_on))
    await begin(bridge, endpoint)
    for title in ("in flight", "waiting"):
        await note(bridge, endpoint, title, object="call 2")
    clock.pass_by()

    async def released() -> bool:
        return not await bridge.bridge.store.order.held()

    await until(released)
    await note(bridge, endpoint, "last", object="call 2")
    go_on.set()
    await bridge.settled()
    assert teams.titles("one") == ["in flight", "waiting", "begun", "last"]


async def test_a_pause_holds_it_longer_and_removing_its_subscription_drops_it(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    paused = await bridge.subscribe(endpoint, teams.connector("one"), hold=HOLD)
    removed = await bridge.subscribe(endpoint, teams.connector("two"), hold=HOLD)
    begun = await begin(bridge, endpoint)
    await bridge.pause(paused)
    await bridge.bridge.services.subscriptions.remove(OPERATOR, removed.id)
    clock.pass_by()

    async def released() -> bool:
        return not await bridge.bridge.store.order.held()

    await until(released)
    # Another channel's card comes after everything that this one could get by now.
    await bridge.subscribe(endpoint, teams.connector("three"))
    await note(bridge, endpoint, object="call 2")
    await until(lambda: teams.titles("three") == ["noted"])
    states = [one.state for one in await bridge.bridge.store.deliveries.of_event(begun)]
    assert states == ["pending", "dropped"]
    await bridge.resume(paused)
    await bridge.settled()
    assert teams.titles("one") == ["begun"]
    assert teams.titles("two") == []


async def test_it_is_released_to_where_its_subscription_has_moved_and_asked_what_that_wants_now(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    moved = await bridge.subscribe(endpoint, teams.connector("one"), filters=BUG, hold=HOLD)
    await begin(bridge, endpoint)
    await bridge.bridge.services.subscriptions.update(
        OPERATOR, moved.id, url=SecretStr(teams.connector("two")), filters={}, hold=0
    )
    clock.pass_by()
    await until(lambda: teams.titles("two") == ["begun"])
    await bridge.settled()
    assert teams.titles("one") == []


async def test_a_subscription_that_went_to_another_endpoint_does_not_want_it(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    other = await bridge.endpoint("other")
    before = await bridge.subscribe(endpoint, teams.connector("one"), hold=HOLD)
    begun = await begin(bridge, endpoint)
    wanted = WantedSubscription(other.id, before.channel.url, ("*",))
    await bridge.bridge.services.subscriptions.save(OPERATOR, wanted, before.id)
    clock.pass_by()
    await bridge.settled()
    ended = await delivery(bridge, begun)
    assert ended.reason == "Its subscription does not listen to this endpoint any more."


async def test_what_is_replayed_waits_for_nothing(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    await bridge.subscribe(endpoint, teams.connector("one"), filters=BUG, hold=HOLD)
    begun = await begin(bridge, endpoint)
    clock.pass_by()
    await bridge.settled()
    dropped = await delivery(bridge, begun)
    await bridge.bridge.services.deliveries.replay(OPERATOR, dropped.id)
    await until(lambda: teams.titles("one") == ["begun"])
    await bridge.bridge.services.events.replay(OPERATOR, begun)
    await bridge.settled()
    assert await reasons(bridge, begun) == [(False, "labels is empty, not bug")]


async def test_what_is_replayed_meanwhile_neither_waits_nor_tells_anything(
    bridge: Running, teams: Teams, endpoint: Endpoint, clock: Clock
) -> None:
    await bridge.subscribe(endpoint, teams.connector("one"), filters=BUG, hold=HOLD)
    before = await note(bridge, endpoint, "before", labels=["bug"])
    await until(lambda: teams.titles("one") == ["before"])
    begun = await begin(bridge, endpoint)
    await bridge.bridge.services.events.replay(OPERATOR, before)
    await until(lambda: teams.titles("one") == ["before", "before"])
    clock.pass_by()
    await bridge.settled()
    assert (await delivery(bridge, begun)).state == "dropped"


async def test_after_a_restart_it_knows_what_it_knew_and_is_held_no_longer(
    tmp_path: Path, teams: Teams, clock: Clock
) -> None:
    given = settings(tmp_path)
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"), filters=BUG, hold=HOLD)
        await begin(bridge, endpoint)
        await begin(bridge, endpoint, "unlabelled", object="call 2")
        await note(bridge, endpoint, labels=["bug"])
        (first, *_) = await bridge.bridge.store.order.held()
        assert first.late == {"labels": ("bug",)}
    async with running(given) as bridge:
        store: Store = bridge.bridge.store
        (again, *_) = await store.order.held()
        assert again == first
        await note(bridge, endpoint, "noted again", labels=["bug", "wish"])
        assert teams.bodies == []
        clock.pass_by()
        await until(lambda: teams.titles("one") == ["begun", "noted", "noted again"])
        await bridge.settled()
        assert "Since then: Labels: bug, wish" in texts(teams, 0)
        assert [one.state for one in await bridge.deliveries()].count("dropped") == 1


async def test_what_was_due_while_nothing_ran_goes_at_once(
    tmp_path: Path, teams: Teams, clock: Clock
) -> None:
    given = settings(tmp_path)
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"), hold=HOLD)
        await begin(bridge, endpoint)
    with closing(sqlite3.connect(tmp_path / "bridge.db")) as connection, connection:
        connection.execute("UPDATE held SET until = until - ?", (1000 * HOLD,))
    async with running(given) as bridge:
        await until(lambda: teams.titles("one") == ["begun"])
        await bridge.settled()
    assert clock.ahead == 0
