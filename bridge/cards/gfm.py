"""The parsers of people's Markdown: as on GitHub, but nothing is a link that does not begin as one."""

import re
from functools import lru_cache

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token

_PARSERS_KEPT = 200
_SIGNS = (
    ("|", ("table",)),
    ("<", ("html_block", "html_inline", "autolink")),
    (">", ("blockquote",)),
    ("[", ("link", "image", "reference")),
    ("`", ("backticks",)),
    ("`~", ("fence",)),
    ("~", ("strikethrough",)),
    ("*_", ("emphasis",)),
    ("*_-", ("hr",)),
    ("=-", ("lheading",)),
    ("#", ("heading",)),
    ("&", ("entity",)),
    ("\\", ("escape",)),
    (("    ", "\t"), ("code",)),
)
"""Signs, and the rules that do nothing in a text that has none of them: trying them would take as long as the others."""
_SIGN = re.compile(
    r"\\ | ` | \* | \[ | \] | \t | ~~ | <(?=[A-Za-z/!?]) | &(?=[#]|[A-Za-z][A-Za-z0-9]*;) | _(?<![^\W_]_) | _(?![^\W_])",
    re.VERBOSE,
)
_ODD_LINE = re.compile(r"\n[ 0-9\-+*>#|=:`~<_\[]")
"""One that may be an item, a quote, a heading, code, or a rule beneath a heading or in a table."""
_SIMPLE_LINK = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:/[\w!#$&'*+,\-./:;=?@~]*)?", re.ASCII)


def parsed(text: str, *, tables: bool) -> list[Token]:
    """The tokens of a cleaned text."""
    without = [
        rule for signs, rules in _SIGNS if not any(map(text.__contains__, signs)) for rule in rules
    ]
    if not tables:
        without.append("table")
    if not _may_hold_address(text):
        without.append("linkify")
    parser = _parser(tuple(without))
    try:
        return parser.parse(text)
    except IndexError:  # markdown-it 4.3, where a text ends in a comment in a quoted list
        return parser.parse(text + "\n")


def is_prose(text: str) -> bool:
    """Whether nothing would be found but paragraphs and line breaks."""
    return not (_SIGN.search(text) or _ODD_LINE.search("\n" + text) or _may_hold_address(text))


@lru_cache(maxsize=_PARSERS_KEPT)
def _parser(without: tuple[str, ...]) -> MarkdownIt:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    parser.linkify = _Linkify({}, {"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    parser.normalizeLink = _normalized  # type: ignore[method-assign]  # as markdown-it's documents say
    return parser.disable(list(without))


class _Linkify(LinkifyIt):  # type: ignore[misc]  # it ships no types
    """Finds addresses in text; looks closely only where one may be."""

    def pretest(self, text: str) -> bool:
        return _may_hold_address(text) and bool(super().pretest(text))

    def test(self, text: str) -> bool:
        return _may_hold_address(text) and bool(super().test(text))


def _may_hold_address(text: str) -> bool:
    return "//" in text or "mailto:" in text.lower()


def _normalized(url: str) -> str:
    """Most addresses are as they should be, which takes long to find out."""
    return url if _SIMPLE_LINK.fullmatch(url) else normalizeLink(url)
