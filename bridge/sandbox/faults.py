"""What a simulated channel may get wrong on purpose, so that anyone can watch the bridge cope."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["connector", "workflow"]


class Fault(StrEnum):
    """How a channel answers."""

    NORMAL = "normal"
    HIDDEN_429 = "hidden_429"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    SLOW = "slow"
    GONE = "gone"


LABELS = {
    Fault.NORMAL: ("Works", "Takes the card."),
    Fault.HIDDEN_429: (
        "429 inside a 200",
        "Answers 200, and only the text says that the card was refused: so do connectors. (A workflow: 429.)",
    ),
    Fault.THROTTLED: ("429 + Retry-After", "Too many requests: asks for 3 seconds of patience."),
    Fault.UNAVAILABLE: ("503", "Teams is down: the card waits and is tried again."),
    Fault.SLOW: ("Slow", "Takes the card, but only after some seconds."),
    Fault.GONE: (
        "Gone",
        "Somebody removed it: 410 from a connector, 404 from a workflow. Afterwards, Configure and Save resume it.",
    ),
}
"""A name and an explanation of each, for people."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a receiver."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def error_text(status: int) -> str:
    """The sentence in which a connector hides an error inside a 200."""
    return (
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error "
        f"{status} with ContextId tcid=0,server=SANDBOX,cv=0"
    )


def throttled(kind: Kind) -> Reply:
    """What Teams says to too many cards: a connector says it inside a 200."""
    if kind == "connector":
        return Reply(200, error_text(429))
    return Reply(
        429, "Rate limit is exceeded. Try again in 3 seconds.", headers={"retry-after": "3"}
    )


def gone(kind: Kind) -> Reply:
    """What Teams says where nothing is any more."""
    if kind == "connector":
        return Reply(410, "The connector was removed from the channel.")
    return Reply(
        404, '{"error":{"code":"WorkflowNotFound","message":"The workflow was not found."}}'
    )


def faulty(fault: Fault, kind: Kind) -> Reply | None:
    """The answer of a fault that refuses every card, or None where the card is looked at."""
    match fault:
        case Fault.HIDDEN_429:
            return throttled(kind)
        case Fault.THROTTLED:
            return Reply(429, "Too many requests.", headers={"retry-after": "3"})
        case Fault.UNAVAILABLE:
            return Reply(503, "Service Unavailable")
        case Fault.GONE:
            return gone(kind)
        case Fault.NORMAL | Fault.SLOW:
            return None


class Faults:
    """The fault of each channel, and whether Teams' rate limit is kept."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self.quota = False

    def of(self, channel: str) -> Fault:
        """How the channel answers now."""
        return self._faults.get(channel, Fault.NORMAL)

    def set(self, channel: str, fault: Fault) -> None:
        """Let the channel answer so from now on."""
        self._faults[channel] = fault
