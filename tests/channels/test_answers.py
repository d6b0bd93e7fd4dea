"""How long a channel asks to wait: in seconds or as a date, from its own clock, and nonsense is nothing."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import Answer
from bridge.channels.answers import judge_status, retry_after


def asked(value: str, **more: str) -> float | None:
    return retry_after(Answer(429, "", 1, {"retry-after": value, **more}))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("17", 17),
        (" 17 ", 17),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 30, 999_999_999),
    ],
)
def test_seconds(value: str, seconds: float | None) -> None:
    assert asked(value) == seconds


def test_a_date_is_read_by_the_channel_s_own_clock() -> None:
    date = "Mon, 23 Nov 2026 14:05:00 GMT"
    assert asked("Mon, 23 Nov 2026 14:06:30 GMT", date=date) == 90
    assert asked("Mon, 23 Nov 2026 14:00:00 GMT", date=date) == 0
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < (asked(soon, date="never") or 0) <= 60


@given(st.text())
def test_whatever_it_says_it_is_a_time_or_nothing(value: str) -> None:
    seconds = asked(value, date=value)
    assert seconds is None or seconds >= 0


@given(st.integers(min_value=100, max_value=999))
def test_every_status_has_an_outcome_that_says_what_to_do(status: int) -> None:
    outcome = judge_status(status, Answer(status, "", 1, {"retry-after": "5"}))
    assert str(status) in outcome.reason
    assert outcome.retry_after == 5
