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


def clean(text: str) -> str:
    r"""The text without control, direction-changing and private-use characters, its line ends all `\n`."""
    if (text.isascii() and text.isprintable()) or not _ODD.search(text):
        return text
    return _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", _LINE_END.sub("\n", text)))


def one_line(text: str) -> str:
    """The cleaned text on a single line, runs of space made one."""
    return " ".join(clean(text).split())


_TAG = re.compile(r"<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?=#\d+;|#[xX][0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
# Here and below every alternative begins with the character that it is about: Python then looks for these alone.
_ADDRESS = re.compile(
    r"""/(?=/\S)                     # http://x, //x
    | :(?<=mailto:)(?=\S)
    | @(?<=\S@)(?=[^\s@]+\.\S)
    | \.(?<=\bwww\.)(?=\S)
    | \.(?<=[^\s.]\.)(?=([^\W\d_]{2,}|xn--[a-z0-9-]+)(?![^\W_]))  # before what may be a top-level domain
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TOP_LEVEL = frozenset(name.lower() for name in TLDS)


def unlinked(text: str) -> str:
    """The text with every address in it broken, so that nothing turns it into a link."""
    return _ADDRESS.sub(_break, text)


def _break(found: re.Match[str]) -> str:
    sign, word = found[0], (found[1] or "").lower()
    country_like = 2
    if len(word) > country_like and word not in _TOP_LEVEL:
        return sign
    return BREAK + sign if sign == "@" else sign + BREAK


def guarded(text: str) -> str:
    """The text without a tag, entity or function that a reader could take for one; addresses stay whole."""
    if "<" in text:
        text = _TAG.sub("<" + BREAK, text)
    if "&" in text:
        text = ENTITY.sub("&" + BREAK, text)
    return text.replace("{{", "{" + BREAK + "{") if "{{" in text else text


def inert(text: str) -> str:
    """The text safe where no Markdown is read: no link, tag, entity or function."""
    return guarded(unlinked(clean(text)))


_SPECIAL = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~]|$)       # would escape what follows
    | \*(?<!\s\*) | \*(?!\s)       # emphasis, unless alone between spaces
    | _(?<![^\W_]_) | _(?![^\W_])  # emphasis, unless inside a word
    | `
    | ~(?<=~~) | ~(?=~) | ~(?<=^~) | ~$
    | \](?=[(\[:]|$)
    | !(?=\[|$)
    """,
    re.VERBOSE,
)
_OPENING = re.compile(r"""[\[({"']""")
_IN_LINK = re.compile(_SPECIAL.pattern + r"| \[ | \]", re.VERBOSE)
_LOUD = re.compile(r"""[^ A-Za-z0-9"#$%'()+,\-/;=>?^|}]""")
"""What may have to be escaped or broken up; of all else only `//`, and what begins a line."""
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_MARKER = re.compile(r"[#>=|]|[-+](?=\s|$|[-+])")


def literal(text: str, *, start: bool = False, link: bool = False) -> str:
    """Text on one line for where Markdown is read.

    `start`: it begins the line; `link`: it is a link's text, where an address is no second link and stays whole. But one
    with an opening sign would be read on to its closing one, past the link's own end.
    """
    quiet = not _LOUD.search(text) and "//" not in text
    if not quiet:
        whole = link and not _OPENING.search(text)
        text = guarded(clean(text)) if whole else inert(text)
    before = ""
    if start:
        text = text.lstrip()
        if (at := _marker(text)) >= 0:
            before, text = f"{text[:at]}\\{text[at]}", text[at + 1 :]
    if not quiet:
        text = (_IN_LINK if link else _SPECIAL).sub(_backslashed, text)
    return before + text


def _marker(text: str) -> int:
    """Where the sign is that would make the line a list's item or the like; -1: nowhere."""
    if text[:1].isalpha():
        return -1
    if numbered := _NUMBERED.match(text):
        return numbered.start(2)
    return 0 if _MARKER.match(text) else -1


def _backslashed(found: re.Match[str]) -> str:
    return "\\" + found[0]
