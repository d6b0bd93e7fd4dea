"""Text that must come through Markdown as it is, and the pieces that it is put together with."""

import re
from urllib.parse import quote

ADDRESS = r"https?://[^\s<>\[\]|{}\"]*[^\s<>\[\]|{}\".,;:!?')*_]"
"""A bare web address, without the punctuation after it."""

_SPECIAL = re.compile(rf"({ADDRESS})|([\\`*_\[\]<>~|&])")
_SIGN = re.compile(r"[\\`*_\[\]<>~|&]")
_STARTS = re.compile(r"^([ \t]*)(?:(#{1,6}|\+|=+|-+)|(\d{1,9})([.)]))(?=\s|$)", re.MULTILINE)
_TICKS = re.compile(r"`+")

APART = "<!-- -->"
"""Keeps markup apart from the word beside it, where Markdown would not see it as markup; shows nothing."""


def literal(words: str) -> str:
    """The words with nothing in them that is Markdown; web addresses are links to themselves."""
    return _SPECIAL.sub(_literal, words)


def _literal(found: re.Match[str]) -> str:
    return f"<{found[1]}>" if found[1] else "\\" + found[2]


def unlinked(words: str) -> str:
    """The same for the words of a link, in which no address is a second one."""
    return _SIGN.sub(r"\\\g<0>", words)


def line_starts(words: str) -> str:
    """The same for what is only markup where a line begins: headings, rules and lists."""
    return _STARTS.sub(_escaped_start, words)


def _escaped_start(found: re.Match[str]) -> str:
    return f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\{found[4]}"


def code(words: str) -> str:
    """The words as inline code, whatever ticks they hold."""
    ticks = "`" * (1 + max((len(run) for run in _TICKS.findall(words)), default=0))
    pad = " " if words[:1] == "`" or words[-1:] == "`" else ""
    return f"{ticks}{pad}{words}{pad}{ticks}"


def code_block(words: str) -> str:
    """The words as a block of code, whatever ticks they hold."""
    ticks = "`" * max(3, *(1 + len(run) for run in _TICKS.findall(words)), 3)
    return f"{ticks}\n{words}\n{ticks}"


def mentioned(name: str, account: str) -> str:
    """Somebody who is mentioned, as the filter `excerpt` reads it: who has this account id or user name."""
    if not account:
        return literal(f"@{name}")
    return f"[{unlinked(f'@{name}')}](person:{quote(account, safe='')})"


def linked(words: str, address: str) -> str:
    """A link, where the address is one: `words` are Markdown already."""
    if words in {address, unlinked(address)}:
        return literal(address)
    if not address.startswith(("https://", "http://")) or re.search(r"[<>\s]", address):
        return words
    return f"[{words}](<{address}>)"
