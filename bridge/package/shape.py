"""The shapes that a part of a manifest may have, each with the schema versions in which it may: pure, no vendor's words.

A version is the number behind the dot: 17 is 1.17. Looking at a manifest gives its faults; fitting one to a version
gives what is left of it there, and what had to go.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from bridge.package.faults import Fault

FOR_EVER: Final = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """The versions from `first` to `last`."""

    first: int = 0
    last: int = FOR_EVER

    def __contains__(self, version: int) -> bool:
        return self.first <= version <= self.last


ALWAYS: Final = Span()


@dataclass(frozen=True, slots=True)
class Anything:
    """What is not looked into."""


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most so many characters; where `pattern` is given, `form` says in words what it asks for."""

    longest: int | None = None
    pattern: str | None = None
    form: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words, each with its versions."""

    words: Mapping[str, Span]

    def allowed(self, version: int) -> list[str]:
        """The words of a version."""
        return [word for word, span in self.words.items() if version in span]


@dataclass(frozen=True, slots=True)
class Items:
    """A list of one shape. `most` has how many there may be from a version on, oldest first."""

    of: "Shape"
    most: tuple[tuple[int, int], ...] = ()

    def limit(self, version: int) -> int | None:
        """How many there may be in a version."""
        found = [most for since, most in self.most if since <= version]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object: its shape, the versions that know it, and those that ask for it."""

    shape: "Shape"
    known: Span = ALWAYS
    needed: tuple[Span, ...] = ()

    def is_needed(self, version: int) -> bool:
        """Whether a version asks for it."""
        return any(version in span for span in self.needed)


@dataclass(frozen=True, slots=True)
class Fields:
    """An object with these fields and no others."""

    fields: Mapping[str, Field] = field(default_factory=dict)

    def known(self, version: int) -> dict[str, Field]:
        """The fields of a version."""
        return {name: one for name, one in self.fields.items() if version in one.known}


Shape: TypeAlias = Anything | Flag | Text | Choice | Items | Fields

_Found: TypeAlias = Iterator[Fault]


def look(shape: Shape, value: Any, version: int, where: str = "") -> _Found:
    """What is wrong with a value by its shape."""
    match shape:
        case Anything():
            return
        case Flag():
            if not isinstance(value, bool):
                yield Fault(where, "This is neither true nor false.", "Write true or false.")
        case Text():
            yield from _look_at_text(shape, value, where)
        case Choice():
            yield from _look_at_choice(shape, value, version, where)
        case Items():
            yield from _look_at_items(shape, value, version, where)
        case Fields():
            yield from _look_at_fields(shape, value, version, where)


def _look_at_choice(shape: Choice, value: Any, version: int, where: str) -> _Found:
    allowed = shape.allowed(version)
    if value not in allowed:
        problem = f"Version 1.{version} has no {_shown(value)} here."
        yield Fault(where, problem, f"Use {', '.join(allowed)}.")


def _look_at_items(shape: Items, value: Any, version: int, where: str) -> _Found:
    if not isinstance(value, list):
        yield Fault(where, "This is no list.", "Write a list, in [ ].")
        return
    limit = shape.limit(version)
    if limit is not None and len(value) > limit:
        problem = f"It has {len(value)} entries; at most {limit} are allowed."
        yield Fault(where, problem, "Remove some.")
    for number, one in enumerate(value):
        yield from look(shape.of, one, version, f"{where}[{number}]")


def _look_at_text(shape: Text, value: Any, where: str) -> _Found:
    if not isinstance(value, str):
        yield Fault(where, "This is no text.", 'Write a text, in " ".')
        return
    if shape.longest is not None and len(value) > shape.longest:
        problem = f"It has {len(value)} characters; at most {shape.longest} are allowed."
        yield Fault(where, problem, "Shorten it.")
    if shape.pattern is not None and not re.search(shape.pattern, value):
        yield Fault(where, f"{_shown(value)} is not {shape.form}.", f"Write {shape.form}.")


def _look_at_fields(shape: Fields, value: Any, version: int, where: str) -> _Found:
    if not isinstance(value, dict):
        yield Fault(where, "This is no object.", "Write an object, in { }.")
        return
    known = shape.known(version)
    for name, one in known.items():
        if name not in value and one.is_needed(version):
            yield Fault(_inside(where, name), f"Version 1.{version} needs this.", "Add it.")
    for name, inner in value.items():
        if name in known:
            yield from look(known[name].shape, inner, version, _inside(where, name))
        else:
            yield Fault(
                _inside(where, name),
                f"Version 1.{version} of the manifest has no such field.",
                _elsewhere(shape.fields.get(name)),
            )


def _elsewhere(one: Field | None) -> str:
    if one is None:
        return "Remove it."
    if one.known.last == FOR_EVER:
        return f"Remove it, or set manifestVersion to 1.{one.known.first} or newer."
    return f"Remove it: it ended with 1.{one.known.last}."


def fit(shape: Shape, value: Any, version: int, where: str = "") -> tuple[Any, list[str]]:
    """What of a value a version knows, and the paths of what had to go. What is wrong otherwise stays as it is."""
    if isinstance(shape, Fields) and isinstance(value, dict):
        known, kept, gone = shape.known(version), {}, []
        for name, inner in value.items():
            if name in known:
                kept[name], lost = fit(known[name].shape, inner, version, _inside(where, name))
                gone += lost
            else:
                gone.append(_inside(where, name))
        return kept, gone
    if isinstance(shape, Items) and isinstance(value, list):
        return _fit_items(shape, value, version, where)
    return value, []


def _fit_items(shape: Items, value: list[Any], version: int, where: str) -> tuple[Any, list[str]]:
    items: list[Any] = []
    gone: list[str] = []
    for number, inner in enumerate(value):
        path = f"{where}[{number}]"
        if isinstance(shape.of, Choice) and inner not in shape.of.allowed(version):
            gone.append(f"{path} ({_shown(inner)})")
            continue
        one, lost = fit(shape.of, inner, version, path)
        items.append(one)
        gone += lost
    return items, gone


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _shown(value: Any) -> str:
    """A value in a sentence, not the whole of a long one."""
    text = value if isinstance(value, str) else repr(value)
    return repr(text if len(text) <= 60 else f"{text[:57]}…")  # noqa: PLR2004  # what a line has room for
