"""Deliveries: found, explained and replayed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bridge.errors import NotFound
from bridge.models import Attempt, Delivery, DeliveryState, Listing, Page, Selection
from bridge.services.access import Principal
from bridge.services.endpoints import now
from bridge.services.listing import visible
from bridge.store.port import Store
from bridge.texts import say

PIECE: Final = 500
"""Deliveries that are owed again in one transaction, so that nobody waits for a long selection."""


class DeliveryService:
    """What people and programs can do with owed cards. Everything raises `NotFound` for what one may not see."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = now) -> None:
        self._store = store
        self._clock = clock

    async def list(
        self,
        who: Principal,
        page: Page,
        state: DeliveryState | None = None,
        subscription_id: str | None = None,
    ) -> Listing[Delivery]:
        """The deliveries to subscriptions that they may see, newest first."""
        known: dict[str, bool] = {}

        async def fetch(part: Page) -> Listing[Delivery]:
            return await self._store.deliveries.list(part, state, subscription_id)

        async def may_see(delivery: Delivery) -> bool:
            if delivery.subscription_id not in known:
                known[delivery.subscription_id] = await self._may_see(who, delivery.subscription_id)
            return known[delivery.subscription_id]

        return await visible(fetch, page, may_see)

    async def show(self, who: Principal, delivery_id: str) -> tuple[Delivery, Sequence[Attempt]]:
        """One delivery and every try at it, oldest first."""
        delivery = await self._get(who, delivery_id)
        return delivery, await self._store.deliveries.attempts(delivery_id)

    async def replay(self, who: Principal, delivery_id: str) -> Delivery:
        """Owe it once more, behind what is pending now."""
        await self._get(who, delivery_id)
        await self._store.deliveries.replay(delivery_id)
        return await self._get(who, delivery_id)

    async def replay_selected(self, who: Principal, selection: Selection) -> int:
        """Owe every finished delivery of a selection once more, in their order; how many.

        Raises `Forbidden` but for the operator, `NotFound`. What finishes after this has begun is not among them.
        """
        who.require_operator()
        if selection.subscription and (
            await self._store.subscriptions.get(selection.subscription) is None
        ):
            raise NotFound(say("There is no subscription {id}.", id=selection.subscription))
        if selection.endpoint and await self._store.endpoints.get(selection.endpoint) is None:
            raise NotFound(say("There is no endpoint {id}.", id=selection.endpoint))
        now = self._clock()
        left: Selection | None = replace(selection, until=min(selection.until or now, now))
        count = 0
        while left is not None:
            owed, left = await self._store.deliveries.replay_selected(left, PIECE)
            count += owed
        return count

    async def _get(self, who: Principal, delivery_id: str) -> Delivery:
        delivery = await self._store.deliveries.get(delivery_id)
        if delivery is None or not await self._may_see(who, delivery.subscription_id):
            raise NotFound(say("There is no delivery {id}.", id=delivery_id))
        return delivery

    async def _may_see(self, who: Principal, subscription_id: str) -> bool:
        if who.kind == "operator":
            return True  # also those of subscriptions that were removed
        subscription = await self._store.subscriptions.get(subscription_id)
        return subscription is not None and who.may_change(subscription)
