"""People's Markdown, parsed, told in the blocks that a card has."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote

from markdown_it.token import Token

from bridge.cards.card import Block, CodeBlock, Items, Line, Paragraph, Span
from bridge.cards.inline import InlineReader, methods_of
from bridge.cards.mentions import PERSON
from bridge.cards.spans import tidy
from bridge.cards.tags import html_spans, picture


def read_blocks(tokens: Sequence[Token]) -> list[Block]:
    """The blocks of tokens; what they leave open is left out."""
    reader = _Reader()
    reader.read(tokens)
    return reader.blocks


class _Reader:
    """Reads the tokens of people's Markdown into blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._quotes = 0
        self._lists: list[int | None] = []
        self._items: list[Line] = []
        self._item: list[Span] = []
        self._bold = False
        self._row: list[Span] | None = None
        self._rows: list[Span] = []

    def read(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if method := _METHODS.get(token.type):
                method(self, token)
        self._item = []
        self._flush_items()

    def on_inline(self, token: Token) -> None:
        reader = _PeopleReader()
        reader.read(token.children)
        self._line(reader.writer.take())

    def on_fence(self, token: Token) -> None:
        self._flush_items()
        if code := token.content.strip("\n"):
            self.blocks.append(CodeBlock(code))

    on_code_block = on_fence

    def on_html_block(self, token: Token) -> None:
        self._line(html_spans(token.content))

    def on_heading_open(self, token: Token) -> None:
        self._bold = token.nesting > 0

    on_heading_close = on_th_open = on_th_close = on_heading_open

    def on_blockquote_open(self, token: Token) -> None:
        self._quotes += token.nesting

    on_blockquote_close = on_blockquote_open

    def on_bullet_list_open(self, token: Token) -> None:
        self._end_item()
        start = int(token.attrs.get("start", 1)) if token.type[0] == "o" else None
        self._lists.append(start)

    on_ordered_list_open = on_bullet_list_open

    def on_bullet_list_close(self, _: Token) -> None:
        if len(self._lists) == 1:
            self._flush_items()
        self._end_item()
        self._lists.pop()

    on_ordered_list_close = on_bullet_list_close

    def on_list_item_close(self, _: Token) -> None:
        self._end_item()

    def on_tr_open(self, _: Token) -> None:
        self._row = []

    def on_tr_close(self, _: Token) -> None:
        self._rows += [Span("\n" if self._rows else ""), *(self._row or ())]
        self._row = None

    def on_table_close(self, _: Token) -> None:
        rows, self._rows = self._rows, []
        self._line(rows)

    def _line(self, spans: Sequence[Span]) -> None:
        if self._row is not None:
            self._row += [Span(" | " if self._row else ""), *self._styled(spans)]
        elif self._lists:
            self._item += [Span("\n" if self._item else ""), *self._styled(spans)]
        elif line := tidy(self._styled(spans), breaks=True):
            self.blocks.append(Paragraph(line, quote=self._quotes > 0))

    def _styled(self, spans: Sequence[Span]) -> Sequence[Span]:
        return [replace(span, bold=True) for span in spans] if self._bold else spans

    def _end_item(self) -> None:
        if line := _with_box(tidy(self._item)):
            deeper = len(self._lists) > 1
            self._items.append((Span("– "), *line) if deeper else line)
        self._item = []

    def _flush_items(self) -> None:
        self._end_item()
        if self._items:
            start = self._lists[0] if self._lists else None
            self.blocks.append(Items(tuple(self._items), start))
            if start is not None:
                self._lists[0] = start + len(self._items)
            self._items = []


_METHODS = methods_of(_Reader)


def _with_box(line: Line) -> Line:
    """A task's `[ ]` or `[x]` as a box."""
    if line and line[0].text[:4] in {"[ ] ", "[x] ", "[X] "}:
        box = "☐ " if line[0].text[1] == " " else "☑ "
        return (replace(line[0], text=box + line[0].text[4:]), *line[1:])
    return line


class _PeopleReader(InlineReader):
    """Reads a line that people wrote."""

    soft_break = "\n"

    def on_link_open(self, token: Token) -> None:
        address = str(token.attrs["href"])
        super().on_link_open(token)
        if address.startswith(PERSON):
            self.writer.person = unquote(address.removeprefix(PERSON)) or None

    def on_link_close(self, token: Token) -> None:
        super().on_link_close(token)
        self.writer.person = None

    def on_html_inline(self, token: Token) -> None:
        for span in html_spans(token.content):
            self.writer.splice((span,))

    def on_image(self, token: Token) -> None:
        picture(self.writer, token.content, str(token.attrs["src"]))
