"""What the operator is to be told waits until it was told, in order, and comes with what caused it or not at all."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bridge.models import Alert, Endpoint, Subscription
from bridge.store.port import Store
from bridge.store.records import Settlement
from tests.store.conftest import Database
from tests.store.making import NOW, Shift, an_attempt


async def told(store: Store) -> list[Alert]:
    """All that is to be told, which is told by that."""
    found = []
    while (first := await store.alerts.first()) is not None:
        number, alert = first
        found.append(alert)
        await store.alerts.told(number)
    return found


async def test_alerts_come_in_order_until_they_were_told(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, attic: Subscription
) -> None:
    assert await store.alerts.first() is None
    one, two = await shift.owed(endpoint, hall, attic)
    first = Alert(NOW, hall.channel.id, "needs attention", "The flow is switched off.")
    second = Alert(NOW - timedelta(days=1), attic.channel.id, "given up", "It never answered.")
    failing = replace(hall.channel, failures=1, flagged=True)
    await shift.settle(kept=(one,), attempt=an_attempt("retry"), channel=failing, alert=first)
    await shift.settle(kept=(two,), attempt=an_attempt("retry"), alert=second)
    found = await store.alerts.first()
    assert found == await store.alerts.first()
    assert found is not None
    assert found[1] == first
    assert await told(store) == [first, second]
    assert await store.alerts.first() is None
    await store.alerts.told(found[0])  # once more changes nothing


async def test_a_closed_channel_brings_its_alert(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    alert = Alert(NOW, hall.channel.id, "gone", "The channel was removed.")
    gone = replace(hall.channel, state="gone", reason=alert.reason)
    dead = replace(delivery, state="dead")
    settlement = Settlement(
        shift.generation, finished=(dead,), attempt=an_attempt("gone"), channel=gone, alert=alert
    )
    await store.deliveries.close_channel(settlement, NOW)
    assert await told(store) == [alert]


async def test_alerts_outlive_their_process_and_their_channel(
    database: Database, store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    alert = Alert(NOW, hall.channel.id, "gone", "The channel was removed.")
    await shift.settle(alert=alert)
    await store.subscriptions.remove(hall.id, NOW)
    other = await database.open()
    assert await told(other) == [alert]
    assert await store.alerts.first() is None


async def test_alerts_of_settlements_at_once_are_all_kept(
    store: Store, shift: Shift, hall: Subscription
) -> None:
    alerts = [Alert(NOW, hall.channel.id, "given up", f"no {number}") for number in range(20)]
    await asyncio.gather(*(shift.settle(alert=alert) for alert in alerts))
    assert await told(store) == alerts
