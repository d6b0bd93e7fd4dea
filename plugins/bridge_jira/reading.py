"""Careful reading of payloads whose fields may be missing, null or of another kind than expected."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Object: TypeAlias = Mapping[str, Any]
"""A JSON object."""

_NOTHING: Object = {}
_NAMES = ("displayName", "name", "value", "key")


def node(value: Any, *path: str) -> Object:
    """The object at a path, or an empty one."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else _NOTHING


def nodes(value: Any) -> list[Object]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """Text or a number as text; anything else is none."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, int | float) else ""


def named(value: Any) -> str:
    """What people call the object: its display name, name, value or key."""
    if not isinstance(value, dict):
        return text(value)
    for name in _NAMES:
        found = text(value.get(name))
        if found:
            return found
    return ""


def names(value: Any) -> tuple[str, ...]:
    """What people call each of a list."""
    return tuple(filter(None, map(named, value))) if isinstance(value, list) else ()


def link(value: Any) -> str:
    """A web address, or nothing."""
    address = text(value)
    return address if address.startswith(("https://", "http://")) else ""
