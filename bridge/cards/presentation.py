"""How the cards of one subscription look: read from what it asks for, and applied to a card. Pure, and it never fails.

What a subscription asks for was checked when it was saved. What can no longer be read of it is left out here, because
a card is worth more than its looks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Any, Final, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from bridge.cards.card import Accent, Block, Card, Fact, Line, Span, plain
from bridge.cards.cut import block_length, cut_blocks, cut_line
from bridge.cards.literal import one_line

Style: TypeAlias = Literal["full", "compact"]

STYLES: Final[tuple[Style, ...]] = get_args(Style)
ACCENTS: Final[tuple[Accent, ...]] = get_args(Accent)
AUTO: Final = "auto"
"""The accent that the source gives."""

COMPACT_FACTS: Final = 3
"""A compact card's line has the first facts, unless the subscription names those that it wants."""

COMPACT_VALUE: Final = 60
"""Characters of one value on that line."""

LEAST_TEXT: Final = 20
"""Characters of a body's text, if it has any at all."""

_BETWEEN: Final = Span(" · ")
_MARKS: Final = 2
"""Characters that marking a cut may add."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a subscription asks for. `accent` and `text` are None where the source's own stand.

    `facts` are the names to show, in that order, None for all; `without` those to leave out; both as `key` gives them.
    `text` is how many characters the body may have, 0 for none. `zone` is an IANA name. `templates` are the
    subscriber's own, each with the pattern of event types that it is for; the first that fits is taken. `mentions`: people
    whom the card is for are mentioned.
    """

    style: Style = "full"
    accent: Accent | None = None
    facts: tuple[str, ...] | None = None
    without: frozenset[str] = frozenset()
    text: int | None = None
    zone: str = "UTC"
    templates: tuple[tuple[str, str], ...] = ()
    mentions: bool = False

    @property
    def tz(self) -> tzinfo:
        """The zone that times are told in."""
        return UTC if self.zone == "UTC" else ZoneInfo(self.zone)


PLAIN: Final = Presentation()
"""The source's own card."""


def read(given: Mapping[str, Any]) -> Presentation:
    """What a subscription's `presentation` asks for, as far as it can be read."""
    if not given:
        return PLAIN
    facts = given.get("facts")
    return Presentation(
        style="compact" if given.get("style") == "compact" else "full",
        accent=next((one for one in ACCENTS if one == given.get("accent")), None),
        facts=_names(facts) if isinstance(facts, list | tuple) else None,
        without=frozenset(_names(facts.get("except")) if isinstance(facts, Mapping) else ()),
        text=_text(given.get("text")),
        zone=_zone(given.get("time_zone")),
        templates=tuple(_templates(given.get("template"))),
        mentions=given.get("mentions") is True,
    )


def key(name: str) -> str:
    """A fact's name as it is compared."""
    return one_line(name).casefold()


def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises `ValueError` where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # no such file, or a folder, or no zone's
        raise ValueError(f"There is no time zone {name}.") from error


def present(card: Card, wanted: Presentation) -> Card:
    """The card as the subscription wants it. Its title, its address and the way there always stay."""
    if wanted is PLAIN:
        return card
    card = replace(
        card,
        accent=wanted.accent or card.accent,
        text=card.text if wanted.text is None else _cut(card.text, wanted.text),
        facts=_chosen(card.facts, wanted),
    )
    return _compact(card, wanted) if wanted.style == "compact" else card


def _compact(card: Card, wanted: Presentation) -> Card:
    """Its title, one line of what matters, and the first button."""
    shown = card.facts
    if wanted.facts is None:
        said = plain(card.title)
        shown = tuple(fact for fact in shown if not _repeats(fact, said))[:COMPACT_FACTS]
    told = [(Span(f"{fact.name}: "), *cut_line(fact.value, COMPACT_VALUE)) for fact in shown]
    return replace(
        card,
        author=_joined([card.author, *told] if card.author else told),
        avatar=None,
        text=(),
        facts=(),
        images=(),
        actions=card.actions[:1],
        compact=True,
    )


def _repeats(fact: Fact, title: str) -> bool:
    """Whether the title says what a fact does. A single plain word may stand there for something else."""
    value = plain(fact.value)
    named = " " in value or any(span.link or span.code for span in fact.value)
    return named and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", title) is not None


def _joined(parts: Iterable[Line]) -> Line:
    joined: list[Span] = []
    for part in parts:
        joined += (_BETWEEN, *part) if joined else part
    return tuple(joined)


def _chosen(facts: tuple[Fact, ...], wanted: Presentation) -> tuple[Fact, ...]:
    if wanted.facts is not None:
        return tuple(fact for name in wanted.facts for fact in facts if key(fact.name) == name)
    if wanted.without:
        return tuple(fact for fact in facts if key(fact.name) not in wanted.without)
    return facts


def _cut(blocks: tuple[Block, ...], limit: int) -> tuple[Block, ...]:
    """The blocks in so many characters, their marks included: what was cut once is not cut again."""
    if limit == 0:
        return ()
    if sum(map(block_length, blocks)) <= limit:
        return blocks
    return tuple(cut_blocks(blocks, limit - _MARKS))


def _names(given: Any) -> tuple[str, ...]:
    names = given if isinstance(given, list | tuple) else ()
    return tuple(dict.fromkeys(key(name) for name in names if isinstance(name, str)))


def _text(given: Any) -> int | None:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        return None
    return max(given, LEAST_TEXT) if given else 0


def _zone(given: Any) -> str:
    if not isinstance(given, str):
        return PLAIN.zone
    try:
        return zone_of(given).key
    except ValueError:
        return PLAIN.zone


def _templates(given: Any) -> Iterator[tuple[str, str]]:
    templates = {"*": given} if isinstance(given, str) else given
    if isinstance(templates, Mapping):
        for pattern, text in templates.items():
            if isinstance(text, str) and text:
                yield str(pattern), text
