from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from bridge.models import (
    Channel,
    Endpoint,
    EndpointSecret,
    InboundRequest,
    ParsedEvent,
    Subscription,
)
from bridge.sandbox.samples import fresh, offers, signed
from bridge.source import EventType, Sample, Source

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ENDPOINT = Endpoint(
    "ep_1", "tasks", "Tasks", (EndpointSecret("key_1", SecretStr("s"), NOW),), "operator", NOW
)
SAMPLE = Sample(
    "created__one",
    b'{"type": "task.created", "priority": "high"}\n',
    {"X-Delivery": "one", "Content-Type": "application/json"},
)


class Tasks(Source):
    name, label = "tasks", "Tasks"
    event_types = (EventType("task.created", "Made"), EventType("task.closed", "Done"))
    attributes = ()
    samples = (
        Sample("broken__one", b"{}", {}),
        Sample("closed__one", b'{"type": "task.closed", "priority": "mild"}', {}),
        SAMPLE,
    )

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> None:
        """Nothing."""

    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:
        return request.header("x-delivery")

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        payload = request.json()
        return [ParsedEvent(payload["type"], {"priority": payload["priority"]})]

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        return {"X-Signature": f"{secret}:{len(body)}"}


class Numbered(Tasks):
    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:
        return str(request.json()["id"])


class Anonymous(Tasks):
    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:
        return None


def _subscription(
    events: tuple[str, ...], filters: Mapping[str, Any] | None = None, **more: Any
) -> Subscription:
    channel = Channel("ch_1", "connector", SecretStr("http://127.0.0.1/"))
    return Subscription(
        "sub_1", "ep_1", channel, "Tasks", events, "operator", NOW, NOW, filters or {}, **more
    )


def test_a_delivery_id_is_never_sent_twice() -> None:
    ids = {Tasks().identify(fresh(Tasks(), ENDPOINT, SAMPLE), ENDPOINT) for _ in range(5)}
    assert len(ids | {"one"}) == 6


def test_a_delivery_id_in_the_body_is_never_sent_twice() -> None:
    sample = Sample("created__one", b'{"id": "one", "type": "task.created", "x": "one more"}', {})
    ids = {Numbered().identify(fresh(Numbered(), ENDPOINT, sample), ENDPOINT) for _ in range(5)}
    assert len(ids | {"one"}) == 6
    body = orjson.loads(fresh(Numbered(), ENDPOINT, sample).body)
    assert (body["type"], body["x"]) == ("task.created", "one more")


def test_without_delivery_ids_the_body_differs_and_says_the_same() -> None:
    bodies = {fresh(Anonymous(), ENDPOINT, SAMPLE).body for _ in range(5)}
    assert len(bodies | {SAMPLE.body}) == 6
    assert all(orjson.loads(body) == orjson.loads(SAMPLE.body) for body in bodies)


def test_the_body_that_is_sent_is_signed() -> None:
    request = fresh(Anonymous(), ENDPOINT, SAMPLE)
    sent = signed(Anonymous(), request, "secret")
    assert sent.header("x-signature") == f"secret:{len(sent.body)}"
    assert sent.body == request.body


@pytest.mark.parametrize(
    ("subscription", "expected"),
    [
        (_subscription(("task.cre*",)), True),
        (_subscription(("issue",)), False),
        (
            _subscription(("task.*",), {"all": [{"attribute": "priority", "any_of": ["high"]}]}),
            True,
        ),
        (
            _subscription(("task.*",), {"all": [{"attribute": "priority", "any_of": ["low"]}]}),
            False,
        ),
        (_subscription(("task.created",), state="paused"), False),
    ],
)
def test_which_samples_become_a_card(subscription: Subscription, expected: bool) -> None:
    offered = offers(Tasks(), ENDPOINT, [subscription])
    assert [offer.wanted for offer in offered] == [expected, False, False]


def test_samples_come_in_the_order_of_the_event_types() -> None:
    assert [(offer.name, offer.types) for offer in offers(Tasks(), ENDPOINT, [])] == [
        ("created__one", ("task.created",)),
        ("closed__one", ("task.closed",)),
        ("broken__one", ()),
    ]
