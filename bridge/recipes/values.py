"""What stands in a webhook as an event needs it: texts, event types, attributes, times and links. None of these raises."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from bridge.models import AttributeValue

LONGEST_TEXT: Final = 1000
"""Characters of an attribute, an object's key or a delivery id; more is nothing that people filter on."""

MOST_VALUES: Final = 200
"""Values of an attribute that has many."""

NAMES: Final = (
    *("name", "login", "title", "displayName", "username", "email", "summary", "#text", "text"),
    *("key", "id"),
)
"""Where an object says what it is called."""

_LONGEST_TYPE: Final = 100
_DOTS: Final = re.compile(r"[.:/]")
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")


def scalar(value: Any) -> str:
    """A text, a number or a yes or no, as text; anything else is empty."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def event_type(values: Iterable[Any]) -> str:
    """An event type out of what a sender calls it: `Door Opened` is `door_opened`, `orders/create` `orders.create`.

    Several are joined with dots.
    """
    words = (word for value in values for word in _DOTS.split(scalar(value).lower()))
    return ".".join(filter(None, (_SEPARATORS.sub("_", word).strip("_") for word in words)))[
        :_LONGEST_TYPE
    ].rstrip("._")


def key(values: Iterable[Any]) -> str | None:
    """What names a thing: the texts that there are, joined with slashes."""
    return "/".join(filter(None, map(scalar, values)))[:LONGEST_TEXT] or None


def attribute(value: Any) -> AttributeValue:
    """A value that can be filtered on: scalars as they are, of objects their names, lists as their texts."""
    if isinstance(value, list):
        return tuple(filter(None, (_named(one) for one in value[:MOST_VALUES])))
    if isinstance(value, Mapping):
        return _named(value) or None
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    return value if isinstance(value, int | float | bool) else None


def link(pieces: Iterable[Any]) -> str | None:
    """An address that a browser opens, of pieces that are all there."""
    texts = [scalar(piece) for piece in pieces]
    address = "".join(texts)
    return address if all(texts) and address.startswith(("https://", "http://")) else None


def _named(value: Any) -> str:
    if not isinstance(value, Mapping):
        return scalar(value)[:LONGEST_TEXT]
    names = islice(filter(None, (scalar(value.get(name)) for name in NAMES)), 1)
    return next(names, "")[:LONGEST_TEXT]
