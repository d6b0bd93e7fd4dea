"""A source for tests: doors that open and close."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from bridge.plugin import (
    Attribute,
    Endpoint,
    EndpointSecret,
    EventType,
    InboundRequest,
    Invalid,
    ParsedEvent,
    ParseError,
    Source,
    hookimpl,
    verify_hmac_sha256,
)


class Doors(Source):
    name: ClassVar[str] = "doors"
    label: ClassVar[str] = "Doors"
    event_types: ClassVar[tuple[EventType, ...]] = (
        EventType("door.opened", "A door opens", default=True, opens=True),
        EventType("door.closed", "A door closes"),
        EventType("alarm", "The alarm goes off"),
    )
    attributes: ClassVar[tuple[Attribute, ...]] = (
        Attribute("room", "Room"),
        Attribute("floor", "Floor"),
    )

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> EndpointSecret:
        return verify_hmac_sha256(request, endpoint.secrets, header="x-door-signature")

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        payload = request.json()
        for door in payload if isinstance(payload, list) else [payload]:
            if door.get("stuck"):
                raise ParseError("The door is stuck.")
            if door.get("jammed"):
                raise RuntimeError("a detail that is nobody's business")
            if "happened" in door:
                yield ParsedEvent(
                    door["happened"], {"room": door.get("room"), "actor": "key 7"}, door
                )

    def validate_config(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        problems = {
            f"config.{name}": "A door has no such setting."
            for name in config
            if name not in {"greeting", "template"}
        }
        if problems:
            raise Invalid(problems)
        return {"greeting": "Hello", **config}

    def template(self, endpoint: Endpoint) -> str | None:
        own = endpoint.config.get("template")
        return str(own) if own else None


@hookimpl
def register_sources() -> list[Source]:
    return [Doors()]
