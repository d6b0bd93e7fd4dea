"""What tests of waiting cards begin with: a bridge that sleeps, a channel that is busy, a disk that is full."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bridge.app import open_bridge
from bridge.errors import StoreUnavailable
from bridge.models import Delivery, Endpoint, Subscription
from bridge.settings import Settings
from tests.pipeline.running import Running, Says, Teams, until


@asynccontextmanager
async def asleep(given: Settings) -> AsyncIterator[Running]:
    """A bridge that listens nowhere and works at nothing, to prepare what is there when one starts."""
    session: Any = None
    async with open_bridge(given, work=False) as opened:
        yield Running("", opened, session)


@asynccontextmanager
async def in_flight(
    bridge: Running, teams: Teams, endpoint: Endpoint, *then: Says
) -> AsyncIterator[None]:
    """While a first card is on its way to channel `one`; then it arrives, and those behind it are answered as said."""
    go_on = asyncio.Event()
    teams.says("one", Says(when=go_on), *then)
    await bridge.call(endpoint, "first")
    await until(lambda: bool(teams.titles("one")))
    yield
    go_on.set()


async def has_failed(bridge: Running, subscription: Subscription) -> None:
    """Wait until the subscription's channel has failed once."""

    async def failed() -> bool:
        return (await bridge.subscription(subscription)).channel.failures == 1

    await until(failed)


async def by_title(bridge: Running) -> dict[str, Delivery]:
    """Every delivery, by the title of its call, in order."""
    found = {}
    for delivery in reversed(await bridge.deliveries()):
        event = await bridge.event(delivery.event_id)
        found[event.request().json()["calls"][0]["title"]] = delivery
    return found


@dataclass
class Disk:
    """A disk that is `full`: what comes of posts cannot be recorded. `tried` counts how often that was wanted."""

    store: Any
    full: bool = True
    tried: int = 0
    _settle: Any = field(init=False)

    def __post_init__(self) -> None:
        self._settle = self.store.deliveries.settle

    async def settle(self, settlement: Any) -> None:
        self.tried += 1
        await self.check()
        await self._settle(settlement)

    async def check(self) -> None:
        if self.full:
            raise StoreUnavailable

    def stands_in(self, patch: pytest.MonkeyPatch) -> "Disk":
        """Have the store write to it, for as long as the patch is there."""
        patch.setattr(self.store.deliveries, "settle", self.settle)
        patch.setattr(self.store, "check", self.check)
        return self
