"""Finds in any JSON what a card needs: a title, a text, a link, a severity, who did it, and the facts that are left."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TITLES = ("title", "subject", "summary", "headline", "name", "event_name", "alertname")
TEXTS = ("text", "message", "description", "body", "details", "content")
LINKS = ("url", "html_url", "link", "href", "web_url", "permalink", "details_url")
LEVELS = ("severity", "level", "status", "state", "priority", "result", "conclusion")
TYPES = ("event_type", "event", "type", "action", "kind")
ACTORS = ("actor", "user", "author", "sender", "username", "created_by", "triggered_by")
NAMES = ("display_name", "displayName", "name", "login", "username", "email", "id")
INNER = ("data", "payload", "alert", "incident", "issue", "object", "resource")
"""Objects that senders wrap the thing itself in."""

GOOD = {
    "ok",
    "good",
    "success",
    "succeeded",
    "successful",
    "passed",
    "resolved",
    "up",
    "healthy",
    "done",
    "completed",
}
BAD = {
    "critical",
    "error",
    "errored",
    "fatal",
    "failed",
    "failure",
    "down",
    "alert",
    "firing",
    "high",
    "emergency",
    "broken",
}
WARNING = {"warning", "warn", "degraded", "medium", "unstable", "pending", "minor"}

MOST_FACTS = 12
_LONGEST_FACT = 200
_DEEPEST = 3
_TYPE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Shape:
    """What was found. `facts` are names with values in the payload's order."""

    title: str = ""
    text: str = ""
    url: str = ""
    level: str = ""
    actor: str = ""
    actor_is_bot: bool = False
    facts: tuple[tuple[str, str], ...] = field(default=())
    more: int = 0


def shape(payload: Any) -> Shape:
    """Look through a payload of any form."""
    if not isinstance(payload, Mapping):
        return Shape(text=_scalar(payload) if not isinstance(payload, list) else _listed(payload))
    used: set[str] = set()
    title = _first(payload, TITLES, used)
    text = _first(payload, TEXTS, used)
    url = _link(payload, used)
    level = _first(payload, LEVELS, set())
    actor, is_bot = _actor(payload, used)
    if not title and len(text) <= _LONGEST_FACT and "\n" not in text:
        title, text = text, ""
    found = [pair for pair in _facts(payload) if not _used(pair[0], used)]
    facts = tuple((_words(path), value) for path, value in found[:MOST_FACTS])
    return Shape(title, text, url, level, actor, is_bot, facts, len(found) - len(facts))


def event_type(value: Any) -> str:
    """An event type out of what a sender calls it: `Door Opened` is `door_opened`, dots stay."""
    words = (_TYPE.sub("_", part.lower()).strip("_") for part in _scalar(value).split("."))
    return ".".join(filter(None, words))[:100]


def kind(payload: Any) -> str:
    """What a payload itself calls its event, or `received`."""
    if isinstance(payload, Mapping):
        for name in TYPES:
            if isinstance(payload.get(name), str) and (found := event_type(payload[name])):
                return found
    return "received"


def accent(level: str) -> str:
    """The colour of a severity, a level or a status."""
    word = level.strip().lower()
    if word in GOOD:
        return "good"
    if word in BAD:
        return "attention"
    return "warning" if word in WARNING else "neutral"


def attribute(value: Any) -> str | int | float | bool | tuple[str, ...] | None:
    """A value that can be filtered on: scalars as they are, lists as their texts."""
    if isinstance(value, list):
        return tuple(filter(None, map(_scalar, value)))
    if isinstance(value, Mapping):
        return _named(value) or None
    return value if isinstance(value, str | int | float | bool) else None


def _first(payload: Mapping[str, Any], names: Sequence[str], used: set[str]) -> str:
    for prefix, where in _places(payload):
        for name in names:
            if text := _scalar(where.get(name)).strip():
                used.add(prefix + name)
                return text
    return ""


def _places(payload: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "", payload
    for name in INNER:
        inner = payload.get(name)
        if isinstance(inner, Mapping):
            yield f"{name}.", inner


def _link(payload: Mapping[str, Any], used: set[str]) -> str:
    for prefix, where in _places(payload):
        for name in LINKS:
            value = where.get(name)
            if isinstance(value, str) and value.startswith(("https://", "http://")):
                used.add(prefix + name)
                return value
    return ""


def _actor(payload: Mapping[str, Any], used: set[str]) -> tuple[str, bool]:
    for prefix, where in _places(payload):
        for name in ACTORS:
            value = where.get(name)
            text = _named(value) if isinstance(value, Mapping) else _scalar(value)
            if text:
                used.add(prefix + name)
                is_bot = isinstance(value, Mapping) and (
                    value.get("is_bot") is True or str(value.get("type")).lower() == "bot"
                )
                return text, is_bot or text.endswith("[bot]")
    return "", False


def _named(value: Mapping[str, Any]) -> str:
    return next((text for name in NAMES if (text := _scalar(value.get(name)))), "")


def _facts(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and depth < _DEEPEST:
        for name, inner in value.items():
            yield from _facts(inner, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(value, list):
        if text := _listed(value):
            yield path, text
    elif not isinstance(value, Mapping) and (text := _scalar(value)):
        yield path, text


def _listed(values: list[Any]) -> str:
    texts = [_named(value) if isinstance(value, Mapping) else _scalar(value) for value in values]
    texts = list(filter(None, texts))
    if not texts:
        return f"{len(values)} items" if values else ""
    shown = ", ".join(texts[:5])
    return shown if len(texts) == len(values) <= 5 else f"{shown} … ({len(values)} in all)"  # noqa: PLR2004  # as many as are shown


def _used(path: str, used: set[str]) -> bool:
    """Whether a field, or the object it is in, has its place in the card already."""
    return any(path == name or path.startswith(f"{name}.") for name in used)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, str | int | float) else ""


def _words(path: str) -> str:
    """`labels.team_name` and `teamName` as people write them."""
    steps = (re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", step) for step in path.split("."))
    words = ": ".join(step.replace("_", " ").replace("-", " ").strip() for step in steps)
    return words[:1].upper() + words[1:80].lower()
