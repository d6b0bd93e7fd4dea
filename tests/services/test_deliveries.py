"""Finding and replaying deliveries, and who may."""

from datetime import timedelta

import pytest

from bridge.errors import Forbidden, NotFound
from bridge.models import Page
from bridge.services.access import OPERATOR, Principal
from tests.services.conftest import NOW, Scene


async def test_a_dead_delivery_can_be_owed_once_more(scene: Scene) -> None:
    service = scene.services.deliveries
    endpoint = await scene.endpoint()
    (owed,) = await scene.routed(await scene.event(endpoint), await scene.subscription(endpoint))
    await scene.die(owed)
    dead, attempts = await service.show(OPERATOR, owed.id)
    assert (dead.state, dead.reason, list(attempts)) == ("dead", "rejected", [])
    assert (await service.replay(OPERATOR, owed.id)).state == "pending"


async def test_all_dead_ones_since_a_time_can_be_owed_once_more(scene: Scene) -> None:
    service = scene.services.deliveries
    endpoint = await scene.endpoint()
    hall = await scene.subscription(endpoint)
    attic = await scene.subscription(endpoint, channel="attic")
    for owed in await scene.routed(await scene.event(endpoint), hall, attic):
        await scene.die(owed)
    later = NOW + timedelta(seconds=1)
    assert await service.replay_dead(OPERATOR, later) == 0
    assert await service.replay_dead(OPERATOR, NOW, hall.id) == 1
    assert await service.replay_dead(OPERATOR, NOW) == 1
    assert len((await service.list(OPERATOR, Page(), "pending")).items) == 2
    with pytest.raises(NotFound):
        await service.replay_dead(OPERATOR, NOW, "sub_nowhere")


async def test_a_guest_sees_the_deliveries_to_their_own_subscriptions(
    scene: Scene, guest: Principal
) -> None:
    service = scene.services.deliveries
    endpoint = await scene.endpoint(guest)
    mine = await scene.subscription(endpoint, guest)
    foreign = await scene.subscription(endpoint, OPERATOR, "attic")
    to_me, to_other = await scene.routed(await scene.event(endpoint), mine, foreign)
    assert [it.id for it in (await service.list(guest, Page())).items] == [to_me.id]
    assert (await service.list(guest, Page(), None, foreign.id)).items == ()
    assert (await service.show(guest, to_me.id))[0].id == to_me.id
    for verb in (service.show(guest, to_other.id), service.replay(guest, to_other.id)):
        with pytest.raises(NotFound):
            await verb
    with pytest.raises(Forbidden):
        await service.replay_dead(guest, NOW)


async def test_the_operator_still_sees_those_of_removed_subscriptions(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    (owed,) = await scene.routed(await scene.event(endpoint), subscription)
    await scene.services.subscriptions.remove(OPERATOR, subscription.id)
    assert (await scene.services.deliveries.show(OPERATOR, owed.id))[0].state == "dropped"
