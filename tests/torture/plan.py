"""What is going to happen, all of it drawn from one seed: who subscribes to what, and which webhooks are sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Literal, TypeAlias

ChannelKind: TypeAlias = Literal["connector", "workflow"]

STATIONS: Final = ("north", "east", "south", "west")
EVENTS: Final = ("call.started", "call.ended")


@dataclass(frozen=True, slots=True)
class Call:
    """One part of a webhook, which becomes one card; its title is its name everywhere."""

    title: str
    type: str
    station: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook; `id` is its sender's delivery id. A batch has several calls."""

    id: str
    calls: tuple[Call, ...]

    def body(self) -> dict[str, Any]:
        """As it is posted."""
        return {
            "calls": [
                {"title": one.title, "type": one.type, "station": one.station} for one in self.calls
            ]
        }


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a channel wants of an endpoint. `stations` are let through, or left out where `leaves_out`; none: all are."""

    name: str
    endpoint: str
    channel: str
    pattern: str
    stations: tuple[str, ...] = ()
    leaves_out: bool = False

    def wants(self, call: Call) -> bool:
        """Whether a call is to reach the channel."""
        if self.pattern not in {"*", call.type}:
            return False
        return not self.stations or (call.station in self.stations) is not self.leaves_out

    def filters(self) -> dict[str, Any]:
        """As they are saved."""
        if not self.stations:
            return {}
        operator = "none_of" if self.leaves_out else "any_of"
        return {"all": [{"attribute": "station", operator: list(self.stations)}]}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided beforehand.

    `webhooks` by endpoint, in the order of sending. `rejected` are the cards that a channel does not accept, as
    (channel, title).
    """

    seed: str
    channels: Mapping[str, ChannelKind]
    subscriptions: tuple[Subscription, ...]
    webhooks: Mapping[str, tuple[Webhook, ...]]
    rejected: frozenset[tuple[str, str]]

    @property
    def count(self) -> int:
        """How many webhooks there are."""
        return sum(map(len, self.webhooks.values()))

    def chance(self, *actor: object) -> Random:
        """An actor's own dice, which nobody else's throws change."""
        return Random("/".join(map(str, (self.seed, *actor))))  # noqa: S311  # to be thrown again

    def wanted(self, endpoint: str, webhook: Webhook) -> Iterator[tuple[str, str]]:
        """The cards owed for a webhook, as (channel, title); one that two subscriptions want comes twice."""
        for call in webhook.calls:
            for one in self.subscriptions:
                if one.endpoint == endpoint and one.wants(call):
                    yield one.channel, call.title


def draw(seed: str, *, webhooks: int, endpoints: int = 20, channels: int = 30) -> Plan:
    """The plan of a seed."""
    dice = Random(f"{seed}/plan")  # noqa: S311  # to be thrown again
    endpoint_names = [f"e{number:02}" for number in range(endpoints)]
    kinds: dict[str, ChannelKind] = {
        f"c{number:02}": dice.choice(("connector", "workflow")) for number in range(channels)
    }
    subscriptions = [
        _subscription(dice, f"s{number:02}", endpoint_names[number % endpoints], channel)
        for number, channel in enumerate(kinds)
    ]
    for number, channel in enumerate(dice.sample(sorted(kinds), channels // 3)):
        # A second one: for another endpoint, or for the same, so that a card may come twice.
        other = subscriptions[int(channel[1:])].endpoint
        endpoint = dice.choice((other, *endpoint_names))
        subscriptions.append(_subscription(dice, f"t{number:02}", endpoint, channel))
    counts = [
        webhooks // endpoints + (number < webhooks % endpoints) for number in range(endpoints)
    ]
    sent = {
        name: tuple(_webhook(dice, f"{name}n{number:04}") for number in range(count))
        for name, count in zip(endpoint_names, counts, strict=True)
    }
    drawn = Plan(seed, kinds, tuple(subscriptions), sent, frozenset())
    cards = sorted(
        {card for name in sent for one in sent[name] for card in drawn.wanted(name, one)}
    )
    rejected = frozenset(dice.sample(cards, len(cards) // 200))
    return Plan(seed, kinds, tuple(subscriptions), sent, rejected)


def _subscription(dice: Random, name: str, endpoint: str, channel: str) -> Subscription:
    return Subscription(
        name=name,
        endpoint=endpoint,
        channel=channel,
        pattern=dice.choice(("*", "*", "*", *EVENTS)),
        stations=tuple(dice.sample(STATIONS, dice.choice((0, 0, 1, 2)))),
        leaves_out=dice.random() < 0.5,
    )


def _webhook(dice: Random, name: str) -> Webhook:
    parts = dice.choice((1,) * 15 + (2,))
    return Webhook(
        name,
        tuple(
            Call(f"{name}p{part}", dice.choice(EVENTS), dice.choice(STATIONS))
            for part in range(parts)
        ),
    )
