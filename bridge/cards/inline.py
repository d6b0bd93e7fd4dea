"""Markdown's inline tokens told as spans; what reads templates and what reads people's text differ only in their words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from markdown_it.token import Token

from bridge.cards.card import Line, Span
from bridge.cards.links import http_url

_Reader = TypeVar("_Reader")


class LineWriter:
    """Writes spans while Markdown's tokens switch styles on and off."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._depth = {"strong": 0, "em": 0, "s": 0}
        self._links: list[str | None] = []
        self.person: str | None = None

    def style(self, name: str, by: int) -> None:
        """Enter (1) or leave (-1) `strong`, `em` or `s`."""
        self._depth[name] += by

    def enter_link(self, address: str | None) -> None:
        """Begin a link; without an address its text is plain."""
        self._links.append(address)

    def leave_link(self) -> str | None:
        """End the link, and say where it led."""
        return self._links.pop()

    @property
    def in_link(self) -> bool:
        """Whether a link, even one that leads nowhere, is open."""
        return bool(self._links)

    def write(self, text: str, *, code: bool = False) -> None:
        """Add text in the styles that are on."""
        depth = self._depth
        link = self._links[-1] if self._links else None
        span = Span(
            text, depth["strong"] > 0, depth["em"] > 0, code, depth["s"] > 0, link, self.person
        )
        self._spans.append(span)

    def splice(self, line: Line) -> None:
        """Add a line that has its own styles, those that are on added to it."""
        for span in line:
            self._spans.append(
                Span(
                    span.text,
                    span.bold or self._depth["strong"] > 0,
                    span.italic or self._depth["em"] > 0,
                    span.code,
                    span.strike or self._depth["s"] > 0,
                    self._links[-1] if self._links else span.link,
                    span.person,
                )
            )

    def take(self) -> tuple[Span, ...]:
        """What was written since the last time."""
        spans, self._spans = tuple(self._spans), []
        return spans


def methods_of(reader: type[_Reader]) -> Mapping[str, Callable[[_Reader, Token], None]]:
    """The methods of a reader by the type of the tokens that they are for: `on_text` is for `text`."""
    return {
        name.removeprefix("on_"): getattr(reader, name)
        for name in dir(reader)
        if name.startswith("on_")
    }


class InlineReader:
    """Reads inline tokens into its writer. A token without a method here or in a subclass is left out."""

    soft_break = " "
    """What a line break in a paragraph's source becomes."""

    _methods: ClassVar[Mapping[str, Callable[[Any, Token], None]]]

    def __init_subclass__(cls) -> None:
        cls._methods = methods_of(cls)

    def __init__(self) -> None:
        self.writer = LineWriter()

    def read(self, tokens: Sequence[Token] | None) -> None:
        """Read an inline token's children."""
        for token in tokens or ():
            if method := self._methods.get(token.type):
                method(self, token)

    def on_text(self, token: Token) -> None:
        """Write the text."""
        self.writer.write(token.content)

    def on_softbreak(self, _: Token) -> None:
        """Write the break as this reader has it."""
        self.writer.write(self.soft_break)

    def on_hardbreak(self, _: Token) -> None:
        """Write a line break."""
        self.writer.write("\n")

    def on_code_inline(self, token: Token) -> None:
        """Write code."""
        self.writer.write(token.content, code=True)

    def on_link_open(self, token: Token) -> None:
        """Begin a link."""
        self.writer.enter_link(http_url(str(token.attrs["href"])))

    def on_link_close(self, _: Token) -> None:
        """End a link."""
        self.writer.leave_link()

    def on_strong_open(self, token: Token) -> None:
        """Switch a style on or off."""
        self.writer.style(token.tag, token.nesting)

    on_strong_close = on_em_open = on_em_close = on_s_open = on_s_close = on_strong_open
