"""What a source plugin implements: a kind of external system that POSTs webhooks.

Every method is synchronous, pure and free of I/O; the core owns all I/O. `verify` and `identify` run before the 202
and must be cheap; `parse` runs in the worker, whatever it raises is kept with the event and can be replayed.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, TypeAlias

from bridge.action import Action, Call, Done, Reply
from bridge.cards.mentions import Syntax
from bridge.cards.shelf import Folder, Shelf
from bridge.errors import Invalid, NotFound
from bridge.models import Endpoint, EndpointSecret, InboundRequest, ParsedEvent
from bridge.texts import Said, say

Issuer: TypeAlias = Literal["bridge", "sender", "nobody"]
"""Who makes the secret that webhooks are proved with: the bridge, for its user to enter in the sending system; that
system, for its user to enter here; or nobody, since it proves nothing, so that an endpoint's URL has to be the secret."""


@dataclass(frozen=True, slots=True)
class EventType:
    """Something that can happen in the source: `pull_request.opened`. `default`: ticked on a new subscription.

    `opens`: a new thing begins with it, to which more may be added in the next seconds (labels, an assignee).
    """

    name: str
    label: str
    default: bool = False
    opens: bool = False

    @property
    def group(self) -> str:
        """What it is listed under: the name's first word."""
        return self.name.partition(".")[0]

    @property
    def heading(self) -> str:
        """What its group is called."""
        return self.group.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Attribute:
    """A named value of an event that subscribers filter on. `examples` are suggested on the page.

    `of_event`: it says what happened (who did it, what changed), not how the thing is that it happened to. It is not
    carried over to an event that is held to see what is added to its thing. `phrase` says a filter in the sentence that
    tells what a subscription is about: `in {}`, `labelled {}`, with the values for `{}`; without one, that the attribute
    is true: `by bots`.
    """

    name: str
    label: str
    examples: tuple[str, ...] = ()
    of_event: bool = False
    phrase: str | None = None


ALWAYS: Final = (
    # TRANSLATORS: What subscribers filter on: the person
    Attribute("actor", say("Who did it"), of_event=True, phrase=say("by {}")),
    Attribute(
        "actor_is_bot",
        # TRANSLATORS: What subscribers filter on: whether it was no person
        say("Done by a program"),
        ("true", "false"),
        of_event=True,
        # TRANSLATORS: In the sentence that tells what a subscription is about: “… – not by bots.”
        phrase=say("by bots"),
    ),
)
"""What every source gives, whether it lists it or not."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A real webhook of the source, for previews, tests and the sandbox; `name` is its file's stem."""

    name: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Handshake:
    """What is answered, with 200, to a sender that asks whether it may send. Names of `headers` are in lower case."""

    headers: Mapping[str, str]
    body: bytes = b""


class Source(ABC):
    """A kind of external system. One object serves every endpoint of that source.

    A subclass has `name` (in URLs and settings), `label` (what people call it), `event_types` and `attributes`, and a
    folder `cards/` of Jinja templates beside it. Samples stand in `fixtures/` as `<event>__<detail>.json`, each with its
    expected card `<event>__<detail>.card.json`.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    event_types: ClassVar[tuple[EventType, ...]]
    attributes: ClassVar[tuple[Attribute, ...]]
    open_ended: ClassVar[bool] = False
    """Whether it can give event types and attributes beyond those listed, which may then be subscribed to as well."""
    site: ClassVar[str | None] = None
    """Where its system takes calls, unless an endpoint's credentials name another place."""
    setup_steps: ClassVar[tuple[str, ...]] = ()
    """How to enter the URL and the secret in the external system: one plain sentence a step, with what is to be
    entered as it stands between backticks."""
    mentions: ClassVar[Syntax] = "none"
    """How people are mentioned in text that they wrote, which the filter `excerpt` reads: `at`, as `@name`; `link`, by a link
    to `person:name`, which only the source's own reading of the text may write; or not."""
    setup_url: ClassVar[str | None] = None
    """The vendor's page about its webhooks."""
    issuer: ClassVar[Issuer] = "bridge"

    @abstractmethod
    def verify(self, request: InboundRequest, endpoint: Endpoint) -> EndpointSecret | None:
        """Raise `InvalidSignature` unless the request was made by someone who knows one of `endpoint.secrets`.

        The secret that fitted may be returned, as the functions of `bridge.plugin` give it: the event's trace names it.
        """

    def asks_for_proof(self, endpoint: Endpoint) -> bool:
        """Whether `verify` asks for one at all; where the endpoint's config says that it does not, people are warned."""
        return True

    def handshake(self, request: InboundRequest, endpoint: Endpoint) -> Handshake | None:
        """The answer to a request that is no event but the sender's question whether this URL takes any, or None.

        It is asked of every `OPTIONS` request (`request.method`), which nobody has signed, and of every webhook that
        was verified, before it is identified: it must be cheap.
        """
        return None

    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:
        """The vendor's id of this delivery, by which a repeated one is recognised, or None. Raises `UnreadableRequest`."""
        return None

    @abstractmethod
    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        """What happened. Raises `ParseError`; none at all is a webhook that says nothing to anyone."""

    def validate_config(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """The endpoint's `config` as it is to be stored. Raises `Invalid`."""
        if config:
            raise Invalid(
                {
                    f"config.{name}": say(
                        "{source} has no such setting.", source=self.said(self.label)
                    )
                    for name in config
                }
            )
        return {}

    def template(self, endpoint: Endpoint) -> str | None:
        """The text of the endpoint's own card template, run in Jinja's sandbox, or None for those in `cards/`."""
        return None

    def actions(self, part: ParsedEvent, endpoint: Endpoint) -> Iterable[Action]:
        """What can be done from the card of this event, the most wanted first; Teams shows four buttons in all."""
        return ()

    def authorization(self, user: str | None, token: str) -> Mapping[str, str]:
        """The headers that prove the endpoint's credentials to the system."""
        return {"Authorization": f"Bearer {token}"}

    def act(
        self,
        action: str,
        entered: Mapping[str, tuple[str, ...]],
        part: ParsedEvent,
        endpoint: Endpoint,
        replies: Sequence[Reply],
    ) -> Call | Done:
        """Do an action: what to ask of the system next, given the `replies` to what was asked before, or what came of it.

        `entered` is by the inputs' ids. Raises `Invalid` for what was entered.
        """
        raise NotFound(f"{self.label} cannot do {action}.")

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        """The headers that the external system would add to sign `body`; for samples and tests."""
        return {}

    def sample_headers(self, event: str) -> Mapping[str, str]:
        """The headers of a sample whose file's name begins with `event`."""
        return {"content-type": "application/json"}

    def said(self, text: str) -> Said:
        """One of its texts, for a page to say in the page's language."""
        return text if isinstance(text, Said) else Said((text,), {}, source=self.name)

    def label_of(self, event_type: str) -> str:
        """What people call an event type: its label, or its name if it is not listed."""
        return self._labels.get(event_type, event_type)

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        return {event.name: event.label for event in self.event_types}

    @cached_property
    def filterable(self) -> tuple[Attribute, ...]:
        """Its attributes, and those that every source gives; their phrases too, where it has none of its own."""
        always = {one.name: one for one in ALWAYS}
        named = {one.name for one in self.attributes}
        return (
            *(
                one
                if one.phrase or one.name not in always
                else replace(one, phrase=always[one.name].phrase)
                for one in self.attributes
            ),
            *(one for one in ALWAYS if one.name not in named),
        )

    @cached_property
    def opening(self) -> frozenset[str]:
        """The event types that a new thing begins with."""
        return frozenset(event.name for event in self.event_types if event.opens)

    @cached_property
    def passing(self) -> frozenset[str]:
        """The attributes that say what happened, and nothing of the thing that it happened to."""
        return frozenset(
            ("actor", "actor_is_bot", *(one.name for one in self.attributes if one.of_event))
        )

    @cached_property
    def folder(self) -> Path:
        """Where the plugin's `cards/`, `fixtures/` and `texts/` are: beside the module of the class."""
        return Path(inspect.getfile(type(self))).parent

    @cached_property
    def expected(self) -> Path:
        """Where the cards are that the samples become, for the tests: beside the fixtures."""
        return self.folder / "fixtures"

    @cached_property
    def shelf(self) -> Shelf:
        """The source's card templates: the files of `cards/`."""
        return Folder(self.folder / "cards")

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """The plugin's fixtures, by name. A webhook that is not JSON stands in `<event>__<detail>.body`."""
        found = (path for path in (self.folder / "fixtures").glob("*__*") if _is_sample(path))
        return tuple(
            Sample(path.stem, path.read_bytes(), self.sample_headers(path.stem.partition("__")[0]))
            for path in sorted(found)
        )

    def sample(self, name: str) -> Sample:
        """The sample of that name. Raises `NotFound`."""
        for sample in self.samples:
            if sample.name == name:
                return sample
        raise NotFound(
            say("{source} has no sample named {name}.", source=self.said(self.label), name=name)
        )


def _is_sample(path: Path) -> bool:
    return path.suffix == ".body" or (
        path.suffix == ".json" and not path.name.endswith(".card.json")
    )
