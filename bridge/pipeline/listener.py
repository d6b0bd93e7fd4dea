"""A subscription, read once, that is asked of every event whether it wants it and why."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from bridge.cards.presentation import read
from bridge.errors import Invalid
from bridge.models import ParsedEvent, Subscription
from bridge.pipeline.faults import place, printable
from bridge.pipeline.filters import check_filters, match_type
from bridge.pipeline.matching import Facts, compiled, describe

TYPES = 1000
"""Event types whose pattern is kept; they come from outside."""

Verdict: TypeAlias = tuple[bool, str]
"""Whether an event is wanted, and why, in words that any database takes."""


class Wish:
    """Event types and filters, read once, with the answers to event types kept."""

    __slots__ = ("_why_not", "of_type")

    def __init__(self, events: Sequence[str], filters: Mapping[str, Any]) -> None:
        words = ""
        try:
            wanted = check_filters(filters)
        except Invalid as error:
            invalid = f"its filters are not valid: {error}"
            self._why_not: Callable[[Facts], str | None] = lambda _: invalid
        else:
            self._why_not = compiled(wanted).why_not
            words = f", and {describe(wanted)}" if filters else ""
        patterns = tuple(events)
        self.of_type = lru_cache(TYPES)(lambda event_type: _of_type(patterns, event_type, words))
        """Whether it wants an event type, whatever else its filters ask, and why."""

    def judge(self, event_type: str, facts: Facts) -> Verdict:
        """Whether it wants a part of an event."""
        verdict = self.of_type(event_type)
        if not verdict[0]:
            return verdict
        try:
            reason = self._why_not(facts)
        except Exception as error:  # noqa: BLE001  # attributes come from a plugin
            reason = f"its filters cannot be applied: {place(error)}"
        return verdict if reason is None else (False, reason)


def _of_type(patterns: tuple[str, ...], event_type: str, words: str) -> Verdict:
    """Whether a type is wanted, and why; of a wanted one, in the words for an event whose attributes are wanted too."""
    pattern = next((one for one in patterns if match_type(one, event_type)), None)
    if pattern is None:
        reason = f"{event_type} is not among its event types ({', '.join(patterns)})"
        return False, printable(reason)
    return True, printable(f"{event_type} is wanted ({pattern}){words}")


class Listener:
    """One subscription, what it wishes and how its cards look."""

    __slots__ = ("judge", "of_type", "presentation", "subscription")

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.presentation = read(subscription.presentation)
        wish = Wish(subscription.events, subscription.filters)
        self.judge, self.of_type = wish.judge, wish.of_type

    def wants(self, part: ParsedEvent) -> Verdict:
        """Whether it wants a part of an event, and why."""
        return self.judge(part.type, Facts(part.attributes))
