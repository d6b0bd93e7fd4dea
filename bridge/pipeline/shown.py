"""An event's card as one subscription wants it: by its own template if it has one, and in its looks.

A subscriber's template that fails costs nobody a card: the source's own is shown in its place, and says so.
"""

from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Protocol

from bridge.cards.card import Card, Paragraph, Span
from bridge.cards.presentation import PLAIN, Presentation, present
from bridge.errors import TemplateFailed
from bridge.models import Endpoint, ParsedEvent
from bridge.pipeline.filters import match_type
from bridge.source import Source
from bridge.texts import say


class Render(Protocol):
    """What makes a card of an event: `CardRenderer.render`."""

    def __call__(
        self,
        source: Source,
        endpoint: Endpoint,
        event: ParsedEvent,
        *,
        template: str | None = None,
        zone: tzinfo = PLAIN.tz,
    ) -> Card:
        """The card. Raises `TemplateFailed`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as it was wanted; or, where `note` says why not, the source's own."""

    card: Card
    note: str | None = None


def show(
    render: Render, source: Source, endpoint: Endpoint, event: ParsedEvent, wanted: Presentation
) -> Shown:
    """The card of an event. Raises what `render` raises of the source's own template."""
    if wanted is PLAIN:
        return Shown(render(source, endpoint, event))
    template = _template(wanted, event.type)
    note = None
    if template is not None:
        try:
            card = render(source, endpoint, event, template=template, zone=wanted.tz)
            return Shown(present(card, wanted))
        except TemplateFailed as error:
            note = say(
                "This is {source}'s own card; the one asked for failed: {why}",
                source=source.label,
                why=error.sentence,
            )
    card = present(render(source, endpoint, event, zone=wanted.tz), wanted)
    if note is not None:
        card = replace(card, text=(*card.text, Paragraph((Span(note, italic=True),))))
    return Shown(card, note)


def remarked(card: Card, remark: str) -> Card:
    """The card with a remark above its text, where it is not cut away."""
    return replace(card, text=(Paragraph((Span(remark, italic=True),)), *card.text))


def _template(wanted: Presentation, event_type: str) -> str | None:
    fitting = (text for pattern, text in wanted.templates if match_type(pattern, event_type))
    return next(fitting, None)
