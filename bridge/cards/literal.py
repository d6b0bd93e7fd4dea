"""Literal text that stays literal: cleaned of what cannot be seen, and never read as markup, a link or a function.

Teams shows text as Markdown, turns bare addresses into links, and knows `<at>` and `{{DATE()}}`. What a backslash can
keep apart gets one; the rest is broken with a zero-width space, which no reader sees.
"""

import re

from linkify_it.tlds import TLDS

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


_TAG = re.compile(r"<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?=#\d+;|#[xX][0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
_ADDRESS = re.compile(
    r"""(?<=/)(?=/\S)                    # http://x, //x
    | (?<=mailto:)(?=\S)
    | (?<=\S)(?=@[^\s@]+\.\S)
    | (?<=\bwww\.)(?=\S)
    | (?<=[^\s.]\.)(?=([^\W\d_]{2,}|xn--[a-z0-9-]+)(?![^\W_]))  # before what may be a top-level domain
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TOP_LEVEL = frozenset(name.lower() for name in TLDS)


def unlinked(text: str) -> str:
    """The text with every address in it broken, so that nothing turns it into a link."""
    return _ADDRESS.sub(_break, text) if "." in text or "/" in text or ":" in text else text


def _break(found: re.Match[str]) -> str:
    word = (found[1] or "").lower()
    country_like = 2
    return BREAK if len(word) <= country_like or word in _TOP_LEVEL else ""


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
