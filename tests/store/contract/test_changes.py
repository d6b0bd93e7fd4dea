"""Whatever changes what others keep in memory is told: to this process at once, to others by its position."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeAlias

import pytest

from bridge.models import Endpoint, Selection, Subscription
from bridge.store.port import Store
from bridge.store.records import Changes
from bridge.store.sqlite import changes
from tests.store.conftest import Database
from tests.store.making import (
    NOW,
    URL,
    Shift,
    a_subscription,
    an_attempt,
    an_endpoint,
    an_event,
    recorded,
)

LATER = NOW + timedelta(hours=1)


@dataclass
class Scene:
    """What the verbs have to work on, and who listens: this process, and another one."""

    shift: Shift
    other: Store
    endpoint: Endpoint
    hall: Subscription
    attic: Subscription
    told: list[str] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.shift.store

    async def dead(self) -> str:
        """A delivery to the hall that is over."""
        (delivery,) = await self.shift.owed(self.endpoint, self.hall)
        return (await self.shift.end(delivery, "dead", an_attempt())).id


@pytest.fixture
async def scene(
    database: Database, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> Scene:
    return Scene(shift, await database.open(), endpoint, hall, attic)


Verb: TypeAlias = Callable[[Scene], Awaitable[object]]


async def move(scene: Scene) -> None:
    await scene.store.subscriptions.save(replace(scene.hall, channel=scene.attic.channel))


async def save_another(scene: Scene) -> None:
    await scene.store.subscriptions.save(a_subscription(scene.endpoint))


async def close(scene: Scene) -> None:
    (delivery,) = await scene.shift.owed(scene.endpoint, scene.hall)
    await scene.shift.close(replace(scene.hall.channel, state="gone"), delivery, NOW)


async def replay(scene: Scene) -> None:
    assert await scene.store.deliveries.replay(await scene.dead())


async def replay_selected(scene: Scene) -> None:
    await scene.dead()
    assert await scene.store.deliveries.replay_selected(Selection("dead"), 9) == (1, None)


CHANGING: dict[str, tuple[Verb, set[str]]] = {
    "replacing an endpoint": (
        lambda scene: scene.store.endpoints.replace(replace(scene.endpoint, name="renamed")),
        {"endpoint"},
    ),
    "removing an endpoint": (
        lambda scene: scene.store.endpoints.remove(scene.endpoint.id),
        {"endpoint", "hall", "attic"},
    ),
    "saving a subscription anew": (
        lambda scene: scene.store.subscriptions.save(replace(scene.hall, name="renamed")),
        {"endpoint", "hall"},
    ),
    "saving another one": (save_another, {"endpoint", "hall"}),
    "moving a subscription": (move, {"endpoint", "hall", "attic"}),
    "pausing a subscription": (
        lambda scene: scene.store.subscriptions.set_state(scene.hall.id, "paused", None),
        {"endpoint", "hall"},
    ),
    "resuming a subscription": (
        lambda scene: scene.store.subscriptions.set_state(scene.hall.id, "active", None),
        {"endpoint", "hall"},
    ),
    "removing a subscription": (
        lambda scene: scene.store.subscriptions.remove(scene.hall.id, NOW),
        {"endpoint", "hall"},
    ),
    "closing a channel": (close, {"endpoint"}),
    "replaying a delivery": (replay, {"hall"}),
    "replaying a selection": (replay_selected, {"hall"}),
}


@pytest.mark.parametrize(("verb", "subjects"), CHANGING.values(), ids=CHANGING)
async def test_a_change_is_told_before_its_verb_returns_and_seen_by_others(
    scene: Scene, verb: Verb, subjects: set[str]
) -> None:
    before = (await scene.other.changes(0)).position
    scene.store.on_change(scene.told.extend)
    await verb(scene)
    told = set(scene.told)
    names = {
        scene.endpoint.id: "endpoint",
        scene.hall.channel.id: "hall",
        scene.attic.channel.id: "attic",
    }
    assert {names[subject] for subject in told} == subjects
    seen = await scene.other.changes(before)
    assert seen.subjects is not None
    assert set(seen.subjects) == told
    assert seen.position > before
    assert await scene.other.changes(seen.position) == Changes(seen.position, ())


async def test_a_subscription_that_goes_to_another_endpoint_changes_both(scene: Scene) -> None:
    other = an_endpoint()
    await scene.store.endpoints.add(other)
    scene.store.on_change(scene.told.extend)
    await scene.store.subscriptions.save(replace(scene.hall, endpoint_id=other.id))
    assert set(scene.told) == {scene.endpoint.id, other.id, scene.hall.channel.id}


async def test_a_stale_draft_that_goes_is_told(scene: Scene) -> None:
    draft = an_endpoint(draft=True)
    await scene.store.endpoints.add(draft)
    scene.store.on_change(scene.told.extend)
    await scene.store.endpoints.remove_stale_drafts(LATER)
    assert scene.told == [draft.id]


async def test_a_draft_that_becomes_an_endpoint_is_told(scene: Scene) -> None:
    draft = an_endpoint(draft=True)
    await scene.store.endpoints.add(draft)
    scene.store.on_change(scene.told.extend)
    await scene.store.subscriptions.save(a_subscription(draft, URL + "/else"))
    assert draft.id in scene.told


async def test_what_the_worker_does_all_day_changes_nothing(scene: Scene) -> None:
    """Otherwise every card would have everybody look up everything anew."""
    store, shift = scene.store, scene.shift
    before = await store.changes(0)
    scene.store.on_change(scene.told.extend)
    first, _ = await shift.owed(scene.endpoint, scene.hall, scene.attic)
    await shift.again(
        first, an_attempt("retry"), replace(scene.hall.channel, failures=1, retry_at=LATER)
    )
    await shift.end(first, attempt=an_attempt(), channel=scene.hall.channel)
    event = await recorded(store, scene.endpoint)
    await shift.failed(event)
    await store.events.replay(event.id)
    await store.events.replay_selected(Selection("routed"), 9)
    await store.endpoints.add(an_endpoint())
    assert not await store.subscriptions.remove("sub_nowhere", NOW)
    assert not await store.endpoints.remove("ep_nowhere")
    assert not await store.deliveries.replay("dl_nowhere")
    assert await store.deliveries.replay_selected(Selection("dead"), 9) == (0, None)
    assert scene.told == []
    assert await store.changes(before.position) == Changes(before.position, ())


async def test_the_subscriptions_of_an_endpoint_are_as_after_the_last_change(scene: Scene) -> None:
    found = await scene.store.subscriptions.of_endpoint(scene.endpoint.id)
    assert found.seen == (await scene.store.changes(0)).position
    await scene.store.subscriptions.remove(scene.attic.id, NOW)
    again = await scene.store.subscriptions.of_endpoint(scene.endpoint.id)
    assert [one.id for one in again.subscriptions] == [scene.hall.id]
    assert again.seen == (await scene.store.changes(found.seen)).position > found.seen


async def test_a_verb_that_fails_is_not_seen(scene: Scene) -> None:
    before = await scene.other.changes(0)
    with pytest.raises(TypeError):
        await scene.store.subscriptions.save(replace(scene.hall, filters={"odd": object()}))
    assert await scene.other.changes(before.position) == Changes(before.position, ())


async def test_a_new_database_has_no_changes(store: Store) -> None:
    assert await store.changes(0) == Changes(0, ())


async def test_changes_that_are_no_longer_on_record_are_all_there_may_have_been(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = replace(scene.endpoint, name="renamed")
    first = (await scene.other.changes(0)).position
    await scene.store.endpoints.replace(rename)
    second = (await scene.other.changes(0)).position
    assert (await scene.other.changes(first)).subjects == (scene.endpoint.id,)
    monkeypatch.setattr(changes, "KEPT", timedelta(seconds=-1))
    await scene.store.endpoints.replace(rename)
    third = (await scene.other.changes(0)).position
    assert third > second > first
    for position in (0, first, second):
        assert await scene.other.changes(position) == Changes(third, None)
    assert await scene.other.changes(third) == Changes(third, ())
    monkeypatch.undo()
    await scene.store.endpoints.replace(rename)
    assert await scene.other.changes(third) == Changes(third + 1, (scene.endpoint.id,))


async def test_a_change_is_seen_by_who_asks_as_soon_as_it_is_told(scene: Scene) -> None:
    """Whoever forgets what it was told of and asks again gets what is new."""
    positions = []

    def told(subjects: object) -> None:
        positions.append("told")

    scene.store.on_change(told)
    for number in range(20):
        renamed = replace(scene.endpoint, name=f"name {number}")
        await scene.store.endpoints.replace(renamed)
        assert len(positions) == number + 1
        assert await scene.store.endpoints.get(scene.endpoint.id) == renamed
        event = an_event(scene.endpoint)
        await scene.store.events.record(event, event.id, None)
        assert len(positions) == number + 1
