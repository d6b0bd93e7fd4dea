"""Lines written as Teams' Markdown, the same for both of its card formats but for code and struck text."""

import re
from collections.abc import Collection

from bridge.cards.card import Items, Line, Span
from bridge.cards.links import http_url
from bridge.cards.literal import BREAK, ENTITY, clean, guarded, literal, one_line
from bridge.cards.spans import alike, styled

_BACKTICKS = re.compile("`+")


def line_markdown(line: Line, *, rich: bool = True, people: Collection[str | None] = ()) -> str:
    """A line without line breaks. `rich`: code and strike-through have their signs, else they are plain text.

    `people` are the persons that are mentioned, in Adaptive Cards' way.
    """
    runs = _runs(line, rich=rich, people=people)
    written = ""
    for index, run in enumerate(runs):
        following = runs[index + 1].text[0] if index + 1 < len(runs) else ""
        written = _append(written, run, following)
    return written.strip()


def text_markdown(text: str) -> str:
    """Literal text as one line of Markdown."""
    return literal(one_line(text), start=True)


def items_markdown(items: Items, *, rich: bool = True, people: Collection[str | None] = ()) -> str:
    """A list as Markdown, one line an item."""
    lines = filter(None, (line_markdown(line, rich=rich, people=people) for line in items.lines))
    if items.start is None:
        return "\n".join(f"- {line}" for line in lines)
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, items.start))


def _runs(line: Line, *, rich: bool, people: Collection[str | None]) -> list[Span]:
    """What looks the same made one, so that no address hides in two; every line break made a space.

    Only who is mentioned is somebody still.
    """
    runs: list[Span] = []
    for span in line:
        text = clean(span.text).replace("\n", " ")
        if not text:
            continue
        if span.person in people:
            runs.append(Span(text, person=span.person))
            continue
        link = http_url(span.link) if span.link else None
        code, strike = rich and span.code, rich and span.strike
        run = span
        if (text, link, code, strike, None) != (
            span.text,
            span.link,
            span.code,
            span.strike,
            span.person,
        ):
            run = Span(text, span.bold, span.italic, code, strike, link)
        last = runs[-1] if runs else None
        if last is None or last.person is not None or last.link != link:
            runs.append(run)
        elif alike(last, run):
            runs[-1] = styled(run, last.text + text)
        elif link:
            runs[-1] = Span(last.text + text, link=link)
        else:
            runs.append(run)
    return runs


def _append(written: str, run: Span, following: str) -> str:
    """Add a run. Space moves out of its signs, which are not signs beside it; what else would unmake them is parted."""
    text, italic, code, link = run.text, run.italic, run.code, run.link
    if run.person is not None:
        return f"{written}<at>{text}</at>"
    signs = ("~~" if run.strike else "") + ("**" if run.bold else "")
    if not (signs or italic or code or link):
        return written + literal(text, start=not written)
    inner = text.strip()
    if not inner:
        return written + literal(text, start=not written)
    before, _, after = text.partition(inner)
    written += before if written else ""
    if code:
        content = _code(inner)
    else:
        content = literal(inner, start=not (written or signs or link), link=link is not None)
    if link:
        address = ENTITY.sub("&amp;", link) if "&" in link else link
        content = f"[{content}]({address})"
    following = after or following
    alone = (not written or written[-1].isspace()) and not following.strip()
    if italic:
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
    runs = set(_BACKTICKS.findall(text))
    fence = "`" * least
    while fence in runs:
        fence += "`"
    return fence
