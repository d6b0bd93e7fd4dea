"""Any system's side of the bridge's contract: proved, told apart and read as its endpoint's config says."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from bridge.plugin import (
    Attribute,
    AttributeValue,
    Endpoint,
    EndpointSecret,
    EventType,
    InboundRequest,
    ParsedEvent,
    Source,
    UnreadableRequest,
    sign_hmac_sha256,
    verify_basic,
    verify_hmac_sha256,
    verify_standard_webhook,
    verify_token,
)
from bridge_generic.config import HEADER, SIGNATURE, check, is_constant, read
from bridge_generic.path import look_up
from bridge_generic.shape import attribute, event_type, kind, shape

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


class Generic(Source):
    """Whatever posts JSON."""

    name: ClassVar[str] = "generic"
    label: ClassVar[str] = "Any webhook (JSON)"
    open_ended: ClassVar[bool] = True
    event_types: ClassVar[tuple[EventType, ...]] = (
        EventType("received", "A webhook that does not say its type", default=True),
    )
    attributes: ClassVar[tuple[Attribute, ...]] = (
        Attribute("actor", "Who did it"),
        Attribute("actor_is_bot", "Done by a bot", ("yes", "no")),
        Attribute("level", "Severity, level or status", ("critical", "warning", "ok")),
        Attribute("title", "Title"),
    )
    setup_steps: ClassVar[tuple[str, ...]] = (
        "In the sending system, make a webhook that posts JSON to the URL shown here.",
        "Let it sign the body with the secret shown here: HMAC-SHA-256, in the header X-Hub-Signature-256 as sha256=….",
        "If it signs otherwise, ask whoever runs this bridge to set the endpoint's verification.",
    )

    def validate_config(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """Verification, attributes, event type, delivery id and template. Raises `Invalid`."""
        return check(config, self.folder)

    def template(self, endpoint: Endpoint) -> str | None:
        """The operator's own card."""
        return read(endpoint.config).template

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> EndpointSecret | None:
        """Check as the endpoint's config says; HMAC-SHA-256 in X-Hub-Signature-256 where it says nothing."""
        config = read(endpoint.config)
        if config.scheme == "standard-webhooks":
            return verify_standard_webhook(request, endpoint.secrets)
        if config.scheme == "token":
            return verify_token(
                request, endpoint.secrets, header=config.header, prefix=config.prefix
            )
        if config.scheme == "basic":
            return verify_basic(request, endpoint.secrets)
        return verify_hmac_sha256(
            request, endpoint.secrets, header=config.header, prefix=config.prefix
        )

    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:
        """What the config names, or Standard Webhooks' id."""
        config = read(endpoint.config)
        if config.delivery_id is None:
            return request.header("webhook-id") if config.scheme == "standard-webhooks" else None
        if config.delivery_id.startswith(HEADER):
            return request.header(config.delivery_id.removeprefix(HEADER))
        found = look_up(request.json(), config.delivery_id)
        if not isinstance(found, str | int) or found == "":
            raise UnreadableRequest(f"The body has no delivery id at {config.delivery_id}.")
        return str(found)

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        """One event: its type and attributes by the config, the rest by what such fields are usually called."""
        payload = request.json()
        config = read(endpoint.config)
        found = shape(payload)
        attributes: dict[str, AttributeValue] = {
            "actor": found.actor,
            "actor_is_bot": found.actor_is_bot,
            "level": found.level,
            "title": found.title,
        }
        mapped = {
            name: attribute(look_up(payload, path)) for name, path in config.attributes.items()
        }
        names = payload if isinstance(payload, Mapping) else {}
        return [
            ParsedEvent(
                type=_type(payload, config.event_type),
                attributes={**attributes, **mapped},
                context={
                    **{name: value for name, value in names.items() if _IDENTIFIER.fullmatch(name)},
                    "payload": payload,
                    "found": {
                        "title": found.title,
                        "text": found.text,
                        "actor": found.actor,
                        "url": found.url,
                        "facts": found.facts,
                        "more": found.more,
                        "accent": found.accent,
                    },
                },
                url=found.url or None,
            )
        ]

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        """The signature that is checked where the config says nothing."""
        return {SIGNATURE: sign_hmac_sha256(body, secret)}


def _type(payload: Any, expression: str | None) -> str:
    if expression is None:
        return kind(payload)
    given = expression[1:-1] if is_constant(expression) else look_up(payload, expression)
    return event_type(given) or "received"
