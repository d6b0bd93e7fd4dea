"""What the reader of one event gives back: the common shape of everything in `events/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bridge_github.node import Node

Value: TypeAlias = str | bool | tuple[str, ...] | None
"""What an attribute may be; None and () are left out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one webhook says.

    `detail` is the event type's second word (`opened`), None where GitHub has none. `subject` is the object that the
    event is about, from which attributes are read. `url` is where it can be read. `context` is what the card's
    templates see, besides what every event has. `attributes` are those that only this event knows where to find; they
    go before what is read from the subject.
    """

    detail: str | None
    subject: Node
    url: str | None
    context: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Value] = field(default_factory=dict)


Reader: TypeAlias = Callable[[Node, str | None], Reading]
"""Reads a webhook's payload, given GitHub's action. Raises `ParseError` where the payload lacks its subject."""
