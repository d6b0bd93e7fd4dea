"""A source for the page's tests: orders, with labels that try to be markup, and event types beyond those it lists."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from bridge.plugin import (
    Attribute,
    Endpoint,
    EventType,
    InboundRequest,
    ParsedEvent,
    ParseError,
    Source,
    hookimpl,
    sign_hmac_sha256,
    verify_hmac_sha256,
)

HOSTILE = "<img src=x onerror=\"window.top.hurt='label'\">"


class Orders(Source):
    name: ClassVar[str] = "orders"
    label: ClassVar[str] = "Orders"
    open_ended: ClassVar[bool] = True
    event_types: ClassVar[tuple[EventType, ...]] = (
        EventType("order.placed", "An order is placed", default=True, opens=True),
        EventType("order.paid", f"An order is paid {HOSTILE}"),
        EventType("refund", "Money goes back"),
    )
    attributes: ClassVar[tuple[Attribute, ...]] = (
        Attribute("shop", "Shop", ("north", "south")),
        Attribute("total", "Total"),
        Attribute("actor", "Who did it"),
        Attribute("actor_is_bot", "Done by a program", ("true", "false")),
    )
    setup_steps: ClassVar[tuple[str, ...]] = ("Open the shop's settings.", f"Paste. {HOSTILE}")
    setup_url: ClassVar[str | None] = "javascript:window.top.hurt='link'"

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> None:
        verify_hmac_sha256(request, endpoint.secrets, header="x-signature")

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        order = request.json()
        if order.get("broken"):
            raise ParseError("The order is broken.")
        attributes = {name: order.get(name) for name in ("shop", "total", "actor", "actor_is_bot")}
        yield ParsedEvent(order["event"], attributes, order)

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        return {"x-signature": sign_hmac_sha256(body, secret)}


@hookimpl
def register_sources() -> list[Source]:
    return [Orders()]
