"""Many cards as one: where a channel would get more than it takes, each of them becomes a line that leads to its thing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bridge.cards.card import Accent, Card, Items, Line, Paragraph, Span
from bridge.cards.cut import ELLIPSIS, cut_line, cut_text
from bridge.cards.fit import fit
from bridge.cards.links import http_url
from bridge.cards.literal import clean, one_line
from bridge.cards.spans import styled, tidy

OPEN: Final = "Open"
"""The words of a link to the thing, where the title already leads elsewhere."""

LINE: Final = 160
"""Characters of one entry."""

NAME: Final = 100
"""Characters of a group's or source's name."""

SUMMARY: Final = 240
"""Characters of what a notification shows."""

LINKS: Final = 2000
"""Characters that the addresses of one entry may have together; a link beyond them is text."""

_ALARMS: Final[tuple[Accent, ...]] = ("attention", "warning")


@dataclass(frozen=True, slots=True)
class Entry:
    """A card that goes into a digest. `group` names what happened, for people: the event type's label.

    `remark` is said after it on its line.
    """

    group: str
    card: Card
    remark: str | None = None


def digest_card(entries: Sequence[Entry], *, label: str) -> Card:
    """The card of all entries, grouped by what happened in the order of first arrival.

    `label` names where they come from, if that is one place.
    """
    groups: dict[str, list[Line]] = {}
    for entry in entries:
        groups.setdefault(one_line(entry.group) or "Others", []).append(_entry(entry))
    counted = [(f"{cut_text(name, NAME)} ({len(lines)})", lines) for name, lines in groups.items()]
    noun = "notification" if len(entries) == 1 else "notifications"
    said = f"{len(entries)} {noun}"
    if source := cut_text(one_line(label), NAME):
        said += f" from {source}"
    return Card(
        title=(Span(said),),
        summary=cut_text(f"{said}: {', '.join(name for name, _ in counted)}", SUMMARY),
        text=tuple(
            block
            for name, lines in counted
            for block in (Paragraph((Span(name, bold=True),)), Items(tuple(lines)))
        ),
        accent=_accent({entry.card.accent for entry in entries}),
    )


def fit_digest(
    entries: Sequence[Entry], label: str, encode: Callable[[Card], bytes], limit: int
) -> tuple[bytes, int]:
    """The encoded digest of as many of the first entries as fit into `limit` bytes whole, and how many they are.

    `encode` must not cut anything. Two always fit into 20 KB; a single one is made to fit. Raises `ValueError` without
    an entry, and for a limit that no card keeps.
    """
    if not entries:
        raise ValueError("A digest needs an entry.")

    def encoded(count: int) -> bytes:
        return encode(digest_card(entries[:count], label=label))

    fits, count, too_many = b"", 0, len(entries) + 1
    trying = len(entries)
    while trying > count:
        body = encoded(trying)
        if len(body) <= limit:
            fits, count = body, trying
        else:
            too_many = trying
        trying = (count + too_many) // 2
    return (
        (fits, count) if count else (fit(digest_card(entries[:1], label=label), encode, limit), 1)
    )


def _accent(accents: set[Accent]) -> Accent:
    """The worst; what is no alarm only where all share it."""
    alarm = next((accent for accent in _ALARMS if accent in accents), None)
    return alarm or (accents.pop() if len(accents) == 1 else "neutral")


def _entry(entry: Entry) -> Line:
    line = _line(entry.card)
    if not entry.remark:
        return line
    return (*line, Span(f" · {cut_text(one_line(entry.remark), LINE)}", italic=True))


def _line(card: Card) -> Line:
    """One card as one line that always shows something, and leads to the thing if there is one to lead to."""
    url = http_url(card.url) if card.url else None
    if url and len(url) > LINKS:
        url = None
    title = _said(card.title) or _said((Span(card.summary),)) or (Span(ELLIPSIS),)
    title = _bounded(cut_line(title, LINE), LINKS - len(url or ""))
    own = {span.link for span in title if span.link}
    if url is None or url in own:
        return title
    if own:
        return (*title, Span(" · "), Span(OPEN, link=url))
    return tuple(replace(span, link=url) for span in title)


def _said(line: Line) -> Line:
    """The line without breaks and without what cannot be seen; empty where nothing of it can."""
    said = tidy(styled(span, clean(span.text)) for span in line)
    shows = any(sign.isprintable() and not sign.isspace() for span in said for sign in span.text)
    return said if shows else ()


def _bounded(line: Line, left: int) -> Line:
    """The line with only those links that are addresses, as long as there is room for them."""
    bounded: list[Span] = []
    for span in line:
        link = http_url(span.link) if span.link else None
        left -= len(link or "")
        bounded.append(replace(span, link=link if left >= 0 else None))
    return tuple(bounded)
