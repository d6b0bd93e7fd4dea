"""A delivery that follows from an event, and the subscription that wants it."""

from dataclasses import dataclass
from datetime import datetime

from bridge.cards.presentation import Presentation
from bridge.models import Delivery, Event, Subscription, new_id


@dataclass(frozen=True, slots=True)
class Owing:
    """A delivery that follows from an event, and the subscription that wants it, with how its card is to look."""

    delivery: Delivery
    subscription: Subscription
    presentation: Presentation


def new_delivery(
    event: Event, part: int, subscription: Subscription, now: datetime, owed_at: datetime
) -> Delivery:
    """A card that a subscription is owed; dropped at once where that is paused or disabled."""
    live = subscription.live
    return Delivery(
        id=new_id("dl"),
        event_id=event.id,
        part=part,
        subscription_id=subscription.id,
        channel_id=subscription.channel.id,
        created_at=now,
        state="pending" if live else "dropped",
        reason=None if live else _why_not(subscription),
        finished_at=None if live else now,
        owed_at=owed_at,
    )


def _why_not(subscription: Subscription) -> str:
    if by := subscription.off.connectors:
        return f"When the event came, connectors were turned off for this {by} by an administrator."
    return f"The subscription was {subscription.state} when the event came."
