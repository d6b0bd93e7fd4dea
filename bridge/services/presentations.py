"""How a subscription's cards are to look, checked: every fault in one sentence beside the name of its input."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, TypeAlias
from zoneinfo import available_timezones

from bridge.cards import bounded
from bridge.cards.presentation import ACCENTS, AUTO, LEAST_TEXT, STYLES, zone_of
from bridge.services.validation import Problems, one_of, pattern_fault
from bridge.source import Source
from bridge.texts import say, together

FACTS: Final = 50
NAME_LENGTH: Final = 100
MOST_TEXT: Final = 5000
"""Characters."""

TEMPLATES: Final = 20
TOLD: Final = 5
"""Faults of one template that are told at once."""

Faults: TypeAlias = Iterator[tuple[str, str]]
"""Where a fault is, as the rest of a dotted name, and its sentence."""


def check_presentation(
    problems: Problems, presentation: Mapping[str, Any], source: Source | None
) -> None:
    """What a subscription asks for. `source` is None where it is not known, which is said elsewhere."""
    for name, value in presentation.items():
        check = _CHECKS.get(name)
        if check is None:
            there = say("There is no such setting. There are: {known}.", known=", ".join(_CHECKS))
            problems.add(f"presentation.{name}", there)
            continue
        for where, sentence in check(value, source):
            problems.add(f"presentation.{name}{where}", sentence)


def _style(value: Any, _: Source | None) -> Faults:
    if value not in STYLES:
        yield "", one_of(STYLES)


def _accent(value: Any, _: Source | None) -> Faults:
    if value not in (AUTO, *ACCENTS):
        words = ", ".join((AUTO, *ACCENTS))
        yield "", say("One of {words}; {auto} is what the source gives.", words=words, auto=AUTO)


def _facts(value: Any, _: Source | None) -> Faults:
    names, where = value, ""
    if isinstance(value, Mapping) and list(value) == ["except"]:
        names, where = value["except"], ".except"
    if not isinstance(names, list | tuple):
        yield (
            where,
            say('A list of names of facts, or {"except": [names]} for all but these.'),
        )
        return
    if len(names) > FACTS:
        yield where, say("At most {most} names.", most=FACTS)
    for position, name in enumerate(names[:FACTS]):
        if not isinstance(name, str) or not name.strip() or len(name) > NAME_LENGTH:
            yield (
                f"{where}.{position}",
                say("The name of a fact, of at most {most} characters.", most=NAME_LENGTH),
            )


def _text(value: Any, _: Source | None) -> Faults:
    number = isinstance(value, int) and not isinstance(value, bool)
    if not number or not (value == 0 or LEAST_TEXT <= value <= MOST_TEXT):
        yield (
            "",
            say(
                "How many characters: from {least} to {most}, or 0 for no text. "
                "Leave it out for what the source shows.",
                least=LEAST_TEXT,
                most=MOST_TEXT,
            ),
        )


def _time_zone(value: Any, _: Source | None) -> Faults:
    if not isinstance(value, str):
        yield "", say("A time zone by its name, such as Europe/Berlin.")
        return
    try:
        zone_of(value)
    except ValueError:
        near = _near_zones(value)
        yield (
            "",
            say("There is no such time zone. Did you mean {near}?", near=near)
            if near
            else say("There is no such time zone. Name one as in Europe/Berlin or UTC."),
        )


def _near_zones(name: str) -> str | None:
    """The zone that somebody who wrote this most likely meant, by its whole name or its city's."""
    words = "_".join(name.split()).casefold()
    known = {zone.casefold(): zone for zone in sorted(available_timezones())}
    cities = {zone.rpartition("/")[2]: full for zone, full in known.items()}
    found = get_close_matches(words, known, n=1, cutoff=0.8) or get_close_matches(
        words.rpartition("/")[2], cities, n=1, cutoff=0.8
    )
    return (known.get(found[0]) or cities[found[0]]) if found else None


def _template(value: Any, source: Source | None) -> Faults:
    texts = {"": value} if isinstance(value, str) else value
    if not isinstance(texts, Mapping) or not 1 <= len(texts) <= TEMPLATES:
        yield (
            "",
            say(
                "A Jinja template, or an object of at most {most} event types with one each.",
                most=TEMPLATES,
            ),
        )
        return
    for pattern, text in texts.items():
        where = f".{pattern}" if pattern else ""
        if pattern and source and (fault := pattern_fault(pattern, source)):
            yield where, fault
        elif not isinstance(text, str) or not text.strip():
            yield where, say("A Jinja template: a text.")
        elif faults := bounded.check(text):
            yield where, together(fault.sentence for fault in faults[:TOLD])
    length = sum(len(text) for text in texts.values() if isinstance(text, str))
    if length > bounded.CHARACTERS:
        yield "", say("Together at most {most} characters.", most=bounded.CHARACTERS)


def _mentions(value: Any, _: Source | None) -> Faults:
    if not isinstance(value, bool):
        yield "", say("true or false: whether people whom a card is for are mentioned.")


_CHECKS: Final[Mapping[str, Callable[[Any, Source | None], Faults]]] = {
    "style": _style,
    "accent": _accent,
    "facts": _facts,
    "text": _text,
    "time_zone": _time_zone,
    "template": _template,
    "mentions": _mentions,
}
