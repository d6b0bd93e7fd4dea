"""A subscription, read once, that is asked of every event whether it wants it and why."""

from functools import lru_cache

from bridge.errors import Invalid
from bridge.models import ParsedEvent, Subscription
from bridge.pipeline.faults import place
from bridge.pipeline.filters import EVERYTHING, Filter, check_filters, describe, match_type, matches

TYPES = 1000
"""Event types whose pattern is kept; they come from outside."""


class Listener:
    """One subscription with its filters read and its answers to event types kept."""

    __slots__ = ("_filter", "_invalid", "_pattern", "_words", "subscription")

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self._invalid: str | None = None
        self._filter: Filter = EVERYTHING
        try:
            self._filter = check_filters(subscription.filters)
        except Invalid as error:
            self._invalid = f"its filters are not valid: {error}"
        self._words = f", and {describe(self._filter)}" if subscription.filters else ""
        patterns = subscription.events
        self._pattern = lru_cache(TYPES)(lambda event_type: _pattern(patterns, event_type))

    def wants(self, part: ParsedEvent) -> tuple[bool, str]:
        """Whether it wants a part of an event, and why."""
        pattern = self._pattern(part.type)
        if pattern is None:
            events = ", ".join(self.subscription.events)
            return False, f"{part.type} is not among its event types ({events})"
        if self._invalid is not None:
            return False, self._invalid
        try:
            matched, reason = matches(self._filter, part.attributes)
        except Exception as error:  # noqa: BLE001  # attributes come from a plugin
            return False, f"its filters cannot be applied: {place(error)}"
        if not matched:
            return False, reason
        return True, f"{part.type} is wanted ({pattern}){self._words}"


def _pattern(patterns: tuple[str, ...], event_type: str) -> str | None:
    return next((one for one in patterns if match_type(one, event_type)), None)
