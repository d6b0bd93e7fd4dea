"""The neutral card: what a message says, apart from any format that it is sent in.

Text is literal: nothing in a span is markup, and each format escapes it in its own way. What a span looks like is in
its other fields. Only http and https links exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pydantic import SecretStr

Accent: TypeAlias = Literal["neutral", "accent", "good", "warning", "attention"]
"""The card's colour by its meaning; each format has its own shade."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of literal text in one style. `link` is where it leads; `person` is who it names, as the source calls them."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    link: str | None = None
    person: str | None = None


Line: TypeAlias = tuple[Span, ...]
"""Text without a line break of its own; a span may hold a newline, which is a soft break."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of prose. `quote`: somebody else's words."""

    line: Line
    quote: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; numbered from `start` where that is given."""

    lines: tuple[Line, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Text whose spaces and line breaks matter."""

    text: str


Block: TypeAlias = Paragraph | Items | CodeBlock


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value, shown side by side."""

    name: str
    value: Line


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its URL; `alt` says what it shows."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class OpenUrl:
    """A button that opens a link."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class TextInput:
    """Text to enter. `longest` in characters."""

    id: str
    title: str
    required: bool = False
    multiline: bool = False
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class DateInput:
    """A day to choose, or a time."""

    id: str
    title: str
    required: bool = False
    with_time: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceInput:
    """One of some choices, or `several`: pairs of what is shown and what is sent."""

    id: str
    title: str
    choices: tuple[tuple[str, str], ...]
    required: bool = False
    several: bool = False


Input: TypeAlias = TextInput | DateInput | ChoiceInput


@dataclass(frozen=True, slots=True)
class Act:
    """A button that does something: what is entered is posted to `target`."""

    title: str
    target: str
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody in Teams: `id` is their Entra object id or user principal name, `name` what people read."""

    id: SecretStr
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `summary` is its plain text for notifications and lists; `url` leads to the thing itself.

    `author`, with its `avatar`, is who did it. `cut` is set by `fit` where something was left out. `compact`: it is to take
    as little room as it can; what is needed besides its title stands in `author`. `people` are those among its lines' persons that are mentioned.
    """

    title: Line
    summary: str
    author: Line = ()
    avatar: Image | None = None
    text: tuple[Block, ...] = ()
    facts: tuple[Fact, ...] = ()
    images: tuple[Image, ...] = ()
    actions: tuple[OpenUrl, ...] = ()
    acts: tuple[Act, ...] = ()
    accent: Accent = "neutral"
    url: str | None = None
    cut: bool = False
    compact: bool = False
    people: Mapping[str, Mention] = field(default_factory=dict, hash=False)


def led_to(line: Line) -> frozenset[str]:
    """The addresses that a line leads to."""
    return frozenset(span.link for span in line if span.link)


def plain(line: Line) -> str:
    """The text of a line alone."""
    return "".join(span.text for span in line)
