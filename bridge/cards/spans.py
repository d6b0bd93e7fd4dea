"""Lines put together from spans: written piece by piece, merged, trimmed, split and cut."""

import re
from collections.abc import Iterable
from dataclasses import replace

from bridge.cards.card import Line, Span


def merge(spans: Iterable[Span]) -> Line:
    """The same text in as few spans as possible: neighbours of one style joined, empty ones left out."""
    merged: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        last = merged[-1] if merged else None
        if last is not None and replace(last, text=span.text) == span:
            merged[-1] = replace(last, text=last.text + span.text)
        else:
            merged.append(span)
    return tuple(merged)


def tidy(spans: Iterable[Span], *, breaks: bool = False) -> Line:
    """A merged line without spare space at its ends and in between. `breaks`: its line breaks stay."""
    tidied: list[Span] = []
    before = "\n"
    for span in merge(spans):
        pattern = r"[^\S\n\xa0]+" if breaks else r"[^\S\xa0]+"
        text = re.sub(pattern, " ", span.text)
        if breaks:
            text = re.sub(r" ?\n ?", "\n", text)
            text = re.sub(r"\n{2,}", "\n", text)
        if before in " \n":
            text = text.lstrip(" \n")
        if text:
            before = text[-1]
            tidied.append(replace(span, text=text))
    while tidied and not (text := tidied[-1].text.rstrip(" \n")):
        tidied.pop()
    if tidied:
        tidied[-1] = replace(tidied[-1], text=text)
    return merge(tidied)


def split_lines(line: Line) -> list[Line]:
    """The parts of a line between its soft breaks, empty ones left out."""
    parts: list[list[Span]] = [[]]
    for span in line:
        first, *others = span.text.split("\n")
        parts[-1].append(replace(span, text=first))
        parts.extend([replace(span, text=text)] for text in others)
    lines = (merge(part) for part in parts)
    return [line for line in lines if any(span.text.strip() for span in line)]
