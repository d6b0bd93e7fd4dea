"""Finding, explaining and replaying events, and who may."""

from datetime import timedelta

import pytest

from bridge.errors import Conflict, Forbidden, NotFound
from bridge.models import Page, Selection
from bridge.services.access import OPERATOR, Principal
from bridge.store.records import Ages
from tests.services.conftest import NOW, Scene


async def test_the_trace_says_for_each_subscription_what_came_of_the_event(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    event = await scene.event(endpoint)
    (owed,) = await scene.routed(event, subscription)
    shown = await scene.services.events.show(OPERATOR, event.id)
    assert shown.event.state == "routed"
    (step,) = shown.steps
    assert step.decision.matched
    assert step.decision.reason == "everything matches"
    assert step.type == "door.opened"
    assert step.subscription
    assert step.subscription.name == subscription.name
    assert step.delivery
    assert step.delivery.id == owed.id


async def test_the_trace_outlives_the_subscription(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    event = await scene.event(endpoint)
    await scene.routed(event, subscription)
    await scene.services.subscriptions.remove(OPERATOR, subscription.id)
    (step,) = (await scene.services.events.show(OPERATOR, event.id)).steps
    assert step.subscription is None
    assert step.delivery
    assert step.delivery.state == "dropped"


async def test_a_replayed_event_is_to_be_routed_again(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    event = await scene.event(endpoint)
    await scene.shift.failed(event, "the plugin raised")
    (failed,) = (await scene.services.events.list(OPERATOR, Page(), state="failed")).items
    assert failed.reason == "the plugin raised"
    assert (await scene.services.events.replay(OPERATOR, event.id)).state == "received"


async def test_a_selection_of_events_is_to_be_routed_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.services.events.PIECE", 2)
    service = scene.services.events
    endpoint, other = await scene.endpoint(), await scene.endpoint()
    failed = [await scene.event(endpoint) for _ in range(5)]
    elsewhere, routed = await scene.event(other), await scene.event(endpoint)
    for event in (*failed, elsewhere):
        await scene.shift.failed(event)
    await scene.routed(routed)
    for few in (
        Selection("failed", until=NOW - timedelta(seconds=1)),
        Selection("failed", since=NOW + timedelta(seconds=1)),
    ):
        assert await service.replay_selected(OPERATOR, few) == 0
    assert await service.replay_selected(OPERATOR, Selection("failed", endpoint=endpoint.id)) == 5
    again = [event.id for event in await scene.shift.unrouted()]
    assert again == [event.id for event in failed]
    assert await service.replay_selected(OPERATOR, Selection(since=NOW)) == 2
    with pytest.raises(NotFound, match="ep_nowhere"):
        await service.replay_selected(OPERATOR, Selection(endpoint="ep_nowhere"))


async def test_only_the_operator_replays_a_selection(scene: Scene, guest: Principal) -> None:
    with pytest.raises(Forbidden):
        await scene.services.events.replay_selected(guest, Selection(since=NOW))


async def test_an_event_without_its_body_says_so(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    event = await scene.event(endpoint)
    await scene.shift.failed(event)
    later = NOW + timedelta(seconds=1)
    await scene.store.sweep(Ages(bodies=later, events=NOW, deliveries=NOW), 9)
    with pytest.raises(Conflict, match="BRIDGE_KEEP_BODIES"):
        await scene.services.events.replay(OPERATOR, event.id)
    assert await scene.services.events.replay_selected(OPERATOR, Selection("failed")) == 0
    shown = await scene.services.events.show(OPERATOR, event.id)
    assert shown.event.removed


async def test_after_a_replay_the_trace_shows_the_last_delivery_and_keeps_the_first(
    scene: Scene,
) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    event = await scene.event(endpoint)
    (first,) = await scene.routed(event, subscription)
    await scene.services.events.replay(OPERATOR, event.id)
    (second,) = await scene.routed(event, subscription)
    shown = await scene.services.events.show(OPERATOR, event.id)
    assert [step.delivery.id for step in shown.steps if step.delivery] == [second.id]
    assert {owed.id for owed in shown.deliveries} == {first.id, second.id}


async def test_a_guest_sees_the_events_of_their_endpoints_and_their_own_part_of_the_trace(
    scene: Scene, guest: Principal
) -> None:
    service = scene.services.events
    theirs, foreign = await scene.endpoint(guest), await scene.endpoint()
    mine = await scene.subscription(theirs, guest)
    other = await scene.subscription(theirs, OPERATOR, "attic")
    seen, unseen = await scene.event(theirs), await scene.event(foreign)
    await scene.routed(seen, mine, other)
    assert [event.id for event in (await service.list(guest, Page())).items] == [seen.id]
    assert len((await service.list(OPERATOR, Page())).items) == 2
    shown = await service.show(guest, seen.id)
    assert [step.decision.subscription_id for step in shown.steps] == [mine.id]
    assert [owed.subscription_id for owed in shown.deliveries] == [mine.id]
    for verb in (
        service.show(guest, unseen.id),
        service.replay(guest, unseen.id),
        service.list(guest, Page(), foreign.id),
        service.list(OPERATOR, Page(), "ep_nowhere"),
        service.show(OPERATOR, "ev_nowhere"),
    ):
        with pytest.raises(NotFound):
            await verb
