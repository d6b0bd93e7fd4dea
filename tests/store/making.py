"""Makes the records that tests of the store begin with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from pydantic import SecretStr

from bridge.models import (
    Attempt,
    Channel,
    Decision,
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointSecret,
    Event,
    ParsedEvent,
    Subscription,
    new_id,
)
from bridge.store.order import Held, Ordering, Sight
from bridge.store.port import Store
from bridge.store.records import Front, Routed, Routing, Settlement

NOW = datetime(2024, 11, 23, 14, 5, 6, 789000, UTC)
"""Some time that is over, whatever the clock says."""
KEY = b"k" * 32
NEW_KEY = b"n" * 32
URL = "https://teams.example/webhook/very-secret"
OPENED = ParsedEvent("door.opened", {"room": "cellar", "people": ("ada", "bob")})

TEXTS: Final = [
    "",
    "ünï 🚪 \u2028 \x01\x7f",
    "\"quoted\" 'quoted' \\ \\u0041 \\",
    "9223372036854775808",
    "-9223372036854775809.5e999",
    '{"a": [1, null]}',
    "x" * 100_000,
]
"""What must come back as it went in."""

HALF: Final = "half a character: \ud800"
"""What no database can keep."""


def an_endpoint(name: str = "Doors", **given: Any) -> Endpoint:
    secret = EndpointSecret(new_id("key"), SecretStr("endpoint-secret"), NOW)
    wanted: dict[str, Any] = {
        "id": new_id("ep"),
        "source": "doors",
        "name": name,
        "secrets": (secret,),
        "owner": "operator",
        "created_at": NOW,
    }
    return Endpoint(**(wanted | given))


def a_subscription(endpoint: Endpoint, url: str = URL, **given: Any) -> Subscription:
    wanted: dict[str, Any] = {
        "id": new_id("sub"),
        "endpoint_id": endpoint.id,
        "channel": Channel("", "workflow", SecretStr(url)),
        "name": "Hall",
        "events": ("door.*",),
        "owner": "operator",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Subscription(**(wanted | given))


def an_event(endpoint: Endpoint, **given: Any) -> Event:
    wanted: dict[str, Any] = {
        "id": new_id("ev"),
        "endpoint_id": endpoint.id,
        "source": endpoint.source,
        "received_at": NOW,
        "headers": {"content-type": "application/json"},
        "body": b'{"door": "cellar"}',
    }
    return Event(**(wanted | given))


def a_delivery(event: Event, subscription: Subscription, part: int = 0, **given: Any) -> Delivery:
    wanted: dict[str, Any] = {
        "id": new_id("dl"),
        "event_id": event.id,
        "part": part,
        "subscription_id": subscription.id,
        "channel_id": subscription.channel.id,
        "created_at": NOW,
        "owed_at": NOW,
    }
    return Delivery(**(wanted | given))


def a_held(event: Event, subscription: Subscription, **given: Any) -> Held:
    """A delivery that waits for its filters to be asked."""
    wanted: dict[str, Any] = {
        "delivery": a_delivery(event, subscription, reason="Held."),
        "endpoint_id": event.endpoint_id,
        "object": "door 7",
        "until": NOW + timedelta(seconds=10),
        "type": OPENED.type,
        "attributes": OPENED.attributes,
        "at": NOW,
    }
    return Held(**(wanted | given))


def an_attempt(outcome: str = "delivered", **given: Any) -> Attempt:
    wanted: dict[str, Any] = {
        "at": NOW,
        "outcome": outcome,
        "reason": outcome,
        "status": 200,
        "milliseconds": 12,
        "excerpt": "1",
    }
    return Attempt(**(wanted | given))


def a_routing(
    event: Event,
    deliveries: Sequence[Delivery] = (),
    *,
    generation: int,
    seen: int,
    parts: Sequence[ParsedEvent] = (OPENED,),
    decisions: Sequence[Decision] | None = None,
    **given: Any,
) -> Routing:
    """What an event became, from plain records. Without `decisions`, every delivery's subscription wanted it."""
    if decisions is None:
        decisions = [Decision(one.subscription_id, one.part, True, "wanted") for one in deliveries]
    why = [(one.subscription_id, one.part, one.matched, one.reason) for one in decisions]
    return Routing(
        event_id=event.id,
        endpoint_id=event.endpoint_id,
        types=orjson.dumps([part.type for part in parts]).decode(),
        attributes=orjson.dumps([part.attributes for part in parts]).decode(),
        decisions=orjson.dumps(why).decode(),
        deliveries=deliveries,
        seen=seen,
        generation=generation,
        **given,
    )


async def recorded(store: Store, endpoint: Endpoint, **given: Any) -> Event:
    """A new event, kept."""
    event = an_event(endpoint, **given)
    await store.events.record(event, event.id, None)
    return event


@dataclass(frozen=True)
class Shift:
    """A store in the hands of the worker that holds its lease."""

    store: Store
    generation: int

    async def unrouted(self, limit: int = 99) -> list[Event]:
        """What is to be routed, in order."""
        return [one.event for one in await self.store.events.unrouted(0, limit)]

    async def route(self, event: Event, *deliveries: Delivery, **given: Any) -> Routed:
        """Route an event to these deliveries, knowing its endpoint's subscriptions as they are, unless `seen` is given."""
        if "seen" not in given:
            given["seen"] = (await self.store.subscriptions.of_endpoint(event.endpoint_id)).seen
        routing = a_routing(event, deliveries, generation=self.generation, **given)
        (came,) = await self.store.events.routed([routing])
        return came

    async def owed(
        self, endpoint: Endpoint, *subscriptions: Subscription, **given: Any
    ) -> list[Delivery]:
        """The deliveries of a new event that was routed to these subscriptions."""
        event = await recorded(self.store, endpoint, **given)
        deliveries = [a_delivery(event, subscription) for subscription in subscriptions]
        await self.route(event, *deliveries)
        return deliveries

    async def held(
        self, endpoint: Endpoint, *subscriptions: Subscription, **given: Any
    ) -> list[Held]:
        """The deliveries of a new event that were held for these subscriptions."""
        event = await recorded(self.store, endpoint)
        held = [a_held(event, subscription, **given) for subscription in subscriptions]
        asked = [Decision(one.delivery.subscription_id, 0, True, "held") for one in held]
        await self.route(event, ordering=Ordering(held=tuple(held)), decisions=asked)
        return held

    async def showed(
        self, endpoint: Endpoint, subscription: Subscription, at: datetime, thing: str = "door 7"
    ) -> Delivery:
        """A delivery that shows its channel what became of a thing at that time."""
        event = await recorded(self.store, endpoint)
        delivery = a_delivery(event, subscription)
        await self.route(
            event, delivery, ordering=Ordering(sights=(Sight(delivery.id, thing, at),))
        )
        return delivery

    async def lane_of(
        self, endpoint: Endpoint, subscription: Subscription, count: int
    ) -> list[Delivery]:
        """So many deliveries in one lane, each of an event of its own."""
        return [(await self.owed(endpoint, subscription))[0] for _ in range(count)]

    async def failed(self, event: Event, reason: str = "no") -> None:
        """An event could not be routed."""
        await self.store.events.failed(event.id, reason, self.generation)

    async def front(self, channel_id: str, limit: int = 99) -> Front:
        """The beginning of a lane, with what is said of it."""
        return await self.store.deliveries.front(channel_id, limit, self.generation)

    async def lane(self, channel_id: str) -> list[Delivery]:
        """What waits in a lane, in order."""
        return [one.delivery for one in (await self.front(channel_id)).pending]

    async def head(self, channel_id: str) -> Delivery | None:
        """The first of a lane."""
        front = await self.front(channel_id, 1)
        return front.pending[0].delivery if front.pending else None

    async def end(
        self,
        delivery: Delivery,
        state: DeliveryState = "delivered",
        attempt: Attempt | None = None,
        channel: Channel | None = None,
        **given: Any,
    ) -> Delivery:
        """Finish a delivery, by that attempt if one is given; as it then is."""
        wanted: dict[str, Any] = {
            "state": state,
            "finished_at": NOW,
            "attempts": delivery.attempts + (attempt is not None),
        }
        ended = replace(delivery, **(wanted | given))
        await self.settle(finished=(ended,), attempt=attempt, channel=channel)
        return ended

    async def again(self, delivery: Delivery, attempt: Attempt, channel: Channel) -> Delivery:
        """A try at a delivery failed, and its channel backs off; the delivery as it then is."""
        await self.settle(kept=(delivery,), attempt=attempt, channel=channel)
        return replace(delivery, attempts=delivery.attempts + 1, reason=attempt.reason)

    async def close(
        self, channel: Channel, delivery: Delivery, at: datetime, outcome: str = "gone"
    ) -> int:
        """The answer to a delivery was that the channel is gone, for its `reason`; how many more are dead by it."""
        dead = replace(
            delivery,
            state="dead",
            reason=channel.reason,
            attempts=delivery.attempts + 1,
            finished_at=at,
        )
        attempt = an_attempt(outcome, status=410)
        return await self.store.deliveries.close_channel(
            Settlement(self.generation, finished=(dead,), attempt=attempt, channel=channel), at
        )

    async def settle(self, **given: Any) -> None:
        """Keep what came of a post."""
        await self.store.deliveries.settle(Settlement(self.generation, **given))
