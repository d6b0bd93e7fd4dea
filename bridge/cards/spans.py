"""Lines put together from spans: written piece by piece, merged, trimmed, split and cut."""

import re
from collections.abc import Iterable

from bridge.cards.card import Line, Span
from bridge.cards.literal import clean

_UNTIDY = re.compile(r"[^\S \xa0]|  ")
_SPACE = re.compile(r"[^\S\xa0]+")
_SPACE_IN_LINE = re.compile(r"[^\S\n\xa0]+")
_BREAKS = re.compile(r" ?(?:\n ?)+")


def styled(span: Span, text: str) -> Span:
    """Other text in a span's style; what `dataclasses.replace` does, a few times faster."""
    return Span(text, span.bold, span.italic, span.code, span.strike, span.link, span.person)


def merge(spans: Iterable[Span]) -> Line:
    """The same text in as few spans as possible: neighbours of one style joined, empty ones left out."""
    merged: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        if merged and alike(merged[-1], span):
            merged[-1] = styled(span, merged[-1].text + span.text)
        else:
            merged.append(span)
    return tuple(merged)


def alike(one: Span, other: Span) -> bool:
    """Whether two spans have one style."""
    return (
        one.link == other.link
        and one.person == other.person
        and one.bold == other.bold
        and one.italic == other.italic
        and one.code == other.code
        and one.strike == other.strike
    )


def tidy(spans: Iterable[Span], *, breaks: bool = False) -> Line:
    """A merged line without spare space at its ends and in between. `breaks`: its line breaks stay."""
    merged = merge(spans)
    tidied: list[Span] = []
    before = "\n"
    for span in merged:
        text = _tidied(span.text, breaks=breaks)
        if before in " \n":
            text = text.lstrip(" \n")
        if text:
            before = text[-1]
            tidied.append(span if text == span.text else styled(span, text))
    while tidied and before in " \n":
        last = tidied.pop()
        if text := last.text.rstrip(" \n"):
            tidied.append(styled(last, text))
            break
    return merge(tidied) if len(tidied) < len(merged) else tuple(tidied)


def tidy_text(text: str, *, breaks: bool = False) -> Line:
    """The same of mere text."""
    text = _tidied(text, breaks=breaks).strip(" \n")
    return (Span(text),) if text else ()


def _tidied(text: str, *, breaks: bool) -> str:
    if ("  " not in text and text.isprintable()) or not _UNTIDY.search(text):
        return text
    if not breaks:
        return _SPACE.sub(" ", text)
    return _BREAKS.sub("\n", _SPACE_IN_LINE.sub(" ", text))


def split_lines(line: Line) -> list[Line]:
    """The parts of a line between its soft breaks, empty ones left out."""
    parts: list[list[Span]] = [[]]
    for span in line:
        first, *others = clean(span.text).split("\n")
        parts[-1].append(span if first == span.text else styled(span, first))
        parts.extend([styled(span, text)] for text in others)
    lines = (merge(part) for part in parts)
    return [line for line in lines if any(span.text.strip() for span in line)]
