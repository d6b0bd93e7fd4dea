"""A whole selection of what is over can be had once more, in order and piece by piece."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bridge.models import DeliveryState, Endpoint, Selection, Subscription
from bridge.store.port import Store
from tests.store.making import NOW, Shift, a_subscription, an_endpoint, recorded

SOON = NOW + timedelta(seconds=5)
LATER = NOW + timedelta(minutes=1)


@dataclass(frozen=True)
class Ended:
    """Deliveries that ended in every way: their ids, by what they are. One more is pending in the hall."""

    hall: Subscription
    attic: Subscription
    names: dict[str, str]


@pytest.fixture
async def ended(shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription) -> Ended:
    other = an_endpoint()
    await shift.store.endpoints.add(other)
    elsewhere = await shift.store.subscriptions.save(a_subscription(other))
    ends: list[tuple[str, Endpoint, Subscription, DeliveryState, Any]] = [
        ("late", endpoint, hall, "dead", LATER),
        ("dead", endpoint, hall, "dead", NOW),
        ("soon", endpoint, hall, "dead", SOON),
        ("attic", endpoint, attic, "dead", SOON),
        ("other", other, elsewhere, "dead", SOON),
        ("dropped", endpoint, hall, "dropped", SOON),
        ("delivered", endpoint, hall, "delivered", SOON),
    ]
    names = {}
    for name, at, to, state, when in ends:
        (delivery,) = await shift.owed(at, to)
        await shift.end(delivery, state, finished_at=when)
        names[delivery.id] = name
    await shift.owed(endpoint, hall)  # pending, so that no selection has it
    return Ended(hall, attic, names)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (lambda made: Selection("dead"), "late dead soon attic other"),
        (lambda made: Selection("dropped"), "dropped"),
        (lambda made: Selection("delivered"), "delivered"),
        (lambda made: Selection(), "late dead soon attic other dropped delivered"),
        (lambda made: Selection("dead", since=SOON), "late soon attic other"),
        (lambda made: Selection("dead", until=SOON), "dead soon attic other"),
        (lambda made: Selection("dead", SOON, SOON, made.hall.id), "soon"),
        (lambda made: Selection("dead", subscription=made.attic.id), "attic"),
        (
            lambda made: Selection("dead", endpoint=made.hall.endpoint_id),
            "late dead soon attic",
        ),
        (lambda made: Selection(subscription=made.hall.id), "late dead soon dropped delivered"),
        (lambda made: Selection("dead", subscription="sub_nowhere"), ""),
    ],
)
@pytest.mark.parametrize("piece", [2, 5, 9])
async def test_a_selection_is_owed_once_more_in_its_order(
    shift: Shift, ended: Ended, wanted: Callable[[Ended], Selection], names: str, piece: int
) -> None:
    deliveries = shift.store.deliveries
    left: Selection | None = wanted(ended)
    counts = []
    while left is not None:
        count, left = await deliveries.replay_selected(left, piece)
        counts.append(count)
    assert sum(counts) == len(names.split())
    assert all(count == piece for count in counts[:-1])
    channels = (ended.hall.channel.id, ended.attic.channel.id)
    lanes = [await shift.lane(channel) for channel in channels]
    waiting = [one for lane in lanes for one in lane if one.id in ended.names]
    for one in waiting:
        assert (one.state, one.reason, one.finished_at) == ("pending", None, None)
        assert one.owed_at
        assert one.owed_at > NOW
    by_channel = sorted(names.split(), key="attic".__eq__)
    assert [ended.names[one.id] for one in waiting] == by_channel
    assert lanes[0][0].id not in ended.names  # what was pending before is still the first
    assert await deliveries.replay_selected(wanted(ended), 99) == (0, None)


async def test_a_selection_passes_over_what_has_no_subscription_any_more(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    for _ in range(3):
        for delivery in await shift.owed(endpoint, attic, hall):
            await shift.end(delivery, "dead")
    await store.subscriptions.remove(attic.id, NOW)
    left: Selection | None = Selection("dead")
    total = 0
    while left is not None:
        count, left = await store.deliveries.replay_selected(left, 2)
        total += count
    assert total == len(await shift.lane(hall.channel.id)) == 3


@pytest.mark.parametrize("piece", [1, 2, 9])
@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (lambda endpoint: Selection("failed"), "old other bad"),
        (lambda endpoint: Selection("routed"), "good"),
        (lambda endpoint: Selection(), "old other good bad"),
        (lambda endpoint: Selection("failed", endpoint=endpoint.id), "old bad"),
        (lambda endpoint: Selection("failed", since=SOON), "bad"),
        (lambda endpoint: Selection("failed", until=NOW), "old other"),
        (lambda endpoint: Selection("failed", endpoint="ep_nowhere"), ""),
    ],
)
async def test_a_selection_of_events_is_routed_again_in_its_order(
    shift: Shift,
    endpoint: Endpoint,
    wanted: Callable[[Endpoint], Selection],
    names: str,
    piece: int,
) -> None:
    store, elsewhere = shift.store, an_endpoint()
    await store.endpoints.add(elsewhere)
    old = await recorded(store, endpoint)
    other = await recorded(store, elsewhere)
    good = await recorded(store, endpoint, received_at=SOON)
    bad = await recorded(store, endpoint, received_at=LATER)
    await shift.route(good)
    for event in (bad, other, old):
        await shift.failed(event)
    waiting = await recorded(store, endpoint, received_at=LATER)
    left: Selection | None = wanted(endpoint)
    total = 0
    while left is not None:
        count, left = await store.events.replay_selected(left, piece)
        total += count
    ids = {old.id: "old", other.id: "other", good.id: "good", bad.id: "bad"}
    first, *again = await shift.unrouted()
    assert first == waiting
    assert [ids[one.id] for one in again] == names.split()
    assert total == len(again)
    assert {one.state for one in again} <= {"received"}
    assert {one.reason for one in again} <= {None}
