"""What a piece of HTML says within people's Markdown: its text, and its pictures as links."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import cast

from bridge.cards.card import Span
from bridge.cards.inline import LineWriter
from bridge.cards.links import http_url

_KNOWN_TAGS = frozenset(
    re.findall(
        r"\w+",
        """a abbr b bdi bdo blockquote br center cite code dd del details dfn div dl dt em figure figcaption font
        h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp small source span strike
        strong sub summary sup table tbody td tfoot th thead tr tt u ul var video""",
    )
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL)
_BREAKING_TAGS = frozenset(
    ["br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "blockquote"]
)


def html_spans(source: str) -> tuple[Span, ...]:
    """What a piece of HTML says, without its tags and comments; a tag that HTML does not know is somebody's text."""
    return tuple(_HtmlText(_COMMENT.sub("", source)).spans())


class _HtmlText(HTMLParser):
    """Gathers the text of a piece of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._writer = LineWriter()
        self._hidden = 0
        self.feed(source)
        self.close()

    def spans(self) -> Iterator[Span]:
        yield from self._writer.take()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._hidden += 1
        elif tag == "img":
            given = dict(attrs)
            picture(self._writer, given.get("alt") or "", given.get("src") or "")
        elif tag in _BREAKING_TAGS:
            self._writer.write("\n")
        elif tag not in _KNOWN_TAGS:
            self._writer.write(cast("str", self.get_starttag_text()))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BREAKING_TAGS:
            self._writer.write("\n")
        elif tag not in _KNOWN_TAGS:
            self._writer.write(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._writer.write(data)


def picture(writer: LineWriter, alt: str, source: str) -> None:
    """Write a picture as a link to it, unless it is within a link."""
    if writer.in_link:
        writer.write(alt or "image")
        return
    writer.enter_link(http_url(source))
    writer.write(alt or "image")
    writer.leave_link()
