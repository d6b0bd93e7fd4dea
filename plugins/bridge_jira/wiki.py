"""Jira's wiki markup as Markdown. What is odd stays text; the work is bounded whatever somebody pastes."""

import re
from collections.abc import Callable, Iterator, Mapping

from bridge_jira.escaping import (
    ADDRESS,
    code,
    code_block,
    line_starts,
    linked,
    literal,
    mentioned,
    unlinked,
)
from bridge_jira.people import SOMEBODY, People, is_account

LONGEST = 8_000
"""The characters that are read: far more than a card shows, few enough for any markup."""

_DEEPEST = 4
"""How deep markup is read inside markup: bold in a link in a table."""

_KEPT = re.compile("[\ue000-\uf8ff]")
_MARKUP = re.compile(
    rf"[*_\[\]{{}}<>~|&!#+^\\`=]|(?<!\w)-|\?\?|\(/\)|\(x\)|{ADDRESS}|^(?:h[1-6]|bq)\.|^[ \t]|\d[.)](?:\s|$)",
    re.MULTILINE,
)
"""What no text without markup has."""

_BLOCK = re.compile(r"\{(code|noformat)(?::[^{}\n]{0,200})?\}")
_PANEL = re.compile(r"\{panel(?::([^{}\n]{0,300}))?\}")
_PANEL_TITLE = re.compile(r"(?:^|\|)title=([^|]{1,200})")
_LINE = re.compile(
    r"""h(?P<level>[1-6])\.[ \t]*(?P<heading>.*)
    | bq\.[ \t]*(?P<quote>.*)
    | (?P<marks>[*\#]{1,9}|-)[ \t]+(?P<item>\S.*)
    | (?P<rule>-{3,}[ \t]*)
    | (?P<row>\|.+\|)[ \t]*
    """,
    re.VERBOSE,
)
_INLINE = re.compile(
    rf"""(?P<address>{ADDRESS})
    | \{{\{{(?P<mono>[^{{}}\n]{{1,500}})\}}\}}
    | \[(?:(?P<alias>[^\[\]|~\n]{{1,500}})\|)?~(?P<account>[^\[\]|\n]{{1,200}})\]
    | \[\^(?P<file>[^\[\]|\n]{{1,500}})\]
    | \[(?P<words>[^\[\]|\n]{{1,500}})\|(?P<target>[^\[\]|\s]{{1,2000}})(?:\|[^\[\]\n]{{0,200}})?\]
    | \[(?P<bare>(?:https?://|mailto:|\#)[^\[\]|\s]{{1,2000}})\]
    | (?<!\w)!(?P<picture>[^!\s|\[\]][^!|\[\]\n]{{0,500}}\.\w{{1,10}})(?:\|[^!\n]{{0,200}})?!
    | (?P<aside>\{{color(?::[^{{}}\n]{{0,50}})?\}}|\{{anchor:[^{{}}\n]{{0,200}}\}}|\\\\$)
    | \{{\*\}}(?P<inner>[^*\n]{{1,1000}}?)\{{\*\}}
    | (?<![\w*\\])\*(?=\S)(?P<strong>[^*\n]{{1,1000}}?)(?<=\S)\*(?![\w*])
    | (?<![\w_\\])_(?=\S)(?P<em>[^_\n]{{1,1000}}?)(?<=\S)_(?![\w_])
    | (?<![\w\-\\])-(?=[^\s\-])(?P<struck>[^\-\n]{{1,1000}}?)(?<=\S)-(?![\w\-])
    | (?<![\w+\\])\+(?=\S)(?P<under>[^+\n]{{1,1000}}?)(?<=\S)\+(?![\w+])
    | \?\?(?=\S)(?P<cited>[^?\n]{{1,500}}?)\?\?
    | (?<!\S)\((?P<sign>[/x!?iyn+])\)(?!\S)
    | (?P<break>\\\\)(?=\s)
    | \\(?P<escaped>[*_\-+\[\]{{}}!?^~|\\\#])
    """,
    re.VERBOSE,
)
_SIGNS = {"/": "✅", "x": "❌", "!": "⚠️", "?": "❓", "i": "ℹ️", "y": "👍", "n": "👎", "+": "➕"}  # noqa: RUF001  # the sign itself

_WRAPPED = {
    "strong": "**{}**",
    "inner": "**{}**",
    "em": "_{}_",
    "cited": "_{}_",
    "struck": "~~{}~~",
    "under": "{}",
}
"""What each kind of markup becomes around its words."""


def markdown(source: str, people: People) -> str:
    """Wiki markup's Markdown. Accounts that are mentioned have their names from `people`."""
    source = source[:LONGEST].replace("\r\n", "\n")
    if not _MARKUP.search(source):
        return source
    return _Wiki(people).read(_KEPT.sub("", source))


class _Wiki:
    """Reads one text. Blocks of code are put aside first, so that nothing in them is read."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._code: list[str] = []
        self._depth = 0

    def read(self, source: str) -> str:
        source = _PANEL.sub(_panel, self._without_code(source))
        parts = source.split("{quote}")
        if len(parts) % 2 == 0:
            parts[-2:] = ["{quote}".join(parts[-2:])]
        return "".join(
            self._quoted(part) if turn % 2 else self._restored(self._lines(part))
            for turn, part in enumerate(parts)
        ).strip("\n")

    def _without_code(self, source: str) -> str:
        """The text with a sign in place of each block of code; each block is closed by the next of its kind."""
        kept: list[str] = []
        end = 0
        unclosed: set[str] = set()
        while opened := _BLOCK.search(source, end):
            kept.append(source[end : opened.start()])
            name = opened[1]
            close = -1 if name in unclosed else source.find(f"{{{name}}}", opened.end())
            if close < 0:
                unclosed.add(name)
                kept.append(opened[0])
                end = opened.end()
                continue
            self._code.append(source[opened.end() : close].strip("\n"))
            kept.append(f"\n\n{chr(0xE000 + len(self._code) - 1)}\n\n")
            end = close + len(name) + 2
        return "".join([*kept, source[end:]])

    def _restored(self, markup: str) -> str:
        if not self._code:
            return markup
        return _KEPT.sub(lambda found: code_block(self._code[ord(found[0]) - 0xE000]), markup)

    def _quoted(self, part: str) -> str:
        inner = self._restored(self._lines(part.strip("\n")))
        return "\n\n> " + inner.replace("\n", "\n> ") + "\n\n"

    def _lines(self, source: str) -> str:
        self._depth = 0
        return "\n".join(map(self._line, source.split("\n")))

    def _line(self, source: str) -> str:
        line = source.strip(" \t")
        found = _LINE.fullmatch(line)
        if found is None:
            return line_starts(self._inline(line))
        if found["level"]:
            return f"\n{'#' * int(found['level'])} {self._inline(found['heading'])}\n"
        if found["marks"]:
            return self._item(found["marks"], found["item"])
        if found["row"]:
            return self._row(found["row"])
        return "" if found["rule"] else f"\n> {self._inline(found['quote'] or '')}\n"

    def _item(self, marks: str, item: str) -> str:
        """An item of a list, at most one deeper than the one before: further in, Markdown sees code."""
        self._depth = min(len(marks), self._depth + 1)
        mark = "1." if marks[-1] == "#" else "-"
        return f"{'   ' * (self._depth - 1)}{mark} {self._inline(item)}"

    def _row(self, row: str) -> str:
        """A table's row as a line: Teams shows no tables. Heads are bold."""
        cells = []
        for bar, cell in _cells(row):
            words = self._inline(cell.strip())
            cells.append(f"**{words}**" if bar == "||" and words else words)
        return " \\| ".join(cells)

    def _inline(self, source: str, depth: int = 0) -> str:
        if not _MARKUP.search(source):
            return source
        written: list[str] = []
        end = 0
        for found in _INLINE.finditer(source):
            written += (literal(source[end : found.start()]), self._piece(found, depth))
            end = found.end()
        return "".join([*written, literal(source[end:])])

    def _piece(self, found: re.Match[str], depth: int) -> str:
        kind = str(found.lastgroup)
        words = found[kind]
        if kind in _WRAPPED:
            inner = literal(words) if depth >= _DEEPEST else self._inline(words, depth + 1)
            return _WRAPPED[kind].format(inner)
        if kind == "account":
            account = words.removeprefix("accountid:")
            return mentioned(self._mentioned(words, found["alias"]), account)
        if kind == "target":
            return linked(self._words(found["words"], depth), words)
        return _PLAIN[kind](words)

    def _words(self, words: str, depth: int) -> str:
        """A link's words, which hold no second link."""
        is_plain = depth >= _DEEPEST or "://" in words
        return unlinked(words) if is_plain else self._inline(words, depth + 1)

    def _mentioned(self, account: str, alias: str | None) -> str:
        """The name of who is mentioned; a user's name of an old server says something, an account's number nothing."""
        is_id = account.startswith("accountid:") or is_account(account)
        account = account.removeprefix("accountid:")
        return self._people.name(account) or alias or (SOMEBODY if is_id else account)


def _cells(row: str) -> Iterator[tuple[str, str]]:
    """The cells of a row, each with the bar before it."""
    pieces = re.split(r"(\|\|?)", row)
    for bar, cell in zip(pieces[1::2], pieces[2::2], strict=True):
        if cell:
            yield bar, cell


def _bare(target: str) -> str:
    if target.startswith("http"):
        return f"<{target}>"
    return literal(target.removeprefix("mailto:").removeprefix("#"))


def _file(name: str) -> str:
    return literal(f"({name.rpartition('/')[2]})")


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "address": "<{}>".format,
    "mono": code,
    "bare": _bare,
    "file": _file,
    "picture": _file,
    "sign": _SIGNS.__getitem__,
    "break": lambda _: "\n",
    "escaped": literal,
    "aside": lambda _: "",
}
"""What each kind of markup becomes that holds no other."""


def _panel(found: re.Match[str]) -> str:
    title = _PANEL_TITLE.search(found[1] or "")
    return f"\n*{title[1].strip()}*\n" if title else "\n"
