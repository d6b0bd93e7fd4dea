"""Telling what a template says from what a value says, in the string that Jinja renders.

Every piece of template text is put between two marks when the template is compiled. A mark is a run of private-use
characters drawn anew for each environment, so no value can hold one; whatever stands outside marks came from a value.
This holds through macros, `set` blocks, `~`, `join` and `format`, and nothing needs escaping.
"""

import re
import secrets
from collections.abc import Iterable
from itertools import count
from typing import TypeAlias

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_PRIVATE_RANGES = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_PRIVATE = re.compile(f"[{_PRIVATE_RANGES}]")
_NONCE_CHARACTERS = 5  # 80 bits, and 16 in the last one

Pieces: TypeAlias = Iterable[tuple[str, str | None, str | None]]
"""A rendered string in its order: literal text, and the markup or the number of the fragment that follows it.

Each of the three may be empty or missing.
"""


class Marks:
    """The marks of one environment: all begin with its nonce, and differ in their last character."""

    def __init__(self) -> None:
        first = 0xF0000
        self._nonce = "".join(
            chr(first + secrets.randbelow(0xFFFE)) for _ in range(_NONCE_CHARACTERS)
        )
        last = secrets.SystemRandom().sample(range(first, first + 0xFFFE), 3)
        self._open, self._close, self._fragment = (self._nonce + chr(one) for one in last)
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

    def refer(self, rendered: str) -> bool:
        """Whether a rendered string refers to a fragment."""
        return self._fragment in rendered

    def holds(self, rendered: str) -> bool:
        """Whether a rendered string is more than literal text."""
        return self._nonce in rendered

    def split(self, rendered: str) -> Pieces:
        """The pieces of a rendered string."""
        if self._nonce not in rendered:
            return ((rendered, None, None),)
        pieces = self._pieces.split(rendered)
        literals = pieces[::3]
        if rendered.count(self._nonce) != 2 * (len(literals) - 1):
            literals = [self._stray.sub("", literal) for literal in literals]
        return zip(literals, [*pieces[1::3], None], [*pieces[2::3], None], strict=True)

    def plain(self, rendered: str) -> str:
        """A rendered string as mere text."""
        if self._nonce not in rendered:
            return rendered
        return "".join(literal + (markup or "") for literal, markup, _ in self.split(rendered))


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
