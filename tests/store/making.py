"""Makes the records that tests of the store begin with."""

from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from bridge.models import (
    Attempt,
    Channel,
    Decision,
    Delivery,
    Endpoint,
    EndpointSecret,
    Event,
    ParsedEvent,
    Subscription,
    new_id,
)
from bridge.store.port import Store

NOW = datetime(2026, 11, 23, 14, 5, 6, 789000, UTC)
KEY = b"k" * 32
NEW_KEY = b"n" * 32
URL = "https://teams.example/webhook/very-secret"


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
    return Delivery(
        new_id("dl"), event.id, part, subscription.id, subscription.channel.id, NOW, **given
    )


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


async def recorded(store: Store, endpoint: Endpoint, **given: Any) -> Event:
    """A new event, kept."""
    event = an_event(endpoint, **given)
    await store.events.record(event, event.id, None)
    return event


async def owed(
    store: Store, endpoint: Endpoint, *subscriptions: Subscription, **given: Any
) -> list[Delivery]:
    """The deliveries of a new event that was routed to these subscriptions."""
    event = await recorded(store, endpoint, **given)
    deliveries = [a_delivery(event, subscription) for subscription in subscriptions]
    await route(store, event, *deliveries)
    return deliveries


async def route(store: Store, event: Event, *deliveries: Delivery) -> None:
    """Route an event to these deliveries."""
    part = ParsedEvent("door.opened", {"room": "cellar", "people": ("ada", "bob")})
    decisions = [Decision(one.subscription_id, one.part, True, "wanted") for one in deliveries]
    await store.events.routed(event.id, [part], decisions, deliveries)
