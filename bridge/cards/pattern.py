"""What a template says with holes for its values, read as Teams' Markdown once: it is the same for every event of a kind.

A hole is one private-use character, so that Markdown's parser takes a value for a letter and never sees it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bridge.cards.card import Span
from bridge.cards.inline import InlineReader
from bridge.cards.links import http_url
from bridge.cards.spans import merge

_FIRST, _LAST = 0xE000, 0xF8FF
HOLES = tuple(map(chr, range(_FIRST, _LAST + 1)))
"""The holes in the order of their values; far more than fit into a card."""
HOLE = re.compile(f"([{HOLES[0]}-{HOLES[-1]}])")
_KEPT = 1000
_LONGEST_KEPT = 500
"""Characters: what is read of a text takes hundreds of times its length, and a template may write ever new ones."""
_RULES = [
    "list",
    "fence",
    "blockquote",
    "newline",
    "escape",
    "backticks",
    "strikethrough",
    "emphasis",
    "link",
    "entity",
    "balance_pairs",
    "fragments_join",
    "text_join",
]

Parts: TypeAlias = tuple[str | int, ...]
"""Text, and the numbers of the values between."""


class Piece(NamedTuple):
    """A run of a line in one style, which is that of `span`; without parts it is the span as it stands."""

    span: Span
    parts: Parts
    link: Parts | None


def line_pattern(text: str) -> tuple[Piece, ...]:
    """A line with holes."""
    return _kept_line(text) if len(text) <= _LONGEST_KEPT else _line(text)


def block_pattern(text: str) -> Sequence[Token]:
    """Blocks with holes."""
    return _kept_blocks(text) if len(text) <= _LONGEST_KEPT else _blocks(text)


def _line(text: str) -> tuple[Piece, ...]:
    reader = _PatternReader()
    reader.read(_parser().parseInline(text)[0].children)
    return tuple(map(_piece, merge(reader.writer.take())))


def _blocks(text: str) -> Sequence[Token]:
    return _parser().parse(text)


_kept_line = lru_cache(maxsize=_KEPT)(_line)
_kept_blocks = lru_cache(maxsize=_KEPT)(_blocks)


class _PatternReader(InlineReader):
    def on_link_open(self, token: Token) -> None:
        self.writer.enter_link(str(token.attrs["href"]))  # judged once its values are known


def _piece(span: Span) -> Piece:
    if not HOLE.search(span.text + (span.link or "")):
        link = None if span.link is None else http_url(span.link)
        return Piece(
            Span(span.text, span.bold, span.italic, span.code, span.strike, link), (), None
        )
    return Piece(span, _parts(span.text), None if span.link is None else _parts(span.link))


def _parts(text: str) -> Parts:
    return tuple(
        ord(part) - _FIRST if HOLE.match(part) else part for part in HOLE.split(text) if part
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero").enable(_RULES)
    parser.normalizeLink = _as_it_is  # type: ignore[method-assign]  # a hole must come through
    parser.validateLink = _any  # type: ignore[method-assign, assignment]  # judged once its values are known
    return parser


def _as_it_is(url: str) -> str:
    return url


def _any(_: str) -> bool:
    return True
