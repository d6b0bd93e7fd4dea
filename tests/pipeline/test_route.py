"""Which subscriptions an event is owed to, in which order, and what is kept of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from bridge.models import Channel, Endpoint, Event, ParsedEvent, Subscription
from bridge.pipeline.directory import Audience
from bridge.pipeline.listener import Listener
from bridge.pipeline.route import LARGE_BODY, Router, Unroutable, decide
from bridge.plugin import ParseError
from bridge.registry import Registry

NOW = datetime(2026, 11, 23, tzinfo=UTC)
THEN = NOW - timedelta(minutes=5)
EVENT = Event("ev_1", "ep_1", "radio", THEN, {}, b"{}")
CALL = ParsedEvent("call.started", {"station": "North"})
END = ParsedEvent("call.ended", {"station": "South"})


def subscription(name: str, *events: str, **more: Any) -> Subscription:
    channel = Channel(f"ch_{name}", "connector", SecretStr("https://example.com"))
    return Subscription(
        f"sub_{name}", "ep_1", channel, name, events or ("*",), "operator", NOW, NOW, **more
    )


def audience(*subscriptions: Subscription) -> Audience:
    return Audience(tuple(map(Listener, subscriptions)), 7)


NORTH = {"attribute": "station", "any_of": ["north"]}


def test_deliveries_go_by_part_and_then_by_subscription() -> None:
    given = (
        subscription("all"),
        subscription("north", filters=NORTH),
        subscription("ended", "call.ended"),
        subscription("paused", state="paused"),
        subscription("disabled", state="disabled"),
    )
    decisions, owing = decide(EVENT, (CALL, END), audience(*given), NOW, THEN)
    assert [(name, part) for name, part, _, _ in decisions] == [
        (one.id, part) for part in (0, 1) for one in given
    ]
    by_id = {one.id: one for one in given}
    assert [one.subscription for one in owing] == [
        by_id[one.delivery.subscription_id] for one in owing
    ]
    deliveries = [one.delivery for one in owing]
    owed = [(one.part, one.subscription_id, one.state) for one in deliveries]
    assert owed == [
        (0, "sub_all", "pending"),
        (0, "sub_north", "pending"),
        (0, "sub_paused", "dropped"),
        (0, "sub_disabled", "dropped"),
        (1, "sub_all", "pending"),
        (1, "sub_ended", "pending"),
        (1, "sub_paused", "dropped"),
        (1, "sub_disabled", "dropped"),
    ]
    assert len({one.id for one in deliveries}) == len(deliveries)
    assert {(one.created_at, one.owed_at, one.event_id) for one in deliveries} == {
        (NOW, THEN, "ev_1")
    }
    pending, _, dropped, *_ = deliveries
    assert dropped.reason == "The subscription was paused when the event came."
    assert dropped.finished_at == NOW
    assert (pending.channel_id, pending.reason, pending.finished_at) == ("ch_all", None, None)


def test_without_subscriptions_or_parts_nothing_is_owed() -> None:
    assert decide(EVENT, (CALL,), audience(), NOW, NOW) == ([], ())
    assert decide(EVENT, (), audience(subscription("all")), NOW, NOW) == ([], ())


def test_a_reason_can_be_kept_by_any_database() -> None:
    odd = ParsedEvent("call.\ud800")
    ((_, _, wanted, reason),), _ = decide(EVENT, (odd,), audience(subscription("all")), NOW, NOW)
    assert wanted
    assert reason.encode().decode() == reason


class Radio:
    """As much of a source as routing needs."""

    name = label = "Radio"

    def __init__(self, parse: Callable[[], Any]) -> None:
        self._parse = parse
        self.parsed = 0

    def parse(self, *_: object) -> Any:
        self.parsed += 1
        return self._parse()


class Known:
    """A directory of one endpoint."""

    def __init__(self, *given: Subscription, there: bool = True) -> None:
        self._given = given
        self._there = there

    async def endpoint(self, endpoint_id: str) -> Endpoint | None:
        endpoint = Endpoint(endpoint_id, "radio", "Radio", (), "operator", NOW)
        return endpoint if self._there else None

    async def audience(self, _: str) -> Audience:
        return audience(*self._given)


def router(parse: Callable[[], Any] | None, *given: Subscription, there: bool = True) -> Router:
    sources: Any = {"radio": Radio(parse)} if parse else {}
    directory: Any = Known(*given, there=there)
    return Router(Registry(sources, {}), directory)


async def test_what_is_kept_of_an_event_is_json_in_its_order() -> None:
    attributes: dict[str, Any] = {
        "station": "North",
        "people": ("ada", "bob"),
        "count": 2,
        "no": None,
        "x": 0.5,
    }
    parts = [ParsedEvent("call.started", MappingProxyType(attributes)), END]
    route = await router(lambda: parts, subscription("all", "call.started")).route(
        EVENT, fresh=True
    )
    assert orjson.loads(route.types) == ["call.started", "call.ended"]
    assert orjson.loads(route.attributes) == [
        {**attributes, "people": ["ada", "bob"]},
        {"station": "South"},
    ]
    assert orjson.loads(route.decisions) == [
        ["sub_all", 0, True, "call.started is wanted (call.started)"],
        ["sub_all", 1, False, "call.ended is not among its event types (call.started)"],
    ]
    assert (route.audience.seen, route.parts, len(route.owed)) == (7, tuple(parts), 1)


@pytest.mark.parametrize("fresh", [True, False])
async def test_a_card_expires_from_when_its_event_came_or_was_replayed(fresh: bool) -> None:
    before = datetime.now(UTC)
    route = await router(lambda: [CALL], subscription("all")).route(EVENT, fresh=fresh)
    owed_at = route.owed[0].delivery.owed_at
    assert owed_at
    assert (owed_at == THEN) if fresh else (owed_at >= before)


def stumble() -> Any:
    raise LookupError("a secret of the payload")


def disagree() -> Any:
    raise ParseError("The calls are missing.")


def stumble_later() -> Iterator[ParsedEvent]:
    yield CALL
    raise LookupError("a secret of the payload")


@pytest.mark.parametrize("size", [2, LARGE_BODY])
@pytest.mark.parametrize(
    ("parse", "reason"),
    [
        (disagree, "Radio: The calls are missing."),
        (stumble, "Radio could not read it: LookupError in test_route.py, line"),
        (stumble_later, "Radio could not read it: LookupError in test_route.py, line"),
        (lambda: None, "Radio could not read it: TypeError in route.py, line"),
        (lambda: ["no event"], "Radio gave a str instead of an event."),
        (lambda: [ParsedEvent("call", {"odd": object()})], "Not routed: "),  # type: ignore[dict-item]  # on purpose
        (lambda: [ParsedEvent("call", {"odd": 1 << 200})], "Not routed: "),
        (lambda: [ParsedEvent("call.\ud800")], "Not routed: "),
        (None, "The plugin of the source 'radio' is not installed."),
    ],
)
async def test_what_cannot_be_routed_says_why(
    parse: Callable[[], Sequence[Any]] | None, reason: str, size: int
) -> None:
    event = replace(EVENT, body=bytes(size))
    with pytest.raises(Unroutable) as refused:
        await router(parse, subscription("all")).route(event, fresh=True)
    assert str(refused.value).startswith(reason)
    assert "secret" not in str(refused.value)


async def test_an_event_without_its_endpoint_or_body_is_not_parsed() -> None:
    def never() -> Any:
        raise AssertionError("parsed")

    with pytest.raises(Unroutable, match="The endpoint was removed"):
        await router(never, there=False).route(EVENT, fresh=True)
    with pytest.raises(Unroutable, match="The event's body is no longer kept"):
        await router(never).route(replace(EVENT, removed=True), fresh=True)
