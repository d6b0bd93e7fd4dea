"""Finds in any JSON what a card needs: a title, a text, a link, a severity, who did it, and the facts that are left."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bridge.plugin import event_type
from bridge_generic.reading import (
    NONE,
    Path,
    Places,
    listed,
    moment,
    named,
    places,
    scalar,
    usual,
    usual_fields,
    words,
)
from bridge_generic.vocabulary import (
    ACTORS,
    BAD,
    ENVELOPE,
    GOOD,
    LEVELS,
    LINKS,
    OTHER_LINKS,
    OUTCOMES,
    SECRETS,
    TEXTS,
    TITLES,
    TYPES,
    WARNING,
    WRAPPERS,
    XML_TEXT,
)

MOST_FACTS = 12
_LONGEST_TITLE = 200
_DEEPEST = 4
_MOST_FIELDS = 500
_OPAQUE = re.compile(r"[0-9a-fA-F-]{16,}|arn:.*")


@dataclass(frozen=True, slots=True)
class Shape:
    """What was found. `facts` are names with values in the payload's order, telling ones first; `more` are left out."""

    title: str = ""
    text: str = ""
    url: str = ""
    level: str = ""
    accent: str = "neutral"
    actor: str = ""
    actor_is_bot: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    more: int = 0


def shape(payload: Any) -> Shape:
    """Look through a payload of any form."""
    payload = _unwrapped(payload)
    if isinstance(payload, list):
        return Shape(text=listed(payload))
    if not isinstance(payload, Mapping):
        return _with_title(Shape(text=scalar(payload)))
    found = places(payload)
    used: set[Path] = set()
    title = _first(found, TITLES, used)
    text = _first(found, TEXTS, used)
    url = _link(found, used)
    actor, is_bot = _actor(found, used)
    title = title or _first(found, ("name",), used)
    level = next(_levels(found, LEVELS), "")
    colours = map(accent, _levels(found, OUTCOMES))
    colour = next((colour for colour in colours if colour != "neutral"), "neutral")
    left = list(_without_repeats(_fields(payload), used))
    left.sort(key=lambda pair: _dull(*pair))
    facts = tuple((_name(path), value) for path, value in left[:MOST_FACTS])
    more = len(left) - len(facts)
    return _with_title(Shape(title, text, url, level, colour, actor, is_bot, facts, more))


def _unwrapped(payload: Any) -> Any:
    """What is in an object around everything, as in the root of an XML document."""
    for _ in range(_DEEPEST):
        if not isinstance(payload, Mapping) or len(payload) != 1:
            break
        (inner,) = payload.values()
        if not isinstance(inner, Mapping):
            break
        payload = inner
    return payload


def _with_title(found: Shape) -> Shape:
    """A text that stands alone begins with its title."""
    if found.title and found.title != found.text:
        return found
    first, _, rest = found.text.partition("\n")
    if not first.strip() or len(first) > _LONGEST_TITLE:
        return found
    return replace(found, title=first.strip(), text=rest.strip())


def kind(payload: Any) -> str:
    """What a payload itself calls its event, or `received`."""
    payload = _unwrapped(payload)
    if isinstance(payload, Mapping):
        for _, fields in places(payload):
            for name in TYPES:
                value = fields.get(name, NONE)[1]
                if isinstance(value, str) and (found := event_type([value])):
                    return found
    return "received"


def accent(level: str) -> str:
    """The colour of a severity, a level or a status."""
    word = level.lower()
    if word in GOOD:
        return "good"
    if word in BAD:
        return "attention"
    return "warning" if word in WARNING else "neutral"


def _first(found: Places, names: tuple[str, ...], used: set[Path]) -> str:
    for path, fields in found:
        for name in names:
            own, value = fields.get(name, NONE)
            if isinstance(value, str | int) and (text := scalar(value)):
                used.add((*path, own))
                return text
    return ""


def _levels(found: Places, names: tuple[str, ...]) -> Iterator[str]:
    values = (fields.get(name, NONE)[1] for _, fields in found for name in names)
    return filter(None, map(scalar, values))


def _link(found: Places, used: set[Path]) -> str:
    for path, fields in found:
        known = [fields.get(name, NONE) for name in LINKS]
        others = [pair for name, pair in fields.items() if _leads_there(name)]
        for own, value in (*known, *others):
            if isinstance(value, str) and value.startswith(("https://", "http://")):
                used.add((*path, own))
                return value
    return ""


def _leads_there(name: str) -> bool:
    return name.endswith(("url", "link")) and not any(other in name for other in OTHER_LINKS)


def _actor(found: Places, used: set[Path]) -> tuple[str, bool]:
    for path, fields in found:
        for name in ACTORS:
            own, value = fields.get(name, NONE)
            if text := named(value):
                used.add((*path, own))
                return text, text.endswith("[bot]") or _is_bot(value)
    return "", False


def _is_bot(actor: Any) -> bool:
    fields = usual_fields(actor) if isinstance(actor, Mapping) else {}
    kind_of_actor = scalar(fields.get("type", NONE)[1]).lower()
    return kind_of_actor in {"bot", "app", "application"} or any(
        fields.get(name, NONE)[1] is True for name in ("isbot", "bot")
    )


def _fields(payload: Mapping[str, Any]) -> list[tuple[Path, str]]:
    fields = []
    for path, value in _walk(payload, ()):
        if value:
            fields.append((path, value))
        if len(fields) == _MOST_FIELDS:
            break
    return fields


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping):
        if len(path) < _DEEPEST:
            for name, inner in value.items():
                yield from _walk(inner, (*path, str(name)))
    elif isinstance(value, list):
        yield path, listed(value)
    else:
        yield path, moment(path[-1], value)


def _without_repeats(fields: list[tuple[Path, str]], used: set[Path]) -> Iterator[tuple[Path, str]]:
    """The fields that have no place in the card yet, nor are in an object that has, and none twice."""
    said = set()
    for path, value in fields:
        taken = any(path[: len(other)] == other for other in used)
        if not taken and (path[-1], value) not in said and not _hidden(path, value):
            said.add((path[-1], value))
            yield path, value


def _hidden(path: Path, value: str) -> bool:
    """Whether a field is a secret, or a link that is of no use in a card."""
    names = [usual(step) for step in path]
    if any(secret in name for name in names for secret in SECRETS):
        return True
    is_link = value.startswith(("https://", "http://"))
    return is_link and any(other in names[-1] for other in OTHER_LINKS)


def _dull(path: Path, value: str) -> bool:
    """Whether a field says little to people: it goes behind those that do."""
    last = words(path[-1:]).lower().split()[-1:]
    return (
        usual(path[-1]) in ENVELOPE
        or last in (["id"], ["uuid"], ["key"], ["hash"])
        or _OPAQUE.fullmatch(value) is not None
    )


def _name(path: Path) -> str:
    """A fact's name: what is in a wrapper is named as if it stood outside, and an XML element's text as the element."""
    path = path[:-1] if path[-1] == XML_TEXT and len(path) > 1 else path
    outer = [step for step in path[:-1] if usual(step) not in WRAPPERS]
    return words((*outer[-1:], path[-1]))
