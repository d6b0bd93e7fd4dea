"""Cutting text at a sensible place: prose between words, code between lines, a list between its items; always marked."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bridge.cards.card import Block, CodeBlock, Items, Line, Paragraph, Span
from bridge.cards.spans import merge

ELLIPSIS = "…"
_NO_CUT_BEFORE = re.compile("[\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
_JOINER = "\u200d"
_SHORTEST_PIECE = 20
"""A block is not begun for less than this."""


def length(line: Line) -> int:
    """How many characters a line has."""
    characters = 0
    for span in line:
        characters += len(span.text)
    return characters


def cut_text(text: str, limit: int) -> str:
    """The text in at most about `limit` characters, cut between words where that is not far, and marked."""
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    while end > 0 and (_NO_CUT_BEFORE.match(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    kept = text[:end]
    if end and not text[end].isspace():
        words = re.match(r"(.*\S)\s", kept, re.DOTALL)
        if words and len(words[1]) > end * 2 // 3:
            kept = words[1]
    return kept.rstrip() + ELLIPSIS


def cut_line(line: Line, limit: int) -> Line:
    """A line in at most about `limit` characters.

    A link at the cut loses its address: what shows where it leads may be what was cut off. Who is named in part is nobody.
    """
    if length(line) <= limit:
        return line
    kept: list[Span] = []
    left = limit
    for span in line:
        if len(span.text) > left:
            kept = [*kept[:-1], *(_unlinked(last, span) for last in kept[-1:])]
            kept.append(replace(span, text=cut_text(span.text, left), link=None, person=None))
            break
        kept.append(span)
        left -= len(span.text)
    return merge(kept)


def _unlinked(last: Span, cut: Span) -> Span:
    return replace(last, link=None, person=None if last.person == cut.person else last.person)


def cut_blocks(blocks: Sequence[Block], limit: int) -> list[Block]:
    """The blocks that fit into about `limit` characters, the last of them cut and marked."""
    kept: list[Block] = []
    left = limit
    for block in blocks:
        size = block_length(block)
        if size > left or (left < _SHORTEST_PIECE and kept):
            if left >= _SHORTEST_PIECE or not kept:
                kept.append(cut_block(block, left))
            else:
                kept[-1] = _marked(kept[-1])
            break
        kept.append(block)
        left -= size
    return kept


def block_length(block: Block) -> int:
    """How many characters a block has."""
    if isinstance(block, CodeBlock):
        return len(block.text)
    lines = block.lines if isinstance(block, Items) else (block.line,)
    return sum(length(line) for line in lines)


def cut_block(block: Block, limit: int) -> Block:
    """A block in about `limit` characters: prose between words, code between lines, a list between its items."""
    if block_length(block) <= limit:
        return block
    if isinstance(block, Paragraph):
        return replace(block, line=cut_line(block.line, limit))
    if isinstance(block, CodeBlock):
        whole, newline, _ = block.text[: limit + 1].rpartition("\n")
        return CodeBlock(f"{whole}\n{ELLIPSIS}" if newline else cut_text(block.text, limit))
    lines: list[Line] = []
    left = limit
    for line in block.lines:
        if length(line) > left:
            lines.append(cut_line(line, left) if left >= _SHORTEST_PIECE else (Span(ELLIPSIS),))
            break
        lines.append(line)
        left -= length(line)
    return replace(block, lines=tuple(lines))


def _marked(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, line=(*block.line, Span(f" {ELLIPSIS}")))
    if isinstance(block, CodeBlock):
        return CodeBlock(f"{block.text}\n{ELLIPSIS}")
    return replace(block, lines=(*block.lines, (Span(ELLIPSIS),)))
