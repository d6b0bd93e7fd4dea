"""Dotted paths into JSON: `repository.owner.name`, `commits.0.id`."""

from collections.abc import Mapping
from typing import Any

_DIGITS = 5


def look_up(value: Any, path: str) -> Any:
    """What stands at a path, or None."""
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif (
            isinstance(value, list) and step.isascii() and step.isdecimal() and len(step) <= _DIGITS
        ):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value
