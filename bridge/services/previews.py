"""Previews: what a webhook would become, without storing or sending anything."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import orjson
from pydantic import SecretStr

from bridge.cards.adaptive import adaptive_message
from bridge.cards.card import Card, Mention, Paragraph, Span
from bridge.cards.fit import fit
from bridge.cards.html import card_html
from bridge.cards.mentions import mention
from bridge.cards.messagecard import message_card
from bridge.cards.presentation import PLAIN, Presentation, read
from bridge.cards.templates import CardRenderer
from bridge.errors import Invalid, NotFound, ParseError, Refused, TemplateFailed
from bridge.models import (
    AttributeValue,
    Endpoint,
    EndpointSecret,
    Event,
    InboundRequest,
    ParsedEvent,
    Proof,
    Subscription,
)
from bridge.pipeline.filters import match_type
from bridge.pipeline.receive import verified
from bridge.pipeline.shown import show
from bridge.registry import Registry
from bridge.services.presentations import check_presentation
from bridge.services.validation import Problems, no_source
from bridge.source import Sample, Source
from bridge.texts import say

People: TypeAlias = Mapping[str, Mention]

NOBODY: Final[People] = MappingProxyType({})

LIMIT_BYTES = 28 * 1024
"""What Teams takes; both formats are shown as they would be sent."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One card that a webhook would become, in every form; `html` is a safe fragment.

    `note` says why it does not look as wanted, if so. `object` and `at` are the event's. `context` is what a template
    sees of it, `facts` are the names of those that there are to choose from.
    """

    event_type: str
    attributes: Mapping[str, AttributeValue]
    context: Mapping[str, Any]
    card: Card
    messagecard: Mapping[str, Any]
    adaptive: Mapping[str, Any]
    html: str
    facts: tuple[str, ...] = ()
    note: str | None = None
    object: str | None = None
    at: datetime | None = None


class PreviewService:
    """Renders webhooks and samples as the worker would."""

    def __init__(self, registry: Registry, cards: CardRenderer) -> None:
        self._registry = registry
        self._cards = cards
        self._sample_types: dict[str, tuple[tuple[str, Sample], ...]] = {}
        self._sample_facts: dict[str, Mapping[str, tuple[str, ...]]] = {}

    def preview(
        self,
        source: str,
        headers: Mapping[str, str],
        body: bytes,
        presentation: Mapping[str, Any] | None = None,
        endpoint: Endpoint | None = None,
        *,
        people: People = NOBODY,
    ) -> tuple[Preview, ...]:
        """What a webhook would become, one preview for each part. Raises `Invalid`, `UnreadableRequest`.

        `endpoint` gives its own configuration, as for a generic source. `people` are those who can be mentioned.
        """
        found = self._registry.sources.get(source)
        if found is None:
            raise Invalid({"source": no_source(source, self._registry.sources)})
        wanted = presentation or {}
        problems = Problems()
        check_presentation(problems, wanted, found)
        problems.settle()
        request = InboundRequest({name.lower(): value for name, value in headers.items()}, body)
        return self._previews(found, request, endpoint, wanted, people)

    def stand_in(
        self, source: str, config: Mapping[str, Any], secret: SecretStr | None = None
    ) -> Endpoint:
        """An endpoint that is nowhere stored, to preview with. Raises `NotFound`, `Invalid`."""
        endpoint = _stand_in(self._registry.source(source), config)
        if secret is None:
            return endpoint
        return replace(
            endpoint, secrets=(EndpointSecret("key_preview", secret, endpoint.created_at),)
        )

    def proof(self, headers: Mapping[str, str], body: bytes, endpoint: Endpoint) -> Proof:
        """What the endpoint would know the sender of a webhook by. Raises `Refused` where it would turn it away."""
        source = self._registry.source(endpoint.source)
        given = {name.lower(): value for name, value in headers.items()}
        _, proof = verified(source, endpoint, given, body)
        return proof

    def of_sample(
        self,
        source: str,
        sample_name: str,
        endpoint: Endpoint | None = None,
        presentation: Mapping[str, Any] | None = None,
        *,
        people: People = NOBODY,
    ) -> tuple[Preview, ...]:
        """What one of the source's samples becomes. Raises `NotFound`, `Invalid`."""
        sample = self._registry.source(source).sample(sample_name)
        return self.preview(
            source, sample.headers, sample.body, presentation, endpoint, people=people
        )

    def of_event(
        self,
        event: Event,
        endpoint: Endpoint,
        presentation: Mapping[str, Any],
        *,
        people: People = NOBODY,
    ) -> tuple[Preview, ...]:
        """What a webhook that was received becomes. Raises `NotFound`, `Invalid`."""
        if event.removed:
            raise NotFound(say("This event's body is no longer kept."))
        request = event.request()
        return self.preview(
            event.source, request.headers, request.body, presentation, endpoint, people=people
        )

    def facts(self, source: str) -> Mapping[str, tuple[str, ...]]:
        """The names of the facts on the cards of the source's samples, by event type. Raises `NotFound`."""
        found = self._registry.source(source)
        if source not in self._sample_facts:
            names: dict[str, dict[str, None]] = {}
            stand_in = _stand_in(found, {})
            for sample in found.samples:
                for part in _parse(found, InboundRequest(sample.headers, sample.body), stand_in):
                    card = show(self._cards.render, found, stand_in, part, PLAIN).card
                    names.setdefault(part.type, {}).update((fact.name, None) for fact in card.facts)
            self._sample_facts[source] = {kind: tuple(facts) for kind, facts in names.items()}
        return self._sample_facts[source]

    def sample_for(self, source: str, event_type: str) -> Sample | None:
        """The first sample that gives an event of this type (or pattern), if there is one. Raises `NotFound`."""
        found = self._registry.source(source)
        for given, sample in self._types(found):
            if match_type(event_type, given):
                return sample
        return None

    def test_card(self, subscription: Subscription, endpoint: Endpoint | None) -> Card:
        """A sample of what the subscription is about, marked as a test."""
        found = self._registry.sources.get(endpoint.source) if endpoint else None
        card = self._sample_card(found, endpoint, subscription) if found else None
        if card is None:
            text = "It works: cards of this subscription will appear here."
            title = (Span(subscription.name),)
            card = Card(title, subscription.name, text=(Paragraph((Span(text),)),))
        return replace(
            card,
            title=(Span("Test: ", bold=True), *card.title),
            summary=f"Test: {card.summary}",
        )

    def _sample_card(
        self, source: Source, endpoint: Endpoint | None, subscription: Subscription
    ) -> Card | None:
        for pattern in subscription.events:
            sample = self.sample_for(source.name, pattern)
            if sample is not None:
                request = InboundRequest(sample.headers, sample.body)
                shown = self._previews(source, request, endpoint, subscription.presentation)
                return shown[0].card
        return None

    def _types(self, source: Source) -> tuple[tuple[str, Sample], ...]:
        if source.name not in self._sample_types:
            stand_in = _stand_in(source, {})
            self._sample_types[source.name] = tuple(
                (part.type, sample)
                for sample in source.samples
                for part in source.parse(InboundRequest(sample.headers, sample.body), stand_in)
            )
        return self._sample_types[source.name]

    def _previews(
        self,
        source: Source,
        request: InboundRequest,
        endpoint: Endpoint | None,
        wanted: Mapping[str, Any],
        people: People = NOBODY,
    ) -> tuple[Preview, ...]:
        bound = endpoint or _stand_in(source, {})
        parts = _parse(source, request, bound)
        if not parts:
            raise Invalid(
                {
                    "body": say(
                        "To {source} this webhook is none that becomes a card.",
                        source=source.said(source.label),
                    )
                }
            )
        presentation = read(wanted)
        return tuple(self._preview(source, bound, part, presentation, people) for part in parts)

    def _preview(
        self,
        source: Source,
        endpoint: Endpoint,
        part: ParsedEvent,
        wanted: Presentation,
        people: People,
    ) -> Preview:
        try:
            shown = show(self._cards.render, source, endpoint, part, wanted)
            every = replace(wanted, style="full", facts=None, without=frozenset())
            whole = (
                shown
                if every == wanted
                else show(self._cards.render, source, endpoint, part, every)
            )
        except TemplateFailed as error:
            raise Invalid({"template": error.sentence}) from error
        connector = fit(shown.card, lambda it: orjson.dumps(message_card(it)), LIMIT_BYTES)
        naming = mention(shown.card, people) if wanted.mentions else shown.card
        workflow = fit(naming, lambda it: orjson.dumps(adaptive_message(it)), LIMIT_BYTES)
        return Preview(
            event_type=part.type,
            attributes=part.attributes,
            context=part.context,
            card=shown.card,
            messagecard=orjson.loads(connector),
            adaptive=orjson.loads(workflow)["attachments"][0]["content"],
            html=card_html(naming),
            facts=tuple(dict.fromkeys(fact.name for fact in whole.card.facts)),
            note=shown.note,
            object=part.object,
            at=part.at,
        )


def _stand_in(source: Source, config: Mapping[str, Any]) -> Endpoint:
    epoch = datetime.fromtimestamp(0, UTC)
    checked = source.validate_config(config)
    return Endpoint("ep_preview", source.name, "Preview", (), "operator", epoch, config=checked)


def _parse(source: Source, request: InboundRequest, endpoint: Endpoint) -> tuple[ParsedEvent, ...]:
    try:
        return tuple(source.parse(request, endpoint))
    except Refused:
        raise
    except ParseError as error:
        raise Invalid({"body": error.sentence}) from error
    except Exception as error:
        why = say(
            "{source} could not make sense of it: {error}.",
            source=source.said(source.label),
            error=type(error).__name__,
        )
        raise Invalid({"body": why}) from error
