"""People of the source who are mentioned in Teams: whom a template or a source's own syntax made a person of, and nobody else.

Teams finds whom it mentions by the text between `<at>` and `</at>`, and by the order in which they come. So each person is
mentioned once, where they are first named, and no two have one text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from bridge.cards.card import Block, Card, Line, Mention, Span
from bridge.cards.cut import cut_text
from bridge.cards.lines import with_block_lines, with_lines
from bridge.cards.literal import one_line, unlinked

Syntax: TypeAlias = Literal["none", "at", "link"]
"""How people are mentioned in text that people wrote: not at all, as `@name`, or by links to `person:name`."""

PERSON: Final = "person:"
"""What a link to a person begins with."""

MOST: Final = 20
"""Teams takes so many in a card."""
LONGEST_NAME: Final = 100

_AT_NAME = re.compile(
    r"(?<![\w@/.`-])@([A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9_])?)(?![\w/]|[.-][\w/])"
)
_SIGNS = re.compile(r"[<>&*_`~\[\]\\{}|@]+")


def mention(card: Card, people: Mapping[str, Mention]) -> Card:
    """The card with those of its people mentioned that are known, by their names in small letters; the others are text."""
    mentioned: dict[str, Mention] = {}

    def named(span: Span) -> Span:
        user = (span.person or "").lower()
        found = people.get(user)
        if found is None or user in mentioned or len(mentioned) >= MOST:
            return Span(span.text, span.bold, span.italic, span.code, span.strike, span.link)
        taken = {one.name for one in mentioned.values()}
        mentioned[user] = Mention(found.id, _name(found.name, user, taken))
        return Span(mentioned[user].name, person=user)

    def changed(line: Line) -> Line:
        return tuple(span if span.person is None else named(span) for span in line)

    card = with_lines(card, changed)
    return replace(card, people=mentioned)


def mark_people(blocks: Sequence[Block], syntax: Syntax) -> Sequence[Block]:
    """Text that people wrote, with those in it who are mentioned in its source's own way, and nobody else."""
    if syntax == "link":
        return blocks
    change = _at_names if syntax == "at" else _nobody
    return [with_block_lines(change, block) for block in blocks]


def _nobody(line: Line) -> Line:
    if all(span.person is None for span in line):
        return line
    return tuple(replace(span, person=None) for span in line)


def _at_names(line: Line) -> Line:
    line = _nobody(line)
    if not any("@" in span.text for span in line):
        return line
    marked: list[Span] = []
    for span in line:
        if span.code or span.link:
            marked.append(span)
            continue
        text, end = span.text, 0
        for found in _AT_NAME.finditer(text):
            marked += (_part(span, text[end : found.start()]), _part(span, found[0], found[1]))
            end = found.end()
        marked.append(_part(span, text[end:]))
    return tuple(span for span in marked if span.text)


def _part(span: Span, text: str, person: str | None = None) -> Span:
    return Span(text, span.bold, span.italic, span.code, span.strike, span.link, person)


def _name(name: str, user: str, taken: set[str]) -> str:
    """A name without anything that is markup, and that nobody else in the card has."""
    name = _clean(name) or _clean(user) or "…"
    tried, number = name, 1
    while tried in taken:
        tried = f"{name} ({_clean(user)})" if number == 1 else f"{name} ({number})"
        number += 1
    return tried


def _clean(name: str) -> str:
    return unlinked(cut_text(one_line(_SIGNS.sub(" ", name)), LONGEST_NAME))
