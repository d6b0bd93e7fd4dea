"""A source that a recipe describes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bridge.cards.mentions import Syntax
from bridge.cards.shelf import Shelf, Texts
from bridge.errors import InvalidSignature
from bridge.models import Endpoint, EndpointSecret, InboundRequest, ParsedEvent
from bridge.recipes import parsing
from bridge.recipes.description import Description
from bridge.recipes.handshake import handshake
from bridge.recipes.verification import Verification
from bridge.source import Attribute, EventType, Handshake, Issuer, Sample, Source


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a recipe says. `cards` are templates by event type; `file` is where it stands.

    Of several `verifications` the first is checked whose header was sent. That of the description is not used.
    """

    file: Path
    name: str
    label: str
    description: Description
    verifications: tuple[Verification, ...]
    event_types: tuple[EventType, ...]
    attributes: tuple[Attribute, ...]
    cards: Mapping[str, str]
    samples: tuple[Sample, ...]
    setup_steps: tuple[str, ...] = ()
    setup_url: str | None = None
    issuer: Issuer = "bridge"
    mentions: Syntax = "none"


def source_of(recipe: Recipe) -> Source:
    """The source that a recipe describes."""

    class Described(_Described):
        name = recipe.name
        label = recipe.label
        event_types = recipe.event_types
        attributes = recipe.attributes
        setup_steps = recipe.setup_steps
        setup_url = recipe.setup_url
        issuer = recipe.issuer
        mentions = recipe.mentions

    return Described(recipe)


class _Described(Source):
    """Works as the description says. Its templates run in Jinja's sandbox: a recipe cannot do what Python can."""

    open_ended = True  # what a sender calls its events is not known beforehand

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._description = recipe.description

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> EndpointSecret | None:
        """As the recipe's verification says. A sender that proves nothing needs an endpoint whose URL is the secret."""
        if self.issuer == "nobody":
            raise InvalidSignature(
                f"{self.label} does not sign its webhooks: make the endpoint with verification: url."
            )
        ways = self._recipe.verifications
        fitting = (way for way in ways if way.claimed(request))
        return next(fitting, ways[0]).verify(request, endpoint.secrets)

    def handshake(self, request: InboundRequest, endpoint: Endpoint) -> Handshake | None:  # noqa: ARG002  # as every source's
        """What standards and widely used systems ask."""
        return handshake(request)

    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:  # noqa: ARG002  # as every source's
        """What stands at the recipe's delivery id."""
        return parsing.identify(request, self._description)

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:  # noqa: ARG002  # as every source's
        """As the recipe's expressions say."""
        return parsing.parse(request, self._description)

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        """The headers with which the sender would prove itself in the first of its ways."""
        return self._recipe.verifications[0].sign(body, secret)

    @cached_property
    def folder(self) -> Path:
        """Where the recipe's file is."""
        return self._recipe.file.parent

    @cached_property
    def expected(self) -> Path:
        """Where the cards are that the samples become: beside the file."""
        return self.folder / "expected" / self.name

    @cached_property
    def shelf(self) -> Shelf:
        """The templates in the recipe."""
        return Texts(self._recipe.cards)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """The samples in the recipe."""
        return self._recipe.samples
