"""Text that people wrote, as a card may show it: their Markdown read as on GitHub, told again in what Teams can show.

Emphasis, lists, code and http(s) links stay, and every link shows the host that it leads to. Headings become bold
lines, tables lines, pictures links. Comments and HTML's tags are left out; whatever else is there is literal.

No more of a text is read than is needed to be sure of what is shown. Of a text's beginning that is all but the last
line or piece of code: only that can go on, or become something else, with what follows.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from bridge.cards.blocks import read_blocks
from bridge.cards.card import Block, Items, Line, Paragraph, Span
from bridge.cards.cut import block_length, cut_blocks
from bridge.cards.gfm import is_prose, parsed
from bridge.cards.links import says_itself, shown_host
from bridge.cards.literal import clean
from bridge.cards.mentions import PERSON, Syntax, mark_people
from bridge.cards.spans import tidy_text

_READ_AHEAD = 8
"""How many times the wanted length is read at most: Markdown's signs and comments take room that is not shown."""
_READ_LEAST = 4000
_READ_FIRST = (1.5, 4)
"""How many times the wanted length is read before, to see whether it is enough."""
_LINES_READ = 300
_EXCERPTS_KEPT = 64
"""Of the last texts, since one event goes to many channels."""
_MOST_COLUMNS = 20
"""Of a table: reading one takes its columns times all lines after it."""
_LEADING_COMMENTS = re.compile(r"(?:\s*<!--.*?-->)*", re.DOTALL)
_LEAVES = frozenset(["inline", "html_block", "fence", "code_block"])
_PARAGRAPHS = re.compile(r"\n\n+")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_DEFINITION = "]:"
"""May give a link its address from anywhere in the text."""


def excerpt(text: str, limit: int, mentions: Syntax = "none") -> tuple[Block, ...]:
    """What people wrote, in about `limit` characters; what is cut is cut between words and marked with …."""
    comments = _LEADING_COMMENTS.match(text)
    start = comments.end() if comments else 0
    return bounded_excerpt(
        text[start : start + max(limit * _READ_AHEAD, _READ_LEAST)], limit, mentions
    )


@lru_cache(maxsize=_EXCERPTS_KEPT)
def bounded_excerpt(text: str, limit: int, mentions: Syntax = "none") -> tuple[Block, ...]:
    """The same of a text that is read whole where need be."""
    blocks = _blocks(text, limit)
    if "@" in text or PERSON in text:
        blocks = mark_people(blocks, mentions)
    return tuple(show_hosts(block) for block in cut_blocks(blocks, limit))


def _blocks(text: str, limit: int) -> Sequence[Block]:
    """The blocks of a text, or, where these alone are longer than `limit`, those of its beginning."""
    tables = text.count("|") <= _MOST_COLUMNS or all(
        line.count("|") <= _MOST_COLUMNS for line in _lines(text)
    )
    for times in () if _DEFINITION in text else _READ_FIRST:
        end, unsure = _end_of_beginning(text, int(limit * times))
        if end == len(text) or text.count("\n", 0, end) >= _LINES_READ:
            break
        blocks = _read(clean(text[:end]), tables=tables, unsure=unsure)
        if sum(map(block_length, blocks)) > limit:
            return blocks
    return _read("\n".join(_lines(text)), tables=tables, unsure=frozenset())


def _lines(text: str) -> list[str]:
    return clean(text).split("\n")[:_LINES_READ]


def _end_of_beginning(text: str, least: int) -> tuple[int, frozenset[str]]:
    """Where a line ends after so many characters, and which of Markdown's tokens would be unsure if it is the last."""
    if blank := _BLANK_LINE.search(text, least, 2 * least):
        return blank.start(), frozenset(["html_block"])
    end = text.find("\n", least)
    return (len(text) if end < 0 else end), frozenset(["html_block", "inline"])


def _read(text: str, *, tables: bool, unsure: frozenset[str]) -> list[Block]:
    """The blocks of a text, without the last one if that is `unsure`."""
    if is_prose(text):
        paragraphs = _PARAGRAPHS.split(text)
        sure = paragraphs[:-1] if "inline" in unsure else paragraphs
        lines = (tidy_text(paragraph.strip(), breaks=True) for paragraph in sure)
        return [Paragraph(line) for line in lines if line]
    tokens = parsed(text, tables=tables)
    last = max((at for at, token in enumerate(tokens) if token.type in _LEAVES), default=0)
    cut = bool(tokens) and tokens[last].type in unsure
    return read_blocks(tokens[:last] if cut else tokens)


def show_hosts(block: Block) -> Block:
    """A block whose every link shows where it leads."""
    if isinstance(block, Paragraph):
        return Paragraph(_line_with_hosts(block.line), block.quote)
    if isinstance(block, Items):
        return Items(tuple(map(_line_with_hosts, block.lines)), block.start)
    return block


def _line_with_hosts(line: Line) -> Line:
    if not any(span.link for span in line):
        return line
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
