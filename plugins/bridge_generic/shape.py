"""Finds in any JSON what a card needs: a title, a text, a link, a severity, who did it, and the facts that are left."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
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
    spoken,
    texts,
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
_MOST_FIELDS = 1000
_OPAQUE = re.compile(r"[0-9a-fA-F-]{16,}|arn:.*")
_DULL = frozenset({"ID", "uuid", "key", "hash"})
_SECRET = re.compile("|".join(SECRETS))
_ELSEWHERE = re.compile("|".join(OTHER_LINKS))


@dataclass(frozen=True, slots=True)
class Shape:
    """What was found. `facts` are names with values in the payload's order, telling ones first; `more` are left out.

    `kind` is what the payload itself calls its event.
    """

    title: str = ""
    text: str = ""
    url: str = ""
    level: str = ""
    accent: str = "neutral"
    actor: str = ""
    actor_is_bot: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    more: int = 0
    kind: str = "received"


def shape(payload: Any) -> Shape:
    """Look through a payload of any form."""
    payload = _unwrapped(payload)
    if isinstance(payload, list):
        return Shape(text=listed(payload))
    if not isinstance(payload, dict):
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
    left = list(_telling(islice(_walk(payload, used), _MOST_FIELDS)))
    left.sort(key=_dull)
    facts = tuple((_name(path), value) for path, value in left[:MOST_FACTS])
    return _with_title(
        Shape(
            title=title,
            text=text,
            url=url,
            level=level,
            accent=colour,
            actor=actor,
            actor_is_bot=is_bot,
            facts=facts,
            more=len(left) - len(facts),
            kind=_kind(found),
        )
    )


def _unwrapped(payload: Any) -> Any:
    """What is in an object around everything, as in the root of an XML document."""
    for _ in range(_DEEPEST):
        if not isinstance(payload, dict) or len(payload) != 1:
            break
        (inner,) = payload.values()
        if not isinstance(inner, dict):
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


def _kind(found: Places) -> str:
    for _, fields in found:
        for name in TYPES:
            if name in fields:
                value = fields[name][1]
                if isinstance(value, str) and (named := event_type([value])):
                    return named
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
            if name in fields:
                own, value = fields[name]
                if isinstance(value, str | int) and (text := scalar(value)):
                    used.add((*path, own))
                    return text
    return ""


def _levels(found: Places, names: tuple[str, ...]) -> Iterator[str]:
    return (text for _, fields in found for text in texts(fields, names))


def _link(found: Places, used: set[Path]) -> str:
    for path, fields in found:
        known = (name for name in LINKS if name in fields)
        for name in chain(known, filter(_leads_there, fields)):
            own, value = fields[name]
            if isinstance(value, str) and value.startswith(("https://", "http://")):
                used.add((*path, own))
                return value
    return ""


def _leads_there(name: str) -> bool:
    return name.endswith(("url", "link")) and not _ELSEWHERE.search(name)


def _actor(found: Places, used: set[Path]) -> tuple[str, bool]:
    for path, fields in found:
        for name in ACTORS:
            if name in fields:
                own, value = fields[name]
                if text := named(value):
                    used.add((*path, own))
                    return text, text.endswith("[bot]") or _is_bot(value)
    return "", False


def _is_bot(actor: Any) -> bool:
    fields = usual_fields(actor) if isinstance(actor, dict) else {}
    kind_of_actor = scalar(fields.get("type", NONE)[1]).lower()
    return kind_of_actor in {"bot", "app", "application"} or any(
        fields.get(name, NONE)[1] is True for name in ("isbot", "bot")
    )


def _walk(value: Mapping[str, Any], used: set[Path], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every field with what it says: nothing where it has a place in the card already, or is a secret."""
    for name, inner in value.items():
        here = (*path, name)
        if here in used or _SECRET.search(usual(name)):
            yield here, ""
        elif isinstance(inner, dict):
            yield here, ""
            if len(here) < _DEEPEST:
                yield from _walk(inner, used, here)
        elif isinstance(inner, list):
            yield here, listed(inner)
        else:
            yield here, moment(name, inner)


def _telling(fields: Iterable[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    """The fields that say something of use in a card, none twice."""
    said = set()
    for path, value in fields:
        if value and (path[-1], value) not in said and not _leads_elsewhere(path[-1], value):
            said.add((path[-1], value))
            yield path, value


def _leads_elsewhere(name: str, value: str) -> bool:
    is_link = value.startswith(("https://", "http://"))
    return is_link and _ELSEWHERE.search(usual(name)) is not None


def _dull(field: tuple[Path, str]) -> bool:
    """Whether a field says little to people: it goes behind those that do."""
    path, value = field
    return (
        usual(path[-1]) in ENVELOPE
        or spoken(path[-1]).rpartition(" ")[2] in _DULL
        or _OPAQUE.fullmatch(value) is not None
    )


def _name(path: Path) -> str:
    """A fact's name: what is in a wrapper is named as if it stood outside, and an XML element's text as the element."""
    path = path[:-1] if path[-1] == XML_TEXT and len(path) > 1 else path
    outer = [step for step in path[:-1] if usual(step) not in WRAPPERS]
    return words((*outer[-1:], path[-1]))
