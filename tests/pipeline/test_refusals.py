"""Notes of refused webhooks: soon, and never more than the database can bear."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.errors import StoreUnavailable
from bridge.models import Refusal
from bridge.pipeline.refusals import ENDPOINTS, KEPT, Refusals
from tests.pipeline.running import until


def refusal(number: int = 0) -> Refusal:
    return Refusal(datetime.now(UTC), 401, f"number {number}")


class Endpoints:
    """Keeps what is noted, if it can."""

    def __init__(self, *failures: Exception) -> None:
        self.noted: list[tuple[str, str]] = []
        self.failures = list(failures)

    async def refuse(self, endpoint_id: str, refusal: Refusal) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.noted.append((endpoint_id, refusal.reason))


async def run(refusals: Refusals, endpoints: Endpoints, count: int) -> Sequence[tuple[str, str]]:
    task = asyncio.create_task(refusals.run())
    await until(lambda: len(endpoints.noted) >= count)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return endpoints.noted


def noting(endpoints: Any) -> Refusals:
    return Refusals(endpoints, pause=0.01)


async def test_of_a_flood_the_last_ones_are_noted() -> None:
    endpoints = Endpoints()
    refusals = noting(endpoints)
    for number in range(10_000):
        refusals.note("ep_1", refusal(number))
    refusals.note("ep_2", refusal())
    noted = await run(refusals, endpoints, KEPT + 1)
    assert noted == [("ep_1", f"number {n}") for n in range(10_000 - KEPT, 10_000)] + [
        ("ep_2", "number 0")
    ]


async def test_only_so_many_endpoints_wait() -> None:
    endpoints = Endpoints()
    refusals = noting(endpoints)
    for number in range(ENDPOINTS + 10):
        refusals.note(f"ep_{number}", refusal())
    assert len(await run(refusals, endpoints, ENDPOINTS)) == ENDPOINTS


@pytest.mark.parametrize("failure", [StoreUnavailable(), RuntimeError("no")])
async def test_a_database_in_trouble_ends_nothing(failure: Exception) -> None:
    endpoints = Endpoints(failure)
    refusals = noting(endpoints)
    refusals.note("ep_1", refusal(1))
    refusals.note("ep_2", refusal(2))
    assert await run(refusals, endpoints, 1) == [("ep_2", "number 2")]


async def test_what_waits_at_the_end_is_noted_yet() -> None:
    endpoints = Endpoints()
    refusals = Refusals(endpoints, pause=5.0)  # type: ignore[arg-type]  # the one method that is used
    task = asyncio.create_task(refusals.run())
    refusals.note("ep_1", refusal(1))
    await until(lambda: len(endpoints.noted) == 1)
    refusals.note("ep_1", refusal(2))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert [reason for _, reason in endpoints.noted] == ["number 1", "number 2"]
