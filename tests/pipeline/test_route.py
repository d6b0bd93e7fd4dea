"""Which subscriptions an event is owed to, and why."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from bridge.models import Channel, Event, ParsedEvent, Subscription
from bridge.pipeline.route import decide, wants

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EVENT = Event("ev_1", "ep_1", "radio", NOW, {}, b"")
CALL = ParsedEvent("call.started", {"station": "North"})
END = ParsedEvent("call.ended", {"station": "South"})


def subscription(name: str, *events: str, **more: Any) -> Subscription:
    channel = Channel(f"ch_{name}", "connector", SecretStr("https://example.com"))
    return Subscription(
        f"sub_{name}", "ep_1", channel, name, events or ("*",), "operator", NOW, NOW, **more
    )


NORTH = {"attribute": "station", "any_of": ["north"]}


@pytest.mark.parametrize(
    ("given", "wanted", "reason"),
    [
        (subscription("a"), True, "call.started is wanted (*)"),
        (
            subscription("a", "other", "call", filters=NORTH),
            True,
            "call.started is wanted (call), and station is north",
        ),
        (
            subscription("a", "call.ended", "x"),
            False,
            "call.started is not among its event types (call.ended, x)",
        ),
        (
            subscription("a", filters={"attribute": "station", "none_of": ["n*"]}),
            False,
            "station is North, and n* is excluded",
        ),
        (
            subscription("a", filters={"every": []}),
            False,
            "its filters are not valid: filters: A filter has either `attribute` or exactly one of `all`, `any` and `not`.",
        ),
    ],
)
def test_a_subscription_says_why(given: Subscription, wanted: bool, reason: str) -> None:
    assert wants(given, CALL) == (wanted, reason)


def test_attributes_that_are_none_are_said_so() -> None:
    odd: Any = 7
    wanted, reason = wants(subscription("a", filters=NORTH), ParsedEvent("call", odd))
    assert not wanted
    assert reason.startswith("its filters cannot be applied: AttributeError in filters.py")


def test_deliveries_go_by_part_and_then_by_subscription() -> None:
    subscriptions = (
        subscription("all"),
        subscription("north", filters=NORTH),
        subscription("ended", "call.ended"),
        subscription("paused", state="paused"),
        subscription("disabled", state="disabled"),
    )
    decisions, deliveries = decide(EVENT, (CALL, END), subscriptions, NOW)
    assert len(decisions) == 10
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
    dropped = deliveries[2]
    assert dropped.reason == "The subscription was paused when the event came."
    assert dropped.finished_at == NOW
    assert deliveries[0].channel_id == "ch_all"


def test_without_subscriptions_or_parts_nothing_is_owed() -> None:
    assert decide(EVENT, (CALL,), (), NOW) == ((), ())
    assert decide(EVENT, (), (subscription("all"),), NOW) == ((), ())
