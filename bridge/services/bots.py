"""Leaving out what programs do: one condition, switched on and off without touching the rest of a filter. Pure."""

from collections.abc import Mapping
from typing import Any, Final

PEOPLE: Final[Mapping[str, Any]] = {"attribute": "actor_is_bot", "none_of": ["true"]}
"""The filter that leaves out bots. What is not known to be one's doing is let through."""


def without_bots(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filter, and nothing that bots do."""
    if leaves_out_bots(filters):
        return dict(filters)
    before = filters["all"] if set(filters) == {"all"} else [filters] if filters else []
    return {"all": [*before, dict(PEOPLE)]}


def with_bots(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filter less the condition that leaves out bots, where that stands by itself or beside the others."""
    if _is_people(filters):
        return {}
    if set(filters) != {"all"}:
        return dict(filters)
    left = [one for one in filters["all"] if not _is_people(one)]
    return {"all": left} if left else {}


def leaves_out_bots(filters: Mapping[str, Any]) -> bool:
    """Whether the condition is there, by itself or beside the others."""
    return _is_people(filters) or (set(filters) == {"all"} and any(map(_is_people, filters["all"])))


def _is_people(one: Any) -> bool:
    return bool(one == PEOPLE)
