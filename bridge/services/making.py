"""The cards of an event that was kept, made anew to tell of them: nothing is sent, and nothing is changed by it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from bridge.cards.card import plain
from bridge.cards.literal import one_line
from bridge.cards.presentation import PLAIN, Presentation
from bridge.cards.templates import CardRenderer
from bridge.channel import ChannelKind
from bridge.errors import TemplateFailed
from bridge.models import AttributeValue, Endpoint, Event, ParsedEvent
from bridge.pipeline.faults import printable, sentence
from bridge.pipeline.route import Unroutable, parsed
from bridge.pipeline.shown import show
from bridge.registry import Registry
from bridge.source import Source

WHOLE: Final = 1 << 30
"""A limit in bytes that nothing is cut for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an event is read as today. `source` is None where it cannot be read, and `problem` says why."""

    endpoint: Endpoint
    source: Source | None = None
    parts: tuple[ParsedEvent, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class MadePart:
    """One of the things that a webhook tells: what it is about, its address and its card's title.

    `template` names what the source's own card is made with; `problem` says why there is no card.
    """

    type: str
    attributes: Mapping[str, AttributeValue]
    object: str | None = None
    url: str | None = None
    template: str | None = None
    title: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class MadeCard:
    """A card as it would be sent now to a channel of that `kind`, which takes `limit` bytes.

    `whole` is its size in bytes before it is cut to fit, `size` after. `note` says why it does not look as its subscription
    wants, `problem` why it cannot be made; the sizes are 0 then.
    """

    kind: str
    limit: int
    size: int = 0
    whole: int = 0
    note: str | None = None
    problem: str | None = None

    @property
    def cut(self) -> bool:
        """Whether something has to be left out."""
        return self.whole > self.limit


async def reading(registry: Registry, event: Event, endpoint: Endpoint) -> Reading:
    """Read an event again, as the worker would."""
    try:
        source, parts = await parsed(registry, event, endpoint)
    except Unroutable as error:
        return Reading(endpoint, problem=printable(str(error)))
    return Reading(endpoint, source, parts)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes cards of what was read."""

    cards: CardRenderer

    def parts(self, read: Reading) -> tuple[MadePart, ...]:
        """Each part with what is told of the source's own card."""
        if read.source is None:
            return ()
        return tuple(self._part(read.source, read.endpoint, part) for part in read.parts)

    def card(self, read: Reading, part: int, wanted: Presentation, kind: ChannelKind) -> MadeCard:
        """The card of a part as a subscription wants it and a kind of channel takes it."""
        made = MadeCard(kind.name, kind.limit_bytes)
        if read.source is None or part >= len(read.parts):
            lacking = "Its source no longer gives this part of the event."
            return replace(made, problem=read.problem or lacking)
        try:
            shown = show(self.cards.render, read.source, read.endpoint, read.parts[part], wanted)
            whole = len(kind.encode(shown.card, WHOLE))
            size = whole if whole <= made.limit else len(kind.encode(shown.card, made.limit))
        except Exception as error:  # noqa: BLE001  # templates, plugins and channel kinds may raise anything
            return replace(made, problem=_why(error))
        return replace(made, size=size, whole=whole, note=shown.note)

    def _part(self, source: Source, endpoint: Endpoint, part: ParsedEvent) -> MadePart:
        made = MadePart(part.type, part.attributes, part.object, part.url)
        try:
            made = replace(made, template=self.cards.name(source, endpoint, part.type))
            card = show(self.cards.render, source, endpoint, part, PLAIN).card
        except Exception as error:  # noqa: BLE001  # templates and plugins may raise anything
            return replace(made, problem=_why(error))
        return replace(made, title=printable(one_line(plain(card.title))))


def _why(error: Exception) -> str:
    if isinstance(error, TemplateFailed):
        return printable(f"The card's template failed: {error}")
    return f"The card cannot be made: {sentence(error)}"
