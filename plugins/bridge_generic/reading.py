"""Careful reading of any JSON: by usual names, and as people write it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from bridge_generic.vocabulary import NAMES, TITLES, WRAPPERS

NONE = ("", None)
"""A field that is not there."""

Path = tuple[str, ...]
Fields = Mapping[str, tuple[str, Any]]
Places = list[tuple[Path, Fields]]

_DEEPEST = 3
_MOST_FIELDS = 500
_MOST_PLACES = 50
_LISTED = 5
_LONGEST_NAME = 80
_NAMES_KEPT = 1000
"""Names of fields whose words are kept: a sender uses the same ones again and again."""

_UNTIL = 4e9
"""Seconds since 1970 in the year 2096; milliseconds are a thousand times as many."""
_FROM = 1e9
_OTHERS = re.compile(r"[^a-z0-9]")
_TIMES = re.compile(r"(at|time|timestamp|date|created|updated|on)$")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_TOLD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")
_ACRONYM = re.compile(r"\b(id|url|arn|ip)\b")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def usual(name: str) -> str:
    """A field's name as the vocabulary has it."""
    return _OTHERS.sub("", name.lower())


def usual_fields(value: Mapping[str, Any]) -> Fields:
    """An object's fields by their usual names, each as the sender calls it and its value; of two alike the first."""
    fields: dict[str, tuple[str, Any]] = {}
    for name, inner in islice(value.items(), _MOST_FIELDS):
        fields.setdefault(usual(name), (name, inner))
    return fields


def places(payload: Mapping[str, Any]) -> Places:
    """The payload and the objects that it wraps the thing itself in, the outermost first, each with its path."""
    found: Places = []
    waiting: list[tuple[Path, Mapping[str, Any]]] = [((), payload)]
    while waiting and len(found) < _MOST_PLACES:
        path, value = waiting.pop(0)
        fields = usual_fields(value)
        found.append((path, fields))
        if len(path) < _DEEPEST:
            wrapped = (fields[name] for name in WRAPPERS if name in fields)
            waiting += [((*path, own), inner) for own, inner in wrapped if isinstance(inner, dict)]
    return found


def scalar(value: Any) -> str:
    """A text, a number or a yes or no, as text; anything else is empty."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else ""


def texts(fields: Fields, names: Iterable[str]) -> Iterator[str]:
    """What stands as text, number or yes or no in the fields of these names."""
    for name in names:
        if name in fields and (text := scalar(fields[name][1])):
            yield text


def named(value: Any) -> str:
    """What people call the object."""
    if not isinstance(value, dict):
        return scalar(value)
    return next(texts(usual_fields(value), NAMES), "")


def headline(value: Any) -> str:
    """What a line about the object would say."""
    if not isinstance(value, dict):
        return scalar(value)
    found = places(value)
    titles = (text for _, fields in found for text in texts(fields, TITLES))
    return next(titles, "") or next(texts(found[0][1], NAMES), "")


def listed(values: list[Any]) -> str:
    """The first few of a list in a line, and how many there are."""
    texts = list(filter(None, map(headline, values[:_LISTED])))
    if not texts:
        return f"{len(values)} item{'' if len(values) == 1 else 's'}" if values else ""
    shown = ", ".join(texts)
    return shown if len(texts) == len(values) else f"{shown} … ({len(values)} in all)"


def moment(name: str, value: Any) -> str:
    """A field's scalar as text; a time as `2026-11-23 14:05 UTC`."""
    text = scalar(value)
    try:
        if isinstance(value, str):
            if _ISO.fullmatch(text):
                when = datetime.fromisoformat(text)
                return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if when.tzinfo else text
        elif text and not isinstance(value, bool) and _TIMES.search(usual(name)):
            seconds = value / 1000 if value > _UNTIL else value
            if _FROM <= seconds <= _UNTIL:
                return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:  # a thirteenth month
        return text
    return text


def times(texts: Iterable[str]) -> tuple[str, ...]:
    """Those that are a time as `moment` tells it: a card tells them again in its reader's time zone."""
    return tuple(text for text in texts if _TOLD.fullmatch(text))


def words(path: tuple[str, ...]) -> str:
    """`labels.team_name` and `labels.teamName` as people write them."""
    said = ": ".join(filter(None, map(spoken, path)))[:_LONGEST_NAME]
    return said[:1].upper() + said[1:]


def spoken(name: str) -> str:
    """A field's name in words, as they stand within a sentence."""
    return _spoken(name[:_LONGEST_NAME])


@lru_cache(_NAMES_KEPT)
def _spoken(name: str) -> str:
    spaced = _CAMEL.sub(" ", name.lstrip("@#")).replace("_", " ").replace("-", " ")
    return _ACRONYM.sub(lambda found: found[0].upper(), spaced.strip().lower())
