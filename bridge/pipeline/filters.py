"""Which events a subscription wants: event type patterns, and filters over attributes. Pure.

A filter is read once into frozen records (`check_filters`); `matching` then says of an event whether it holds, and why.
`*` in a pattern stands for anything, also nothing; letters' case never matters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from bridge.errors import Invalid
from bridge.texts import say

MAX_DEPTH: Final = 8
MAX_FILTERS: Final = 200
MAX_PATTERNS: Final = 200
MAX_LENGTH: Final = 300
_OPERATORS: Final = ("any_of", "all_of", "none_of")


@dataclass(frozen=True, slots=True)
class Condition:
    """What one attribute must be: everything given here must hold."""

    attribute: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    empty: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Several filters of which all, or any, must hold."""

    kind: Literal["all", "any"]
    filters: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A filter that must not hold."""

    filter: "Filter"


Filter: TypeAlias = Condition | Group | Not

EVERYTHING: Final = Group("all", ())
"""The filter that leaves out nothing."""


def match_pattern(pattern: str, value: str) -> bool:
    """Whether a value is what the pattern says. Takes time proportional to the lengths, whatever the pattern."""
    pieces, text = pattern.casefold().split("*"), value.casefold()
    return text == pieces[0] if len(pieces) == 1 else match_pieces(pieces, text)


def match_pieces(pieces: Sequence[str], text: str) -> bool:
    """Whether a text is these pieces, at least two, with anything between them."""
    first, *middle, last = pieces
    if not text.startswith(first):
        return False
    position = len(first)
    for piece in middle:
        found = text.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    return len(text) - len(last) >= position and text.endswith(last)


def match_type(pattern: str, event_type: str) -> bool:
    """Whether an event type is what the pattern says: `pull_request` means itself and all its actions."""
    return match_pattern(pattern, event_type) or match_pattern(f"{pattern}.*", event_type)


def check_filters(given: Any, field: str = "filters") -> Filter:
    """Read a filter as the outside faces give it; `{}` leaves out nothing. Raises `Invalid` with every problem's name."""
    if given is None or given == {}:
        return EVERYTHING
    reading = _Reading()
    found = reading.filter(given, field, 1)
    if reading.problems:
        raise Invalid(reading.problems)
    return found


def _patterns(given: Any, field: str, problems: dict[str, str]) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not given:
        problems[field] = say("Give a list of at least one pattern.")
        return ()
    if len(given) > MAX_PATTERNS:
        problems[field] = say("Give at most {most} patterns.", most=MAX_PATTERNS)
        return ()
    for number, one in enumerate(given):
        if not isinstance(one, str) or not one.strip():
            problems[f"{field}.{number}"] = say("A pattern is a text that is not empty.")
        elif len(one) > MAX_LENGTH:
            problems[f"{field}.{number}"] = say(
                "A pattern has at most {most} characters.", most=MAX_LENGTH
            )
    return tuple(one.strip() for one in given if isinstance(one, str))


class _Reading:
    """Reads a filter and gathers what is wrong with it, so that all of it can be mended at once."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}
        self.filters = 0

    def filter(self, given: Any, field: str, depth: int) -> Filter:
        self.filters += 1
        if self.filters > MAX_FILTERS:
            return self.wrong(field, say("Give at most {most} filters in all.", most=MAX_FILTERS))
        if depth > MAX_DEPTH:
            return self.wrong(
                field, say("Filters may be nested at most {most} deep.", most=MAX_DEPTH)
            )
        if isinstance(given, Mapping):
            return self.object(given, field, depth)
        return self.wrong(field, say("A filter is an object."))

    def object(self, given: Mapping[str, Any], field: str, depth: int) -> Filter:
        groups = [kind for kind in ("all", "any", "not") if kind in given]
        if "attribute" in given and not groups:
            return self.condition(given, field)
        if len(groups) != 1 or len(given) != 1:
            return self.wrong(
                field,
                say("A filter has either `attribute` or exactly one of `all`, `any` and `not`."),
            )
        if groups == ["not"]:
            return Not(self.filter(given["not"], f"{field}.not", depth + 1))
        return self.group("all" if groups == ["all"] else "any", given, field, depth)

    def group(
        self, kind: Literal["all", "any"], given: Mapping[str, Any], field: str, depth: int
    ) -> Filter:
        inner = given[kind]
        if not isinstance(inner, list | tuple):
            return self.wrong(f"{field}.{kind}", say("Give a list of filters."))
        if kind == "any" and not inner:
            return self.wrong(
                f"{field}.any", say("Give at least one filter: nothing can match none.")
            )
        if len(inner) > MAX_FILTERS:
            return self.wrong(
                f"{field}.{kind}", say("Give at most {most} filters.", most=MAX_FILTERS)
            )
        return Group(
            kind,
            tuple(
                self.filter(one, f"{field}.{kind}.{number}", depth + 1)
                for number, one in enumerate(inner)
            ),
        )

    def condition(self, given: Mapping[str, Any], field: str) -> Filter:
        attribute = given["attribute"]
        if not isinstance(attribute, str) or not 0 < len(attribute.strip()) <= MAX_LENGTH:
            return self.wrong(f"{field}.attribute", say("Name an attribute of the source."))
        for name in given.keys() - {"attribute", "empty", *_OPERATORS}:
            self.problems[f"{field}.{name}"[:MAX_LENGTH]] = say(
                "A condition has only any_of, all_of, none_of and empty."
            )
        if not given.keys() & {"empty", *_OPERATORS}:
            return self.wrong(field, say("Say any_of, all_of, none_of or empty."))
        empty = given.get("empty")
        if "empty" in given and not isinstance(empty, bool):
            return self.wrong(f"{field}.empty", say("Say true or false."))
        lists = {
            name: _patterns(given[name], f"{field}.{name}", self.problems)
            for name in _OPERATORS
            if name in given
        }
        return Condition(attribute.strip(), **lists, empty=empty)

    def wrong(self, field: str, sentence: str) -> Filter:
        self.problems[field] = sentence
        return EVERYTHING
