"""What a template rendered, read as Teams' Markdown: template text is markup, values and fragments are not.

Values never meet the Markdown parser: they are put into the holes of what it read before.
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

from markdown_it.token import Token

from bridge.cards.card import Block, CodeBlock, Items, Line, Paragraph, Span
from bridge.cards.links import http_url
from bridge.cards.literal import clean, one_line
from bridge.cards.marks import Pieces
from bridge.cards.pattern import HOLE, HOLES, Parts, Piece, block_pattern, line_pattern
from bridge.cards.spans import tidy, tidy_text
from bridge.errors import TemplateFailed

_HUGS = frozenset(["**", "__", "~~", "``", "[]", "()"])
"""The ends of two pieces of markup with an empty value between them."""

Value: TypeAlias = str | tuple[Block, ...]
"""Literal text, cleaned, or text that is read already."""

Fragments: TypeAlias = Mapping[int, tuple[Block, ...]]
"""Text already read, by the number that stands for it in a rendered string."""


class Part:
    """One part of a card, as rendered."""

    def __init__(self, pieces: Pieces, fragments: Fragments) -> None:
        values: list[Value] = []
        text = ""
        before = ""
        holes = iter(HOLES)
        try:
            for literal, markup, number in pieces:
                if literal:
                    text += next(holes)
                    values.append(clean(literal))
                    before = ""
                if markup:
                    if before and before[-1] + markup[0] in _HUGS:
                        text += next(holes)
                        values.append("")
                    text += markup
                    before = markup
                elif number:
                    text += next(holes)
                    values.append(_kept(fragments, int(number)))
                    before = ""
        except StopIteration:
            pass  # more values than holes: a card could not show them
        self._text, self._values = text, values

    def line(self) -> Line:
        """The part as one line."""
        if not self._text:
            return ()
        if self._text == HOLES[0] and isinstance(value := self._values[0], str):
            return tidy_text(value)
        return tidy(self.fill(line_pattern(self._text.strip())))

    def blocks(self) -> tuple[Block, ...]:
        """The part as paragraphs, lists and code."""
        text = self._text.strip()
        if not text:
            return ()
        if text == HOLES[0] and not isinstance(value := self._values[0], str):
            said, others = _run_on(value)
            return (Paragraph(tidy(said, breaks=True)), *others) if said else others
        reader = _BlockReader(self)
        for token in block_pattern(self._text):
            reader.read(token)
        return tuple(reader.blocks)

    def plain(self) -> str:
        """The part as mere text on one line, its markup as it stands."""
        return one_line(self.text(self._text))

    def text(self, text: str) -> str:
        """Text with its values in their holes."""
        return HOLE.sub(self._in_hole, text) if self._values else text

    def fill(self, pieces: tuple[Piece, ...], left: list[Line | Block] | None = None) -> list[Span]:
        """A line with its values in their holes.

        A fragment runs on in the line; with `left` only its first paragraph does, and its other blocks go there, after
        the part of the line that stands before them.
        """
        line: list[Span] = []
        for style, parts, link in pieces:
            if not parts:
                line.append(style)
                continue
            address = None if link is None else http_url(self._joined(link))
            text = ""
            for part in parts:
                value = part if isinstance(part, str) else self._values[part]
                if isinstance(value, str):
                    text += value
                    continue
                if style.code:
                    text += _said(value)
                    continue
                line.append(_in_style(style, text, address))
                text = ""
                leaves = left is not None and link is None
                said, others = _run_on(value) if leaves else (flat(value), ())
                line += [
                    _restyled(span, style, span.link if link is None else address) for span in said
                ]
                if others and left is not None:
                    left += [tuple(line), *others]
                    line = []
            if text:
                line.append(_in_style(style, text, address))
        return line

    def _joined(self, parts: Parts) -> str:
        texts = [part if isinstance(part, str) else _said(self._values[part]) for part in parts]
        return "".join(texts)

    def _in_hole(self, hole: re.Match[str]) -> str:
        return _said(self._values[HOLES.index(hole[0])])


def _kept(fragments: Fragments, number: int) -> tuple[Block, ...]:
    if number not in fragments:
        raise TemplateFailed("excerpt must not be used outside of blocks and macros.")
    return fragments[number]


def _said(value: Value) -> str:
    return value if isinstance(value, str) else "".join(span.text for span in flat(value))


def _in_style(style: Span, text: str, link: str | None) -> Span:
    return Span(text, style.bold, style.italic, style.code, style.strike, link)


def _restyled(span: Span, style: Span, link: str | None) -> Span:
    """A span with its own styles and another's."""
    return Span(
        span.text,
        span.bold or style.bold,
        span.italic or style.italic,
        span.code,
        span.strike or style.strike,
        link,
        span.person,
    )


def _run_on(blocks: tuple[Block, ...]) -> tuple[Line, tuple[Block, ...]]:
    """The line that blocks begin with, and what stands on its own."""
    first = blocks[0]
    if isinstance(first, Paragraph) and not first.quote:
        return first.line, blocks[1:]
    return (), blocks


class _BlockReader:
    """Reads a part's block tokens."""

    def __init__(self, part: Part) -> None:
        self.blocks: list[Block] = []
        self._part = part
        self._quotes = 0
        self._lists: list[int | None] = []
        self._items: list[Line] = []
        self._item: list[Span] = []

    def read(self, token: Token) -> None:
        if token.type == "inline":
            self._line(token)
        elif token.type == "fence":
            self.blocks.append(CodeBlock(clean(self._part.text(token.content)).strip("\n")))
        elif token.type in {"blockquote_open", "blockquote_close"}:
            self._quotes += token.nesting
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            self._end_item()
            start = int(token.attrs.get("start", 1)) if token.type[0] == "o" else None
            self._lists.append(start)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            start = self._lists.pop()
            if not self._lists and self._items:
                self.blocks.append(Items(tuple(self._items), start))
                self._items = []
        elif token.type == "list_item_close":
            self._end_item()

    def _line(self, token: Token) -> None:
        pieces = line_pattern(token.content)
        if self._lists:
            self._item += [Span("\n"), *self._part.fill(pieces)]
            return
        left: list[Line | Block] = []
        line = self._part.fill(pieces, left)
        for piece in [*left, tuple(line)]:
            if isinstance(piece, tuple):
                if said := tidy(piece, breaks=True):
                    self.blocks.append(Paragraph(said, quote=self._quotes > 0))
            elif isinstance(piece, Paragraph) and self._quotes:
                self.blocks.append(Paragraph(piece.line, quote=True))
            else:
                self.blocks.append(piece)

    def _end_item(self) -> None:
        if line := tidy(self._item):
            self._items.append(line)
        self._item = []


def flat(blocks: tuple[Block, ...]) -> Line:
    """Blocks run together into one line."""
    spans: list[Span] = []
    for block in blocks:
        if spans:
            spans.append(Span(" "))
        if isinstance(block, Paragraph):
            spans += block.line
        elif isinstance(block, CodeBlock):
            spans.append(Span(block.text, code=True))
        else:
            for index, line in enumerate(block.lines):
                spans += [Span(", " if index else ""), *line]
    return tidy(spans)
