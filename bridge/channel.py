"""What a channel kind implements: one way to reach a Teams channel with a card.

A kind is pure: it recognises addresses, encodes cards and judges answers. The core does the posting.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from bridge.cards.card import Card


class Verdict(StrEnum):
    """What an answer means for the delivery, and for its lane."""

    DELIVERED = "delivered"
    RETRY = "retry"
    """The channel's fault: its lane backs off."""
    REJECTED = "rejected"
    """The card's fault: a dead letter, the lane goes on."""
    TOO_LARGE = "too_large"
    """Shrink once and send again, then rejected."""
    MISSING = "missing"
    """Gone, if it goes on saying so: three times over at least ten minutes."""
    GONE = "gone"
    """The channel was removed: its subscriptions are disabled."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one POST. `status` is None where nothing did, and `body` then says what happened instead.

    `headers` are found by names in lower case. `body` is the first 4 KB as text. `milliseconds` from the request to the answer.
    """

    status: int | None
    body: str
    milliseconds: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, judged. `reason` is for people and free of secrets; `retry_after` is in seconds, if the channel said.

    `flagged`: waiting will not mend it (401, 403, a flow switched off), so people are told at once.
    `throttled`: the channel got too many cards (429), so waiting less than a quota's span is of no use.
    """

    verdict: Verdict
    reason: str
    retry_after: float | None = None
    flagged: bool = False
    throttled: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """At most `count` cards in any `seconds`."""

    count: int
    seconds: float


class ChannelKind(ABC):
    """One way to reach a channel. `hosts` are the URL patterns allowed by default (`https://*.example.com`)."""

    name: ClassVar[str]
    label: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    windows: ClassVar[tuple[Window, ...]]
    limit_bytes: ClassVar[int] = 28 * 1024
    acts: ClassVar[bool] = False
    """Whether a card's buttons can do something there; elsewhere they are links to where it can be done."""

    handed: ClassVar[bool] = False
    """Whether Teams hands such a URL to the page itself; any other a person pastes there, and has to try out."""

    mentions: ClassVar[bool] = False
    """Whether a card can mention people there."""

    @abstractmethod
    def recognises(self, url: str) -> bool:
        """Whether a URL is of this kind by its shape."""

    @abstractmethod
    def encode(self, card: Card, limit_bytes: int) -> bytes:
        """The JSON body to POST, never larger than `limit_bytes`: what does not fit is cut, marked and linked."""

    @abstractmethod
    def judge(self, answer: Answer) -> Outcome:
        """What the answer means."""
