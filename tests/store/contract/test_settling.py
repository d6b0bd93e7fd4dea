"""What came of posts, kept at once: each as it would be alone, and one that cannot be kept fails alone."""

import asyncio
from dataclasses import replace

import pytest

from bridge.models import Delivery, Endpoint, Subscription
from bridge.store.port import Store
from bridge.store.records import Settlement
from tests.store.making import HALF, NOW, TEXTS, Shift, an_attempt


async def test_settlements_at_once_are_each_kept(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    deliveries = await shift.lane_of(endpoint, hall, 30)
    ended = {one.id: replace(one, state="delivered", attempts=1) for one in deliveries[:20]}
    finished = [replace(one, finished_at=NOW) for one in ended.values()]
    settlements = [
        Settlement(shift.generation, finished=(one,), attempt=an_attempt(excerpt=str(number)))
        for number, one in enumerate(finished)
    ]
    settlements += [
        Settlement(shift.generation, kept=(one,), attempt=an_attempt("retry", excerpt="kept"))
        for one in deliveries[20:]
    ]
    await asyncio.gather(*map(store.deliveries.settle, settlements))
    for number, one in enumerate(finished):
        assert await store.deliveries.get(one.id) == one
        (attempt,) = await store.deliveries.attempts(one.id)
        assert attempt.excerpt == str(number)
    assert await shift.lane(hall.channel.id) == [
        replace(one, attempts=1, reason=an_attempt("retry").reason) for one in deliveries[20:]
    ]


async def test_a_settlement_that_cannot_be_kept_fails_alone(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription
) -> None:
    deliveries = await shift.lane_of(endpoint, hall, 4)
    attempts = [an_attempt(), an_attempt(excerpt=HALF), an_attempt(), an_attempt()]
    results = await asyncio.gather(
        *(shift.end(one, attempt=how) for one, how in zip(deliveries, attempts, strict=True)),
        return_exceptions=True,
    )
    assert isinstance(results[1], TypeError)
    assert await shift.lane(hall.channel.id) == [deliveries[1]]
    assert await store.deliveries.attempts(deliveries[1].id) == ()
    for one in (results[0], *results[2:]):
        assert isinstance(one, Delivery)
        assert await store.deliveries.get(one.id) == one


@pytest.mark.parametrize("text", TEXTS)
async def test_any_text_of_a_settlement_comes_back(
    store: Store, shift: Shift, endpoint: Endpoint, hall: Subscription, text: str
) -> None:
    (delivery,) = await shift.owed(endpoint, hall)
    attempt = an_attempt(text, reason=text, excerpt=text, digest=text, status=2**63 - 1)
    ended = await shift.end(delivery, "dead", attempt, reason=text, digest=text)
    assert await store.deliveries.get(delivery.id) == ended
    assert await store.deliveries.attempts(delivery.id) == (attempt,)
