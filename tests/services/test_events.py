"""Finding, explaining and replaying events, and who may."""

import pytest

from bridge.errors import NotFound
from bridge.models import Page
from bridge.services.access import OPERATOR, Principal
from tests.services.conftest import Scene


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
    await scene.store.events.failed(event.id, "the plugin raised")
    (failed,) = (await scene.services.events.list(OPERATOR, Page(), state="failed")).items
    assert failed.reason == "the plugin raised"
    assert (await scene.services.events.replay(OPERATOR, event.id)).state == "received"


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
