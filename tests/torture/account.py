"""What the bridge itself says of what happened, read from its API."""

from collections.abc import Mapping
from dataclasses import replace

from tests.torture.plan import Plan
from tests.torture.processes import Process
from tests.torture.receiver import Receiver
from tests.torture.sender import Sender
from tests.torture.verdict import Attempt, Delivery, Story, repeats


async def set_up(plan: Plan, receiver: Receiver, bridge: Process, secret: str) -> dict[str, str]:
    """Make the plan's endpoints and subscriptions; the endpoints' paths by their names."""
    ids = {}
    for name in plan.webhooks:
        endpoint = {"source": "radio", "name": name, "secret": secret}
        ids[name] = (await bridge.api("POST", "/endpoints", endpoint))["id"]
    for one in plan.subscriptions:
        subscription = {
            "endpoint": ids[one.endpoint],
            "channel": {"url": receiver.url(one.channel)},
            "events": [one.pattern],
            "filters": one.filters(),
            "name": one.name,
        }
        await bridge.api("POST", "/subscriptions", subscription)
    return {name: f"/hooks/{id_}" for name, id_ in ids.items()}


async def story(plan: Plan, sender: Sender, receiver: Receiver, bridge: Process) -> Story:
    """Everything that happened; attempts are read where a card was repeated."""
    events = (await bridge.every("/events"))[::-1]
    webhook_of = {one["id"]: str(one["delivery_id"]) for one in events}
    owed = await bridge.every("/deliveries")
    told = Story(
        sent=sender.sent,
        acknowledged=frozenset(sender.acknowledged),
        committed=tuple(webhook_of.values()),
        wanted={
            one.id: tuple(plan.wanted(endpoint, one))
            for endpoint, sent in plan.webhooks.items()
            for one in sent
        },
        rejected=plan.rejected,
        received=receiver.taken,
        deliveries=(),
        together=receiver.cards,
    )
    channels = await _channels(plan, bridge)
    again = repeats(told)
    calls = {one.id: one.calls for sent in plan.webhooks.values() for one in sent}
    deliveries = []
    for one in owed:
        channel = channels[one["subscription"]]
        card = calls[webhook_of[one["event"]]][one["part"]].title
        attempts = await _attempts(bridge, one["id"]) if (channel, card) in again else ()
        deliveries.append(
            Delivery(channel, card, one["state"], one["reason"], attempts, one["digest"])
        )
    return replace(told, deliveries=tuple(deliveries))


async def _channels(plan: Plan, bridge: Process) -> Mapping[str, str]:
    """The channel of each subscription's id."""
    channels = {one.name: one.channel for one in plan.subscriptions}
    return {one["id"]: channels[one["name"]] for one in await bridge.every("/subscriptions")}


async def _attempts(bridge: Process, delivery: str) -> tuple[Attempt, ...]:
    shown = await bridge.api("GET", f"/deliveries/{delivery}")
    return tuple(Attempt(one["outcome"], one["status"]) for one in shown["attempts"])
