"""Lines written as Teams' Markdown, the same for both of its card formats but for code and struck text."""

from dataclasses import replace
from itertools import groupby

from bridge.cards.card import Items, Line, Span
from bridge.cards.links import http_url
from bridge.cards.literal import BREAK, ENTITY, clean, guarded, literal, one_line
from bridge.cards.spans import merge


def line_markdown(line: Line, *, rich: bool = True) -> str:
    """A line without line breaks. `rich`: code and strike-through have their signs, else they are plain text."""
    spans = _joined(line, rich=rich)
    written = ""
    for index, span in enumerate(spans):
        following = spans[index + 1].text[0] if index + 1 < len(spans) else ""
        written = _append(written, span, following)
    return written.strip()


def text_markdown(text: str) -> str:
    """Literal text as one line of Markdown."""
    return literal(one_line(text), start=True)


def items_markdown(items: Items, *, rich: bool = True) -> str:
    """A list as Markdown, one line an item."""
    lines = filter(None, (line_markdown(line, rich=rich) for line in items.lines))
    if items.start is None:
        return "\n".join(f"- {line}" for line in lines)
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, items.start))


def _joined(line: Line, *, rich: bool) -> Line:
    """What looks the same made one span, so that no address hides in two; every line break made a space."""
    spans = merge(
        replace(
            span,
            text=clean(span.text).replace("\n", " "),
            code=span.code and rich,
            strike=span.strike and rich,
            link=http_url(span.link) if span.link else None,
        )
        for span in line
    )
    joined: list[Span] = []
    for address, linked in groupby(spans, key=lambda span: span.link):
        run = list(linked)
        if address and len(run) > 1:
            run = [Span("".join(span.text for span in run), link=address)]
        joined += run
    return merge(joined)


def _append(written: str, span: Span, following: str) -> str:
    """Add a span. Space moves out of its signs, which are not signs beside it; what else would unmake them is parted."""
    inner = span.text.strip()
    signs = ("~~" if span.strike else "") + ("**" if span.bold else "")
    if not inner or not (signs or span.italic or span.link or span.code):
        return written + literal(span.text, start=not written)
    before, _, after = span.text.partition(inner)
    written += before if written else ""
    if span.code:
        content = _code(inner)
    else:
        content = literal(inner, start=not (written or signs or span.link), link=bool(span.link))
    if span.link:
        content = f"[{content}]({ENTITY.sub('&amp;', span.link)})"
    following = after or following
    alone = (not written or written[-1].isspace()) and not following.strip()
    if span.italic:
        signs += "_" if alone else "*"
    if signs:
        if written and not written[-1].isspace():
            written += BREAK if written[-1] in "*_~" else ""
            content = content if content[0].isalnum() else BREAK + content
        if following.strip() and not content[-1].isalnum():
            content += BREAK
    return written + signs + content + _mirrored(signs) + after


def _mirrored(signs: str) -> str:
    return signs[::-1]


def _code(text: str) -> str:
    fence = fence_for(text, 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{guarded(text)}{pad}{fence}"


def fence_for(text: str, least: int) -> str:
    """A run of backticks that is not in the text, of at least so many."""
    runs = {len(list(run)) for sign, run in groupby(text) if sign == "`"}
    return "`" * next(size for size in range(least, len(text) + least + 1) if size not in runs)
