"""What a channel's cards about one thing are kept in order by: what is held, and what the channel saw. Frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bridge.models import AttributeValue, Delivery


class Thing(NamedTuple):
    """Something that a channel gets cards about: an object of an endpoint."""

    channel_id: str
    endpoint_id: str
    object: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A delivery that takes its place in a lane shows its channel what became of an object at that time."""

    delivery_id: str
    object: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery that has no place in its lane before `until`.

    With `asks`, its filters are asked then, with what later events about the same object brought (`late`); else it waits
    behind one that does. `type` and `attributes` are its event's own. `at` is the newest vendor's time that is known of
    the object.
    """

    delivery: Delivery
    endpoint_id: str
    object: str
    until: datetime
    type: str
    attributes: Mapping[str, AttributeValue]
    at: datetime | None = None
    asks: bool = True
    late: Mapping[str, AttributeValue] = field(default_factory=dict)

    @property
    def known(self) -> Mapping[str, AttributeValue]:
        """The attributes as far as they are known by now."""
        return {**self.attributes, **self.late} if self.late else self.attributes


@dataclass(frozen=True, slots=True)
class Ordering:
    """What an event means for the order of cards about one thing.

    `held` are deliveries of its own, `told` what was held before and knows more by it.
    """

    held: tuple[Held, ...] = ()
    told: tuple[Held, ...] = ()
    sights: tuple[Sight, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """The end of a hold: `delivery` as it is from now on, pending or dropped.

    `decision` says whether and why it was wanted, where that was asked; `sight` is what its channel sees.
    """

    delivery: Delivery
    endpoint_id: str
    decision: tuple[bool, str] | None = None
    sight: Sight | None = None
