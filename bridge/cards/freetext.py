"""Text that people wrote, as a card may show it: their Markdown read as on GitHub, told again in what Teams can show.

Emphasis, lists, code and http(s) links stay, and every link shows the host that it leads to. Headings become bold
lines, tables lines, pictures links. Comments and HTML's tags are left out; whatever else is there is literal.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bridge.cards.card import Block, CodeBlock, Items, Line, Paragraph, Span
from bridge.cards.cut import cut_blocks
from bridge.cards.inline import InlineReader, LineWriter
from bridge.cards.links import http_url, says_itself, shown_host
from bridge.cards.literal import clean
from bridge.cards.spans import tidy

_READ_AHEAD = 8
"""How many times the wanted length is read at most: Markdown's signs and comments take room that is not shown."""
_READ_LEAST = 4000
_LINES_READ = 300
_MOST_COLUMNS = 20
"""Of a table: reading one takes its columns times all lines after it."""
_LEADING_COMMENTS = re.compile(r"(?:\s*<!--.*?-->)*", re.DOTALL)

_KNOWN_TAGS = frozenset(
    re.findall(
        r"\w+",
        """a abbr b bdi bdo blockquote br center cite code dd del details dfn div dl dt em figure figcaption font
        h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp small source span strike
        strong sub summary sup table tbody td tfoot th thead tr tt u ul var video""",
    )
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL)
_BREAKING_TAGS = frozenset(
    ["br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "blockquote"]
)


@lru_cache(maxsize=2)
def _parser(*, tables: bool) -> MarkdownIt:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return parser if tables else parser.disable("table")


def excerpt(text: str, limit: int) -> tuple[Block, ...]:
    """What people wrote, in about `limit` characters; what is cut is cut between words and marked with …."""
    comments = _LEADING_COMMENTS.match(text)
    start = comments.end() if comments else 0
    most = max(limit * _READ_AHEAD, _READ_LEAST)
    lines = clean(text[start : start + most]).split("\n")[:_LINES_READ]
    tables = all(line.count("|") <= _MOST_COLUMNS for line in lines)
    reader = _Reader()
    reader.read(_parser(tables=tables).parse("\n".join(lines)))
    blocks = cut_blocks(reader.blocks, limit)
    return tuple(show_hosts(block) for block in blocks)


def show_hosts(block: Block) -> Block:
    """A block whose every link shows where it leads."""
    if isinstance(block, Paragraph):
        return replace(block, line=_line_with_hosts(block.line))
    if isinstance(block, Items):
        return replace(block, lines=tuple(_line_with_hosts(line) for line in block.lines))
    return block


def _line_with_hosts(line: Line) -> Line:
    shown: list[Span] = []
    text = ""
    for index, span in enumerate(line):
        shown.append(span)
        if span.link is None:
            continue
        text += span.text
        if index + 1 < len(line) and line[index + 1].link == span.link:
            continue
        if not says_itself(text, span.link):
            shown.append(Span(f" ({shown_host(span.link)})"))
        text = ""
    return tuple(shown)


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
            method: Callable[[Token], None] | None = getattr(self, f"on_{token.type}", None)
            if method is not None:
                method(token)

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


def _with_box(line: Line) -> Line:
    """A task's `[ ]` or `[x]` as a box."""
    if line and line[0].text[:4] in {"[ ] ", "[x] ", "[X] "}:
        box = "☐ " if line[0].text[1] == " " else "☑ "
        return (replace(line[0], text=box + line[0].text[4:]), *line[1:])
    return line


class _PeopleReader(InlineReader):
    """Reads a line that people wrote."""

    soft_break = "\n"

    def on_html_inline(self, token: Token) -> None:
        for span in html_spans(token.content):
            self.writer.splice((span,))

    def on_image(self, token: Token) -> None:
        _picture(self.writer, token.content, str(token.attrs["src"]))


def _picture(writer: LineWriter, alt: str, source: str) -> None:
    if writer.in_link:
        writer.write(alt or "image")
        return
    writer.enter_link(http_url(source))
    writer.write(alt or "image")
    writer.leave_link()


def html_spans(source: str) -> tuple[Span, ...]:
    """What a piece of HTML says, without its tags and comments; a tag that HTML does not know is somebody's text."""
    return tuple(_HtmlText(_COMMENT.sub("", source)).spans())


class _HtmlText(HTMLParser):
    """Gathers the text of a piece of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._writer = LineWriter()
        self._hidden = 0
        self.feed(source)
        self.close()

    def spans(self) -> Iterator[Span]:
        yield from self._writer.take()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._hidden += 1
        elif tag == "img":
            given = dict(attrs)
            _picture(self._writer, given.get("alt") or "", given.get("src") or "")
        elif tag in _BREAKING_TAGS:
            self._writer.write("\n")
        elif tag not in _KNOWN_TAGS:
            self._writer.write(cast("str", self.get_starttag_text()))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BREAKING_TAGS:
            self._writer.write("\n")
        elif tag not in _KNOWN_TAGS:
            self._writer.write(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._writer.write(data)
