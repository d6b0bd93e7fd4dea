"""What can be done from a card: what a source offers, what it asks of its system for it, and what came of that.

As everything of a source it is without I/O: the core proves who presses, makes the call with the endpoint's own
credentials, and hands the reply back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from bridge.cards.card import Input
from bridge.models import ParsedEvent


@dataclass(frozen=True, slots=True)
class Action:
    """A button on a card. `name` is told apart by the source; `url` is where the same can be done by hand."""

    name: str
    title: str
    inputs: tuple[Input, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask of the system: `path` begins with a slash and goes behind the site of the endpoint's credentials.

    `body` is sent as JSON, unless it is None.
    """

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the system answered."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it says that it was done."""
        return 200 <= self.status < 300  # noqa: PLR2004  # what HTTP calls success

    def json(self) -> Any:
        """The body, or None where it is no JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: a sentence for whoever pressed, and what the card is to say from now on, if it changes."""

    said: str
    ok: bool = True
    event: ParsedEvent | None = None
