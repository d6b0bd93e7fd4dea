"""Tabs: what was set up in one tab of a channel, how it is doing, and its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bridge.models import Delivery, Page, Subscription
from bridge.services.access import Principal
from bridge.services.endpoints import now
from bridge.store.port import Store

SHOWN: Final = 5
"""The last deliveries of each subscription."""


@dataclass(frozen=True, slots=True)
class TabEntry:
    """A subscription of a tab, the kind of system that it is about (None: its endpoint is gone), and its last deliveries."""

    subscription: Subscription
    source: str | None
    deliveries: Sequence[Delivery]


@dataclass(frozen=True, slots=True)
class Tab:
    """What somebody may see of a tab, oldest first. `others` counts what is somebody else's."""

    entries: Sequence[TabEntry]
    others: int


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many subscriptions of a tab were removed, and how many are somebody else's and stay."""

    removed: int
    others: int


class TabService:
    """What people can do with a tab as a whole. A tab that nobody knows is an empty one."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = now) -> None:
        self._store = store
        self._clock = clock

    async def show(self, who: Principal, tab: str) -> Tab:
        """Its subscriptions that they may change."""
        mine, others = await self._split(who, tab)
        return Tab([await self._entry(it) for it in mine], others)

    async def clear(self, who: Principal, tab: str) -> Cleared:
        """Remove its subscriptions that they may change; their pending deliveries are dropped. Again is no fault."""
        mine, others = await self._split(who, tab)
        at = self._clock()
        removed = [await self._store.subscriptions.remove(it.id, at) for it in mine]
        return Cleared(sum(removed), others)

    async def _split(self, who: Principal, tab: str) -> tuple[list[Subscription], int]:
        every = await self._store.subscriptions.of_tab(tab)
        mine = [it for it in every if who.may_change(it)]
        return mine, len(every) - len(mine)

    async def _entry(self, subscription: Subscription) -> TabEntry:
        endpoint = await self._store.endpoints.get(subscription.endpoint_id)
        part = await self._store.deliveries.list(Page(SHOWN), subscription_id=subscription.id)
        return TabEntry(subscription, endpoint.source if endpoint else None, part.items)
