"""Any system's side of the bridge's contract: proved, told apart and read as its endpoint's config says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from bridge.plugin import (
    Action,
    Attribute,
    AttributeValue,
    Call,
    Description,
    Done,
    Endpoint,
    EndpointSecret,
    EventType,
    Handshake,
    InboundRequest,
    ParsedEvent,
    Reply,
    Source,
    Verification,
    check_description,
    handshake_described,
    identify_described,
    parse_described,
)
from bridge_generic.acting import act, offered
from bridge_generic.config import check, described
from bridge_generic.reading import times
from bridge_generic.shape import Shape, accent, shape

RECEIVED = "received"
_MOST_KEPT = 1000
_SHOWN = ("title", "text", "actor", "facts", "more", "accent")
"""What templates see of what was found."""

_SENT_AS: Mapping[str, Mapping[str, str]] = {
    "form": {"content-type": "application/x-www-form-urlencoded"},
    "xml": {"content-type": "application/xml"},
    "text": {"content-type": "text/plain; charset=utf-8"},
    "cloudevent": {"content-type": "application/cloudevents+json"},
    "cloudevents": {"content-type": "application/cloudevents-batch+json"},
    "cloudevent_binary": {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": "launch-2217",
        "ce-type": "space.example.launch.scrubbed",
        "ce-source": "https://launches.example/pads/north",
        "ce-subject": "Kestrel%20%E2%86%92%20Ceres",
        "ce-time": "2026-11-23T14:05:00Z",
    },
}
"""The headers of samples."""


class Generic(Source):
    """Whatever posts a webhook."""

    name: ClassVar[str] = "generic"
    label: ClassVar[str] = "Any webhook"
    open_ended: ClassVar[bool] = True
    event_types: ClassVar[tuple[EventType, ...]] = (
        EventType(RECEIVED, "A webhook that does not say its type", default=True),
    )
    attributes: ClassVar[tuple[Attribute, ...]] = (
        Attribute("actor", "Who did it"),
        Attribute("actor_is_bot", "Done by a bot", ("true", "false")),
        Attribute("level", "Severity, level or status", ("critical", "warning", "ok")),
        Attribute("title", "Title"),
        Attribute("source", "Source of a CloudEvent"),
        Attribute("subject", "Subject of a CloudEvent"),
    )
    setup_steps: ClassVar[tuple[str, ...]] = (
        "In the sending system, make a webhook that posts JSON, a form, XML or text to the URL shown here.",
        "Let it sign the body with the secret shown here: HMAC-SHA-256, in the header X-Hub-Signature-256 as sha256=….",
        "If it proves itself otherwise, ask whoever runs this bridge to set the endpoint's verification.",
    )

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Mapping[str, Any], Description]] = {}

    def validate_config(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """Verification, format, what is mapped, and template. Raises `Invalid`."""
        return check(config)

    def template(self, endpoint: Endpoint) -> str | None:
        """The endpoint's own card."""
        return endpoint.config.get("template")

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> EndpointSecret | None:
        """Check as the endpoint's config says; HMAC-SHA-256 in X-Hub-Signature-256 where it says nothing."""
        return self._described(endpoint).verification.verify(request, endpoint.secrets)

    def asks_for_proof(self, endpoint: Endpoint) -> bool:
        """Unless the config says that nothing is to be proved."""
        return bool(endpoint.config.get("verification", {}).get("scheme") != "none")

    def handshake(self, request: InboundRequest, endpoint: Endpoint) -> Handshake | None:
        """CloudEvents' question, or a challenge."""
        return handshake_described(request)

    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:
        """What the config names, or the id of a CloudEvent or of Standard Webhooks."""
        return identify_described(request, self._described(endpoint))

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        """The events as the config says; what it says nothing of, by what such fields are usually called."""
        description = self._described(endpoint)
        return [
            _with_the_usual(event, description) for event in parse_described(request, description)
        ]

    def sample_headers(self, event: str) -> Mapping[str, str]:
        """What a sample was sent as: its format, if it is not JSON, begins its file's name."""
        return _SENT_AS.get(event, super().sample_headers(event))

    def actions(self, part: ParsedEvent, endpoint: Endpoint) -> Iterable[Action]:
        """What the endpoint's config offers."""
        return offered(part, endpoint)

    def act(
        self,
        action: str,
        entered: Mapping[str, tuple[str, ...]],
        part: ParsedEvent,
        endpoint: Endpoint,
        replies: Sequence[Reply],
    ) -> Call | Done:
        """A POST to the endpoint's own site."""
        return act(action, entered, part, endpoint, replies)

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        """The signature that is checked where the config says nothing."""
        return Verification().sign(body, secret)

    def _described(self, endpoint: Endpoint) -> Description:
        """The endpoint's config, read; kept, since every webhook asks for it more than once."""
        kept = self._kept.get(endpoint.id)
        if kept is not None and kept[0] is endpoint.config:
            return kept[1]
        description = check_description(described(endpoint.config))
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[endpoint.id] = (endpoint.config, description)
        return description


def _with_the_usual(event: ParsedEvent, description: Description) -> ParsedEvent:
    payload, envelope = event.context["payload"], event.context["cloudevent"]
    mapped = {name: event.attributes[name] for name in description.attributes}
    in_envelope = envelope is not None and envelope is payload
    found = _preferring(mapped, shape(envelope.get("data") if in_envelope else payload))
    if envelope:
        facts = (*_facts_of(envelope), *found.facts)
        found = replace(found, title=found.title or envelope["type"], facts=facts)
    usual: dict[str, AttributeValue] = {
        "actor": found.actor,
        "actor_is_bot": found.actor_is_bot,
        "level": found.level,
        "title": found.title,
    }
    own = {name: value for name, value in event.attributes.items() if name not in usual}
    says_its_type = event.type != RECEIVED or description.event_type or envelope
    url = event.url or found.url
    return replace(
        event,
        type=event.type if says_its_type else found.kind,
        attributes={**usual, **own, **mapped},
        context={
            **event.context,
            "found": {
                **{name: getattr(found, name) for name in _SHOWN},
                "times": times(value for _, value in found.facts),
                "url": url,
            },
        },
        url=url or None,
    )


def _preferring(mapped: Mapping[str, AttributeValue], found: Shape) -> Shape:
    """What was found, but for what the endpoint's config knows better."""
    known: dict[str, Any] = {
        name: value
        for name in ("title", "actor", "level")
        if isinstance(value := mapped.get(name), str) and value
    }
    if "level" in known:
        known["accent"] = accent(known["level"])
    return replace(found, **known) if known else found


def _facts_of(envelope: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a CloudEvent says of itself that is of use to people."""
    named = (("Subject", envelope.get("subject")), ("Source", envelope.get("source")))
    return tuple((name, value) for name, value in named if isinstance(value, str) and value)
