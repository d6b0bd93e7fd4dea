"""Literal text that stays literal: cleaned of what cannot be seen, and never read as markup, a link or a function.

Teams shows text as Markdown, turns bare addresses into links, and knows `<at>` and `{{DATE()}}`. What a backslash can
keep apart gets one; the rest is broken with a zero-width space, which no reader sees.
"""

import re
from functools import lru_cache

from linkify_it import LinkifyIt

BREAK = "\u200b"
"""Breaks up what would otherwise be recognised."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ufff9-\ufffb\ufeff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
_ODD = re.compile(
    "[^\n\t -~\xa0-\u1fff\u2010-\u2027\u2030-\u2065\u206a-\ud7ff\uf900-\ufefe\uff00-\ufff8\ufffc-\ufffd"
    "\U00010000-\U000dffff]"
)
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    r"""The text without control, direction-changing and private-use characters, its line ends all `\n`."""
    if not _ODD.search(text):
        return text
    return _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", _LINE_END.sub("\n", text)))


def one_line(text: str) -> str:
    """The cleaned text on a single line, runs of space made one."""
    return _SPACES.sub(" ", clean(text)).strip()


_MAY_LINK = re.compile(r"[^\s.]\.[^\s.]|//|mailto:", re.IGNORECASE)
_BREAKABLE = re.compile(r"(?<=/)(?=/)|(?<=[.:@])(?=[^\s])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?=#\d+;|#[xX][0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
_TRIES = 3


@lru_cache(maxsize=1)
def _linkify() -> LinkifyIt:
    return LinkifyIt(options={"fuzzy_link": True, "fuzzy_email": True, "fuzzy_ip": True})


def unlinked(text: str) -> str:
    """The text with every address in it broken, so that nothing turns it into a link."""
    for _ in range(_TRIES):
        found = _linkify().match(text) if _MAY_LINK.search(text) else None
        if not found:
            return text
        for match in reversed(found):
            broken = _BREAKABLE.sub(BREAK, text[match.index : match.last_index])
            text = text[: match.index] + broken + text[match.last_index :]
    return _BREAKABLE.sub(BREAK, text)


def guarded(text: str) -> str:
    """The text without a tag, entity or function that a reader could take for one; addresses stay whole."""
    text = _TAG.sub("<" + BREAK, text)
    text = ENTITY.sub("&" + BREAK, text)
    return text.replace("{{", "{" + BREAK + "{") if "{{" in text else text


def inert(text: str) -> str:
    """The text safe where no Markdown is read: no link, tag, entity or function."""
    return guarded(unlinked(clean(text)))


_SPECIAL = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~]|$)   # would escape what follows
    | (?<!\s)\* | \*(?!\s)       # emphasis, unless alone between spaces
    | (?<![^\W_])_ | _(?![^\W_])  # emphasis, unless inside a word
    | `
    | (?<=~)~ | ~(?=~) | ^~ | ~$
    | \](?=[(\[:]|$)
    | !(?=\[|$)
    """,
    re.VERBOSE,
)
_IN_LINK = re.compile(_SPECIAL.pattern + r"| [\[\]]", re.VERBOSE)
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_MARKER = re.compile(r"[#>=|]|[-+](?=\s|$|[-+])")


def literal(text: str, *, start: bool = False, link: bool = False) -> str:
    """Text on one line for where Markdown is read.

    `start`: it begins the line; `link`: it is a link's text, where an address is no second link.
    """
    text = guarded(clean(text)) if link else inert(text)
    if start:
        text = text.lstrip()
        numbered = _NUMBERED.match(text)
        marker = numbered.start(2) if numbered else 0
        starts = numbered or _MARKER.match(text)
        if starts:
            return (
                _escaped(text[:marker], link=link)
                + "\\"
                + text[marker]
                + _escaped(text[marker + 1 :], link=link)
            )
    return _escaped(text, link=link)


def _escaped(text: str, *, link: bool) -> str:
    if link:
        return _IN_LINK.sub(r"\\\g<0>", text)
    return _SPECIAL.sub(r"\\\g<0>", text)
