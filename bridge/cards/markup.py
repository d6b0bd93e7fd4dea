"""What a template rendered, read as Teams' Markdown: template text is markup, values and fragments are not.

Values are hidden from the Markdown parser behind one character each, and put back into its tokens as literal text.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bridge.cards.card import Block, CodeBlock, Items, Line, Paragraph, Span
from bridge.cards.inline import InlineReader
from bridge.cards.literal import clean, one_line
from bridge.cards.marks import Segments
from bridge.cards.spans import tidy
from bridge.errors import TemplateFailed

_FIRST = 0xE000
_MOST = 0xF8FF - _FIRST  # far more values than fit into a card
_PARSED_KEPT = 1000
_HIDDEN = re.compile("([\ue000-\uf8ff])")
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
_HUGS = frozenset(["**", "__", "~~", "``", "[]", "()"])
"""The ends of two pieces of markup with an empty value between them."""

Fragments = Mapping[int, tuple[Block, ...]]
"""Text already read, by the number that stands for it in a rendered string."""


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero").enable(_RULES)
    parser.normalizeLink = _as_it_is  # type: ignore[method-assign]  # a hidden value must come through
    parser.validateLink = _any  # type: ignore[method-assign, assignment]  # judged once its values are known
    return parser


def _as_it_is(url: str) -> str:
    return url


def _any(_: str) -> bool:
    return True


# With its values hidden, what a template rendered is the same text for every event of a kind.


@lru_cache(maxsize=_PARSED_KEPT)
def _inline_tokens(text: str) -> Sequence[Token]:
    return _parser().parseInline(text)[0].children or ()


@lru_cache(maxsize=_PARSED_KEPT)
def _block_tokens(text: str) -> Sequence[Token]:
    return _parser().parse(text)


class Part:
    """One part of a card, as rendered."""

    def __init__(self, segments: Segments, fragments: Fragments) -> None:
        self._values: list[str | tuple[Block, ...]] = []
        pieces: list[str] = []
        for index, segment in enumerate(segments):
            if len(self._values) >= _MOST:
                break
            if segment.kind == "markup":
                if index and self._hug(segments, index):
                    pieces.append(self._hide(""))
                pieces.append(segment.text)
            elif segment.kind == "literal":
                pieces.append(self._hide(segment.text))
            else:
                pieces.append(self._hide(_kept(fragments, int(segment.text))))
        self._text = "".join(pieces)

    def line(self) -> Line:
        """The part as one line."""
        if not self._text:
            return ()
        if self._text == "\ue000" and isinstance(value := self._values[0], str):
            return tidy([Span(clean(value))])
        reader = _PartReader(self, blocks=False)
        reader.read(_inline_tokens(self._text.strip()))
        return tidy(reader.writer.take())

    def blocks(self) -> tuple[Block, ...]:
        """The part as paragraphs, lists and code."""
        if not self._text:
            return ()
        reader = _BlockReader(self)
        reader.read(_block_tokens(self._text))
        return tuple(reader.blocks)

    def plain(self) -> str:
        """The part as mere text on one line, its markup as it stands."""
        return one_line(_HIDDEN.sub(lambda hidden: self._shown(hidden[0]), self._text))

    @staticmethod
    def _hug(segments: Segments, index: int) -> bool:
        """Whether two pieces of markup, `**` and `**`, stand around a value that is empty."""
        before = segments[index - 1]
        return before.kind == "markup" and before.text[-1] + segments[index].text[0] in _HUGS

    def _hide(self, value: str | tuple[Block, ...]) -> str:
        self._values.append(value)
        return chr(_FIRST + len(self._values) - 1)

    def _shown(self, hidden: str) -> str:
        value = self.value(hidden)
        return value if isinstance(value, str) else "".join(s.text for s in flat(value))

    def text(self, text: str) -> str:
        """Text with its hidden values shown."""
        return clean(_HIDDEN.sub(lambda hidden: self._shown(hidden[0]), text))

    def value(self, hidden: str) -> str | tuple[Block, ...]:
        """What is hidden behind a character."""
        return self._values[ord(hidden) - _FIRST]


def _kept(fragments: Fragments, number: int) -> tuple[Block, ...]:
    if number not in fragments:
        raise TemplateFailed("excerpt must not be used outside of blocks and macros.")
    return fragments[number]


class _PartReader(InlineReader):
    """Reads a line with hidden values. `blocks`: a fragment's blocks may leave the line, where lines may end."""

    def __init__(self, part: Part, *, blocks: bool) -> None:
        super().__init__()
        self._part = part
        self._may_leave = blocks
        self._left: list[Block | Line] = []

    def pieces(self) -> list[Block | Line]:
        """The lines that were read, and the blocks between them."""
        return [*self._left, self.writer.take()]

    def on_text(self, token: Token) -> None:
        for piece in _HIDDEN.split(token.content):
            if not _HIDDEN.match(piece):
                self.writer.write(piece)
            elif isinstance(value := self._part.value(piece), str):
                self.writer.write(clean(value))
            elif self._may_leave and not self.writer.in_link:
                self._insert(value)
            else:
                self.writer.splice(flat(value))

    def on_code_inline(self, token: Token) -> None:
        self.writer.write(self._part.text(token.content), code=True)

    def on_link_open(self, token: Token) -> None:
        self.writer.enter_link(self._part.text(str(token.attrs["href"])))

    def _insert(self, value: tuple[Block, ...]) -> None:
        """Let a first paragraph run on in the line; what follows it stands on its own."""
        if value and isinstance(value[0], Paragraph) and not value[0].quote:
            self.writer.splice(value[0].line)
            value = value[1:]
        if value:
            self._left += [self.writer.take(), *value]


class _BlockReader:
    """Reads a part's block tokens."""

    def __init__(self, part: Part) -> None:
        self.blocks: list[Block] = []
        self._part = part
        self._quotes = 0
        self._lists: list[int | None] = []
        self._items: list[Line] = []
        self._item: list[Span] = []

    def read(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.type == "inline":
                self._line(token)
            elif token.type == "fence":
                self.blocks.append(CodeBlock(self._part.text(token.content).strip("\n")))
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
        reader = _PartReader(self._part, blocks=not self._lists)
        reader.read(token.children)
        if self._lists:
            self._item += [Span("\n"), *reader.writer.take()]
            return
        for piece in reader.pieces():
            if isinstance(piece, tuple):
                if line := tidy(piece, breaks=True):
                    self.blocks.append(Paragraph(line, quote=self._quotes > 0))
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
