"""Whether a subscription wants an event, and why."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from bridge.models import Channel, ParsedEvent, Subscription
from bridge.pipeline import listener
from bridge.pipeline.listener import TYPES, Listener

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CALL = ParsedEvent("call.started", {"station": "North"})
NORTH = {"attribute": "station", "any_of": ["north"]}


def listening(*events: str, **more: Any) -> Listener:
    channel = Channel("ch_1", "connector", SecretStr("https://example.com"))
    return Listener(
        Subscription(
            "sub_1", "ep_1", channel, "Hall", events or ("*",), "operator", NOW, NOW, **more
        )
    )


@pytest.mark.parametrize(
    ("given", "wanted", "reason"),
    [
        (listening(), True, "call.started is wanted (*)"),
        (
            listening("other", "call", filters=NORTH),
            True,
            "call.started is wanted (call), and station is north",
        ),
        (
            listening("call.ended", "x"),
            False,
            "call.started is not among its event types (call.ended, x)",
        ),
        (
            listening(filters={"attribute": "station", "none_of": ["n*"]}),
            False,
            "station is North, and n* is excluded",
        ),
        (
            listening(filters={"every": []}),
            False,
            "its filters are not valid: filters: A filter has either `attribute` or exactly one of `all`, `any` and `not`.",
        ),
        (
            listening("call.ended", filters={"every": []}),
            False,
            "call.started is not among its event types (call.ended)",
        ),
    ],
)
def test_a_subscription_says_why(given: Listener, wanted: bool, reason: str) -> None:
    for _ in range(2):  # what was found out once is not asked again
        assert given.wants(CALL) == (wanted, reason)


def test_attributes_that_are_none_are_said_so() -> None:
    odd: Any = 7
    wanted, reason = listening(filters=NORTH).wants(ParsedEvent("call", odd))
    assert not wanted
    assert reason.startswith("its filters cannot be applied: AttributeError in matching.py")


def test_every_part_is_judged_by_its_own_type_and_attributes() -> None:
    given = listening("call.*", filters=NORTH)
    south = ParsedEvent("call.started", {"station": "South"})
    ended = ParsedEvent("call.ended", {"station": "North"})
    mail = ParsedEvent("mail.sent", {"station": "North"})
    assert [given.wants(part)[0] for part in (CALL, south, ended, mail, CALL)] == [
        True, False, True, False, True
    ]  # fmt: skip


def test_its_filters_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    given = listening(filters=NORTH)

    def forbidden(_: object) -> Any:
        raise AssertionError("read again")

    monkeypatch.setattr(listener, "check_filters", forbidden)
    assert given.wants(CALL)[0]


def test_types_without_end_are_not_all_kept() -> None:
    """They come from outside."""
    given = listening("call.*")
    for number in range(TYPES + 10):
        assert given.wants(ParsedEvent(f"call.number{number}"))[0]
        assert not given.wants(ParsedEvent(f"mail.number{number}"))[0]
    assert given.of_type.cache_info().currsize == TYPES
