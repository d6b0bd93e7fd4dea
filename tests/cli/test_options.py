"""Reading what people type."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import typer

from bridge.cli import options


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("room=Cellar", {"attribute": "room", "any_of": ["Cellar"]}),
        ("room = octo/*, acme/* ", {"attribute": "room", "any_of": ["octo/*", "acme/*"]}),
        ("room!=Attic", {"attribute": "room", "none_of": ["Attic"]}),
        ("room=", {"attribute": "room", "empty": True}),
        ("room!=", {"attribute": "room", "empty": False}),
        ("title=a=b", {"attribute": "title", "any_of": ["a=b"]}),
    ],
)
def test_filters(given: str, expected: dict[str, Any]) -> None:
    assert options.where([given]) == {"all": [expected]}


def test_no_filter_leaves_out_nothing() -> None:
    assert options.where([]) == {}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("30s", timedelta(seconds=30)),
        ("10m", timedelta(minutes=10)),
        ("24h", timedelta(days=1)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
        ("0s", timedelta(0)),
    ],
)
def test_durations(given: str, expected: timedelta) -> None:
    assert options.duration(given) == expected


@pytest.mark.parametrize("given", ["", "7", "d", "-1d", "1.5h", "7 days", "9999999d"])
def test_what_is_no_duration(given: str) -> None:
    with pytest.raises(typer.BadParameter, match="no duration"):
        options.duration(given)


@pytest.mark.parametrize(
    "given", ["2026-11-23T14:05Z", "2026-11-23T14:05", "2026-11-23 15:05+01:00"]
)
def test_times(given: str) -> None:
    assert options.since(given) == datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def test_a_time_may_be_said_as_a_duration() -> None:
    before = datetime.now(UTC)
    found = options.since("2h")
    assert before <= found + timedelta(hours=2) <= datetime.now(UTC)


def test_headers() -> None:
    assert options.headers(["X-Event: push", "X-Empty:", "X-Time: 10:30"]) == {
        "X-Event": "push",
        "X-Empty": "",
        "X-Time": "10:30",
    }
    for wrong in ("X-Event", ": push"):
        with pytest.raises(typer.BadParameter, match="no header"):
            options.headers([wrong])
