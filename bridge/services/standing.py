"""What became of an event and of its cards, in sentences that say what to do next. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from bridge.models import Channel, Delivery, Event, Subscription
from bridge.services.making import Reading

REMOVED: Final = (
    "Its headers and body were removed for their age (BRIDGE_KEEP_BODIES): what it was made into cannot be shown, and it "
    "cannot be replayed."
)


def standing(
    delivery: Delivery, subscription: Subscription | None, digest: int | None, now: datetime
) -> str:
    """How it stands with a card that is or was owed. `digest`: how many cards the digest had that it went into."""
    match delivery.state:
        case "delivered":
            merged = f" in a digest of {digest} cards" if digest and delivery.digest else ""
            note = f" {delivery.reason}" if delivery.reason else ""
            said = f" Its card says: {delivery.remark}" if delivery.remark else ""
            return f"Delivered at {_time(delivery.finished_at)}{merged}.{note}{said}"
        case "dead":
            return f"Given up: {delivery.reason or 'no reason is kept.'} It can be replayed."
        case "dropped":
            return f"Not sent: {delivery.reason or 'no reason is kept.'}"
        case _:
            return _pending(delivery, subscription, now)


def unasked(event: Event, subscription: Subscription) -> str:
    """Why an event was not held against a subscription of its endpoint."""
    if event.state == "received":
        return "It will be asked when the event is routed."
    if event.state == "failed":
        return "It was not asked, because the event failed."
    if event.removed and not event.decisions:
        return "Whether it wanted the event is no longer kept."
    if subscription.created_at > event.received_at:
        made = f"It was made at {_time(subscription.created_at)}, after the event came"
        return f"{made}: replaying the event asks it, too."
    return "It did not belong to this endpoint when the event was routed."


def notes(event: Event, read: Reading, *, anybody: bool) -> Iterator[str]:
    """What there is to know or do beyond what became of single cards. `anybody`: the endpoint has subscriptions."""
    match event.state:
        case "received":
            yield "It is not routed yet. A running `webhook-bridge serve` or `worker` does that within seconds."
        case "failed":
            yield from _failed(event, read)
        case _ if not event.types:
            yield "Its source found nothing in it that becomes a card, so that nobody was asked."
        case _ if not event.decisions:
            yield "Nobody was asked, because the endpoint had no subscriptions."
    if not anybody:
        yield "The endpoint has no subscriptions now: nobody gets what it receives."
    if event.removed:
        yield REMOVED


def _failed(event: Event, read: Reading) -> Iterator[str]:
    yield f"It could not be routed, and no card was made of it: {event.reason or 'no reason is kept.'}"
    if event.removed:
        return
    if read.problem is None:
        yield "It can be read now: replay it."
    else:
        yield "It still cannot be read. Once that is mended, replay it: until it is removed for its age, it is not lost."


def _pending(delivery: Delivery, subscription: Subscription | None, now: datetime) -> str:
    if subscription is None:
        return "It waits, but its subscription was removed."
    if stopped := _stopped(subscription):
        return stopped
    if delivery.reason and not delivery.attempts:
        return delivery.reason  # how long it is held
    channel = subscription.channel
    if channel.retry_at and channel.retry_at > now:
        return f"It waits: {_backing_off(channel)} The next try is at {_time(channel.retry_at)}."
    if delivery.attempts:
        return f"It waits for its next try. {delivery.reason or ''}".rstrip()
    return "It waits for its turn in the channel's queue."


def _stopped(subscription: Subscription) -> str | None:
    if subscription.state == "active":
        off = subscription.off.no_connectors
        return f"Held: {off} Turning them on sends the card." if off else None
    why = f" ({subscription.reason.rstrip('.')})" if subscription.reason else ""
    return f"Held, because its subscription is {subscription.state}{why}. Resuming that sends the card."


def _backing_off(channel: Channel) -> str:
    since = f"the channel fails since {_time(channel.failing_since)}."
    return f"{since} {channel.reason}" if channel.reason else since


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "an unknown time"
