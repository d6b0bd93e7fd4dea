"""Careful reading of payloads whose fields may be missing, null or of another kind than expected."""

from collections.abc import Mapping
from typing import Any


def node(value: Any, *path: str) -> Mapping[str, Any]:
    """The object at a path, or an empty one."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def nodes(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """Text or a number as text; anything else is none."""
    if isinstance(value, bool):
        return ""
    return str(value).strip() if isinstance(value, str | int | float) else ""


def named(value: Any) -> str:
    """What people call the object: its display name, name, value or key."""
    if not isinstance(value, Mapping):
        return text(value)
    names = (text(value.get(name)) for name in ("displayName", "name", "value", "key"))
    return next(filter(None, names), "")


def names(value: Any) -> tuple[str, ...]:
    """What people call each of a list."""
    return tuple(filter(None, map(named, value))) if isinstance(value, list) else ()
