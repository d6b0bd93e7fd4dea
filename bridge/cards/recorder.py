"""What a template records while it is rendered: the card's parts by its blocks, and its facts, pictures and buttons by calls."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from bridge.cards.card import Block, Fact, Image, Line, OpenUrl
from bridge.cards.marks import Marks
from bridge.cards.markup import Part


@dataclass(slots=True)
class Recorder:
    """One render's record."""

    marks: Marks
    parts: dict[str, Part] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    actions: list[OpenUrl] = field(default_factory=list)
    avatar: Image | None = None
    fragments: dict[int, tuple[Block, ...]] = field(default_factory=dict)

    def read(self, rendered: str) -> Part:
        """A rendered string, to be read as a line or as blocks."""
        return Part(self.marks.split(rendered), self.fragments)

    def line(self, rendered: str) -> Line:
        """A rendered string as a line."""
        return self.read(rendered).line() if rendered else ()

    def keep(self, blocks: tuple[Block, ...]) -> str:
        """Keep text that is already read, and give what stands for it in a rendered string."""
        number = self.marks.number()
        self.fragments[number] = blocks
        return self.marks.fragment(number)


recording: ContextVar[Recorder] = ContextVar("recording")
"""The render that is going on. Not in Jinja's context, because imported macros do not see that."""
