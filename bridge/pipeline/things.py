"""What an event is about and when that happened, as far as it can be compared with what others say."""

from datetime import UTC, datetime
from typing import Final

from bridge.models import ParsedEvent

LONGEST: Final = 500
"""Characters of the name of an object: a longer one is none."""


def object_of(part: ParsedEvent) -> str | None:
    """The name of the object, if it has one."""
    name = part.object
    return name if name and len(name) <= LONGEST else None


def time_of(part: ParsedEvent) -> datetime | None:
    """The vendor's time, as it is kept: in UTC and to the millisecond."""
    if part.at is None:
        return None
    try:
        at = part.at.astimezone(UTC)
    except OverflowError:  # before the first or after the last year
        return None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
