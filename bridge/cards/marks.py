"""Telling what a template says from what a value says, in the string that Jinja renders.

Every piece of template text is put between two marks when the template is compiled. A mark is a run of private-use
characters drawn anew for each environment, so no value can hold one; whatever stands outside marks came from a value.
This holds through macros, `set` blocks, `~`, `join` and `format`, and nothing needs escaping.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Literal, TypeAlias

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_PRIVATE_RANGES = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_PRIVATE = re.compile(f"[{_PRIVATE_RANGES}]")
_MARK_CHARACTERS = 6  # 96 bits


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a rendered string. A fragment's text is its number."""

    kind: Literal["markup", "literal", "fragment"]
    text: str


Segments: TypeAlias = list[Segment]


def _mark() -> str:
    return "".join(chr(0xF0000 + secrets.randbelow(0xFFFE)) for _ in range(_MARK_CHARACTERS))


class Marks:
    """The marks of one environment."""

    def __init__(self) -> None:
        self._open, self._close, self._fragment = _mark(), _mark(), _mark()
        self._pieces = re.compile(
            f"{self._open}([^{_PRIVATE_RANGES}]*){self._close}"
            f"|{self._fragment}([0-9]+){self._fragment}"
        )
        self._stray = re.compile(f"{self._open}|{self._close}|{self._fragment}")
        self._numbers = count()

    def markup(self, text: str) -> str:
        """Template text, marked."""
        return f"{self._open}{_PRIVATE.sub('', text)}{self._close}" if text else ""

    def number(self) -> int:
        """A number for a fragment that no other of the environment has."""
        return next(self._numbers)

    def fragment(self, number: int) -> str:
        """A reference to what a render keeps under that number."""
        return f"{self._fragment}{number}{self._fragment}"

    def split(self, rendered: str) -> Segments:
        """The pieces of a rendered string in their order; neighbouring ones may be of one kind."""
        segments: Segments = []
        end = 0
        for match in self._pieces.finditer(rendered):
            if match.start() > end:
                segments.append(self._literal(rendered[end : match.start()]))
            end = match.end()
            if match[2] is not None:
                segments.append(Segment("fragment", match[2]))
            elif match[1]:
                segments.append(Segment("markup", match[1]))
        if end < len(rendered):
            segments.append(self._literal(rendered[end:]))
        return segments

    def plain(self, rendered: str) -> str:
        """A rendered string as mere text."""
        if not self._stray.search(rendered):
            return rendered
        return "".join(
            segment.text for segment in self.split(rendered) if segment.kind != "fragment"
        )

    def _literal(self, text: str) -> Segment:
        return Segment("literal", self._stray.sub("", text))


class MarkedEnvironment(Environment):
    """An environment whose template text is marked."""

    marks: Marks


class MarkTemplateText(Extension):
    """Marks every piece of template text between lexing and parsing."""

    environment: MarkedEnvironment

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens, those of text marked."""
        marks = self.environment.marks
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", marks.markup(token.value))
            else:
                yield token
