"""Times and lengths of time, as systems write them and as people read them."""

import re
from datetime import UTC, datetime
from typing import Any, Final

_MILLISECONDS: Final = 1e11
"""From here on a number of seconds would be after the year 5000, so it is one of milliseconds."""

_NUMBER: Final = re.compile(r"-?\d{1,16}(\.\d{1,9})?")
_LONGEST: Final = 40
_SPACED_ZONE: Final = re.compile(r" (?=[+-]\d\d:?\d\d$)")
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def read_time(value: Any) -> datetime | None:
    """A time: ISO 8601 (in UTC where it names no zone), or a number of seconds or milliseconds since 1970. Never raises.

    `2026-11-23 14:05:00 UTC` and `2026-11-23 14:05:00 +0100`, as Ruby writes them, are read, too.
    """
    try:
        if isinstance(value, str):
            text = value.strip()
            if len(text) > _LONGEST:
                return None
            if not _NUMBER.fullmatch(text):
                at = datetime.fromisoformat(_SPACED_ZONE.sub("", text.removesuffix(" UTC")))
                return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
            value = float(text)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > _MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # a thirteenth month, or a year that is none
        return None
    return None


def length_of(seconds: float) -> str:
    """A length of time for people, in its two largest units: `45 s`, `3 min 12 s`, `2 h 5 min`, `3 days 4 h`."""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return _two(whole // _MINUTE, "min", whole % _MINUTE, "s")
    if whole < _DAY:
        return _two(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "min")
    days = whole // _DAY
    return _two(days, "day" if days == 1 else "days", whole % _DAY // _HOUR, "h")


def _two(large: int, unit: str, small: int, smaller_unit: str) -> str:
    return f"{large} {unit} {small} {smaller_unit}" if small else f"{large} {unit}"
