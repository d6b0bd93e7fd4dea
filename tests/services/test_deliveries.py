"""Finding and replaying deliveries, and who may."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.errors import Forbidden, NotFound
from bridge.models import DeliveryState, Page, Selection
from bridge.services.access import OPERATOR, Principal
from tests.services.conftest import NOW, Scene


async def test_a_dead_delivery_can_be_owed_once_more(scene: Scene) -> None:
    service = scene.services.deliveries
    endpoint = await scene.endpoint()
    (owed,) = await scene.routed(await scene.event(endpoint), await scene.subscription(endpoint))
    await scene.end(owed)
    dead, attempts = await service.show(OPERATOR, owed.id)
    assert (dead.state, dead.reason, list(attempts)) == ("dead", "rejected", [])
    assert (await service.replay(OPERATOR, owed.id)).state == "pending"


async def test_what_ended_can_be_owed_once_more_by_its_state_time_subscription_and_endpoint(
    scene: Scene,
) -> None:
    service = scene.services.deliveries
    endpoint = await scene.endpoint()
    hall = await scene.subscription(endpoint)
    attic = await scene.subscription(endpoint, channel="attic")
    states: tuple[DeliveryState, ...] = ("dead", "dropped", "delivered")
    for state in states:
        for owed in await scene.routed(await scene.event(endpoint), hall, attic):
            await scene.end(owed, state)
    sooner, later = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
    nothing = (
        Selection("dead", since=later),
        Selection("dead", until=sooner),
        Selection("dropped", NOW, NOW, hall.id, (await scene.endpoint()).id),
    )
    for selection in nothing:
        assert await service.replay_selected(OPERATOR, selection) == 0
    assert await service.replay_selected(OPERATOR, Selection("dead", NOW, NOW, hall.id)) == 1
    assert await service.replay_selected(OPERATOR, Selection("dead", NOW)) == 1
    assert await service.replay_selected(OPERATOR, Selection("dropped", sooner, later)) == 2
    delivered = Selection("delivered", NOW, endpoint=endpoint.id)
    assert await service.replay_selected(OPERATOR, delivered) == 2
    assert len((await service.list(OPERATOR, Page(), "pending")).items) == 6


async def test_a_selection_of_what_is_not_there_says_so(scene: Scene) -> None:
    service = scene.services.deliveries
    for selection in (
        Selection("dead", NOW, subscription="sub_nowhere"),
        Selection("dead", NOW, endpoint="ep_nowhere"),
    ):
        with pytest.raises(NotFound, match="nowhere"):
            await service.replay_selected(OPERATOR, selection)


async def test_a_long_selection_is_owed_once_more_piece_by_piece_and_ends(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is replayed may end again at once: it is not taken a second time."""
    monkeypatch.setattr("bridge.services.deliveries.PIECE", 2)
    endpoint = await scene.endpoint()
    hall = await scene.subscription(endpoint)
    owed = [(await scene.routed(await scene.event(endpoint), hall))[0] for _ in range(5)]
    for delivery in owed:
        await scene.end(delivery)
    store: Any = scene.store
    replay, pieces = store.deliveries.replay_selected, []

    async def then_die_again(selection: Selection, limit: int) -> Any:
        count, left = await replay(selection, limit)
        pieces.append(count)
        for delivery in await scene.shift.lane(hall.channel.id):
            await scene.shift.end(delivery, "dead", finished_at=datetime.now(UTC))
        return count, left

    monkeypatch.setattr(store.deliveries, "replay_selected", then_die_again)
    service = scene.services.deliveries
    assert await service.replay_selected(OPERATOR, Selection("dead", NOW)) == 5
    assert sum(pieces) == 5
    assert max(pieces) == 2


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
        await service.replay_selected(guest, Selection("dead", NOW))


async def test_the_operator_still_sees_those_of_removed_subscriptions(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    (owed,) = await scene.routed(await scene.event(endpoint), subscription)
    await scene.services.subscriptions.remove(OPERATOR, subscription.id)
    assert (await scene.services.deliveries.show(OPERATOR, owed.id))[0].state == "dropped"
