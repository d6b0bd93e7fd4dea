"""What a template records while it is rendered: the card's parts by its blocks, and its facts, pictures and buttons by calls."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import lru_cache

from bridge.cards.card import Block, Fact, Image, Line, OpenUrl
from bridge.cards.marks import Marks
from bridge.cards.markup import Part
from bridge.cards.mentions import Syntax

_SHORT = 400
_LINES_KEPT = 500
"""Of short lines, since names, places and labels come again and again."""


class Reader:
    """Reads what the templates of one environment render."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.short_line = lru_cache(maxsize=_LINES_KEPT)(self._line)

    def _line(self, rendered: str) -> Line:
        return Part(self.marks.split(rendered), {}).line()


@dataclass(slots=True)
class Recorder:
    """One render's record; parts are kept as rendered.

    `zone` is the one that times are told in, `mentions` the source's way to mention people in text that they wrote.
    """

    reader: Reader
    zone: tzinfo = UTC
    mentions: Syntax = "none"
    parts: dict[str, str] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    actions: list[OpenUrl] = field(default_factory=list)
    avatar: Image | None = None
    fragments: dict[int, tuple[Block, ...]] = field(default_factory=dict)

    @property
    def marks(self) -> Marks:
        """The marks of what is rendered."""
        return self.reader.marks

    def read(self, rendered: str) -> Part:
        """A rendered string, to be read as a line or as blocks."""
        return Part(self.marks.split(rendered), self.fragments)

    def line(self, rendered: str) -> Line:
        """A rendered string as a line."""
        if not rendered:
            return ()
        reader = self.reader
        if len(rendered) > _SHORT or reader.marks.refer(rendered):
            return self.read(rendered).line()
        return reader.short_line(rendered)

    def keep(self, blocks: tuple[Block, ...]) -> str:
        """Keep text that is already read, and give what stands for it in a rendered string."""
        number = self.marks.number()
        self.fragments[number] = blocks
        return self.marks.fragment(number)


recording: ContextVar[Recorder] = ContextVar("recording")
"""The render that is going on. Not in Jinja's context, because imported macros do not see that."""
