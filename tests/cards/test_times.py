from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.times import length_of, read_time

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-23T12:00:00Z",
        "2026-11-23T13:00:00+01:00",
        "2026-11-23T12:00:00.0000000Z",
        "2026-11-23 12:00:00 UTC",
        "2026-11-23 13:00:00 +0100",
        " 2026-11-23 12:00:00 ",
        "20261123T120000Z",
        1795435200,
        1795435200000,
        1795435200.0,
        "1795435200",
        "1795435200000",
    ],
)
def test_times_are_read_as_systems_write_them(written: Any) -> None:
    assert read_time(written) == NOON


@pytest.mark.parametrize(
    "written",
    ["", "today", "2026-13-01T00:00:00Z", "9" * 400, True, None, [], {}, 1e300, float("nan")],
)
def test_what_is_no_time_is_none(written: Any) -> None:
    assert read_time(written) is None


@given(st.text() | st.floats() | st.integers() | st.datetimes().map(str))
def test_nothing_raises(written: Any) -> None:
    found = read_time(written)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (192, "3 min 12 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (86400, "1 day"),
        (273600, "3 days 4 h"),
    ],
)
def test_lengths_are_told_in_two_units(seconds: float, told: str) -> None:
    assert length_of(seconds) == told
