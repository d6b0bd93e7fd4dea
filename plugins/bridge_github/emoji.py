"""GitHub's short names of emoji, `:rocket:`, as the signs that GitHub shows for them: everywhere but in code."""

import re
from collections.abc import Mapping
from typing import Any

from rich.emoji import Emoji

_NAMES = re.compile(r"(?<![\w:/])(?::[a-z0-9_+-]+:)+(?![\w:])")
_CODE = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`)", re.DOTALL)
_LEAST = 2
"""Colons of a name."""


def with_emoji(context: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a card is made of, with the signs in place of their names; a name that is none's stays. Most have none."""
    if not any(map(_has, context.values())):
        return context
    return {name: _shown(value) for name, value in context.items()}


def _has(value: Any) -> bool:
    kind = type(value)
    if kind is str:
        return value.count(":") >= _LEAST and _NAMES.search(value) is not None
    if kind is dict:
        value = value.values()
    elif kind is not list and kind is not tuple:
        return False
    for item in value:  # noqa: SIM110  # a generator would take twice as long
        if _has(item):
            return True
    return False


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        parts = _CODE.split(value)
        parts[::2] = [
            _NAMES.sub(lambda names: Emoji.replace(names[0]), part) for part in parts[::2]
        ]
        return "".join(parts)
    if isinstance(value, dict):
        return {name: _shown(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_shown, value))
    return value
