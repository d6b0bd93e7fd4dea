"""What goes into the store's verbs and comes out of them: frozen records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bridge.errors import BridgeError
from bridge.models import Alert, Attempt, Channel, Delivery, Event, Subscription
from bridge.store.order import Ordering
from bridge.texts import say


class LeaseLost(BridgeError):
    """A worker that went on too long without a sign of life."""

    sentence = say("Another worker has taken over the work on this database.")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Which event a webhook became; `duplicate`: it was here before, and nothing was written.

    `turn` is a new event's place in the queue of what is to be routed: places follow one another without a gap, in the
    order of commits.
    """

    event_id: str
    duplicate: bool
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Unrouted:
    """An event that is to be routed, and its turn. `fresh`: for the first time."""

    event: Event
    turn: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Routing:
    """What an event became.

    `types`, `attributes` and `decisions` are JSON: a list of types, one of objects, and one of lists of subscription,
    part, whether it matched, and why. `deliveries` go behind all before them, in this order; those named in `claimed` are posted as soon as this is kept.
    `seen` is the change up to which the endpoint's subscriptions were known, `generation` that of the worker's lease.
    `ordering` is what there is to keep for the order of cards about one thing, if there is.
    """

    event_id: str
    endpoint_id: str
    types: str
    attributes: str
    decisions: str
    deliveries: Sequence[Delivery]
    seen: int
    generation: int
    claimed: frozenset[str] = frozenset()
    ordering: Ordering | None = None


@dataclass(frozen=True, slots=True)
class Routed:
    """What came of it. `kept`: the event was still to be routed.

    Not `as_planned`: the endpoint's subscriptions changed meanwhile, so that deliveries may be dropped or in another
    channel, and none is claimed.
    """

    kept: bool
    as_planned: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """A delivery in its lane, with what its subscription says of it.

    `interrupted`: an earlier worker was posting it when it ended, so that the channel may have it. `acting`: no
    administrator turned off that its buttons do something.
    """

    delivery: Delivery
    digest: bool
    expiry: int | None
    interrupted: bool
    acting: bool = True


@dataclass(frozen=True, slots=True)
class Front:
    """The beginning of a lane, in order. `complete`: there is no more behind it.

    `presentations` has how the cards of each subscription in it are to look.
    """

    channel: Channel | None
    pending: tuple[Pending, ...]
    complete: bool
    presentations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of one post, or of none.

    `finished` are in their new state; `kept` stay pending, with the attempt's reason. `attempt` is the try at all of
    these. `channel` is kept where its back-off changed. `claimed` names the deliveries that are posted as soon as this is
    kept; `released` those that were claimed and are not posted after all. `alert` is for the operator.
    """

    generation: int
    finished: tuple[Delivery, ...] = ()
    kept: tuple[Delivery, ...] = ()
    attempt: Attempt | None = None
    channel: Channel | None = None
    claimed: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    alert: Alert | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed up to `position`: ids of endpoints and channels, or None where it can only be said that much did."""

    position: int
    subjects: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The subscriptions of an endpoint, oldest first, as they are after the change `seen`."""

    subscriptions: tuple[Subscription, ...] = ()
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Ages:
    """Before when what is finished may be removed: bodies of events, events, deliveries."""

    bodies: datetime
    events: datetime
    deliveries: datetime
