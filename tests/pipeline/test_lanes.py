"""How long a lane waits, and when it gives up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.channel import Answer, Outcome, Verdict
from bridge.channels.connector import Connector
from bridge.models import Attempt, Channel
from bridge.pipeline.lanes import LONGEST_RETRY_AFTER, BackOff, gone_missing, recovered
from bridge.settings import Settings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CHANNEL = Channel("ch_1", "connector", SecretStr("https://example.com"))
FAILURE = Outcome(Verdict.RETRY, "It failed.")
SCHEDULE = (5.0, 30.0, 120.0)


def back_off(chance: float = 0.5, schedule: tuple[float, ...] = SCHEDULE) -> BackOff:
    return BackOff(schedule, timedelta(hours=1), lambda: chance)


CHANCES = st.floats(0, 1)


def waits(failures: int, outcome: Outcome, schedule: tuple[float, ...] = SCHEDULE) -> list[float]:
    """The shortest and the longest wait that chance may bring."""
    return [back_off(chance, schedule).wait(failures, outcome) for chance in (0.0, 1.0)]


def test_the_schedule_is_followed_and_its_last_step_repeats() -> None:
    steps = [back_off().wait(failures, FAILURE) for failures in range(6)]
    assert steps == [5, 30, 108, 108, 108, 108]


def test_a_wait_is_moved_by_a_fifth_but_never_beyond_the_longest_step() -> None:
    assert waits(0, FAILURE) == [4, 6]
    assert waits(1, FAILURE) == [24, 36]
    assert waits(9, FAILURE) == [96, 120]


def test_by_default_two_tries_are_at_most_fifteen_minutes_apart() -> None:
    schedule = Settings(_env_file=None).retry_schedule
    for failures in range(20):
        for outcome in (FAILURE, replace(FAILURE, throttled=True)):
            assert max(waits(failures, outcome, schedule)) <= 900


@pytest.mark.parametrize(
    ("schedule", "failures", "least", "most"),
    [
        (SCHEDULE, 0, 60, 72),
        (SCHEDULE, 1, 60, 72),
        (SCHEDULE, 2, 120, 120),
        ((5.0, 300.0, 900.0), 1, 300, 360),
        ((5.0, 10.0), 0, 10, 10),
        ((0.1,), 0, 0.1, 0.1),
    ],
)
def test_a_throttled_lane_waits_for_a_window_to_pass(
    schedule: tuple[float, ...], failures: int, least: float, most: float
) -> None:
    throttled = replace(FAILURE, throttled=True)
    assert waits(failures, throttled, schedule) == pytest.approx([least, most])


@pytest.mark.parametrize(
    ("asked", "failures", "least", "most"),
    [
        (17.0, 0, 17.0, 20.4),
        (1800.0, 0, 1800.0, 2160.0),
        (3590.0, 0, 3590.0, 3600.0),
        (7200.0, 0, 3600.0, 3600.0),
        (1e9, 9, 3600.0, 3600.0),
        (0.0, 0, 1.0, 1.2),
        (0.0, 2, 1.0, 1.2),
        (2.0, 2, 2.0, 2.4),
        (2.0, 3, 60.0, 72.0),
        (90.0, 3, 90.0, 108.0),
    ],
)
def test_what_the_channel_asks_for_is_granted_within_reason(
    asked: float, failures: int, least: float, most: float
) -> None:
    for throttled in (True, False):
        outcome = replace(FAILURE, retry_after=asked, throttled=throttled)
        assert waits(failures, outcome) == pytest.approx([least, most])


def test_a_schedule_of_short_steps_makes_no_busy_loop_and_no_long_wait() -> None:
    told_nothing = replace(FAILURE, retry_after=0.0)
    assert waits(0, told_nothing, (0.1,)) == pytest.approx([0.1, 0.12])
    assert waits(9, told_nothing, (0.1,)) == pytest.approx([0.1, 0.12])


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("17", 17, 20.4),
        ("Mon, 23 Nov 2026 12:02:00 GMT", 120, 144),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 1, 1.2),
        ("Tue, 24 Nov 2026 12:00:00 GMT", 3600, 3600),
        ("soon", 60, 72),
    ],
)
def test_retry_after_is_read_from_seconds_and_dates(asked: str, least: float, most: float) -> None:
    headers = {"retry-after": asked, "date": "Mon, 23 Nov 2026 12:00:00 GMT"}
    outcome = Connector().judge(Answer(429, "", 1, headers))
    assert waits(0, outcome) == pytest.approx([least, most])


SCHEDULES = st.lists(st.floats(0, 10_000), min_size=1, max_size=5).map(tuple)


@given(SCHEDULES, st.integers(0, 9), st.none() | st.floats(0, 1e6), st.booleans(), CHANCES)
def test_a_wait_always_keeps_its_bounds(
    schedule: tuple[float, ...], failures: int, asked: float | None, throttled: bool, chance: float
) -> None:
    outcome = replace(FAILURE, retry_after=asked, throttled=throttled)
    wait = back_off(chance, schedule).wait(failures, outcome)
    assert 0 <= wait <= (max(schedule) if asked is None else LONGEST_RETRY_AFTER)
    assert wait >= min(asked or 0, LONGEST_RETRY_AFTER)


def test_failures_add_up_until_the_channel_works_again() -> None:
    began = NOW - timedelta(seconds=3)
    first = back_off().failed(CHANNEL, FAILURE, began, NOW)
    assert first.failing_since == began
    assert first.retry_at == NOW + timedelta(seconds=5)
    assert (first.failures, first.reason) == (1, "It failed.")
    second = back_off().failed(first, FAILURE, NOW, NOW)
    assert (second.failing_since, second.failures) == (began, 2)
    assert second.retry_at == NOW + timedelta(seconds=30)
    assert recovered(second) == CHANNEL


def test_it_gives_up_after_unbroken_failure() -> None:
    failing = back_off().failed(CHANNEL, FAILURE, NOW, NOW)
    assert not back_off().given_up(failing, NOW + timedelta(minutes=59))
    assert back_off().given_up(failing, NOW + timedelta(minutes=60))
    assert not back_off().given_up(CHANNEL, NOW)


def attempts(*given: tuple[int, Verdict]) -> list[Attempt]:
    return [
        Attempt(NOW - timedelta(minutes=ago), verdict.value, "", 404, 1) for ago, verdict in given
    ]


MISSING, RETRY = Verdict.MISSING, Verdict.RETRY


@pytest.mark.parametrize(
    ("before", "failing_for", "gone"),
    [
        ([], None, False),
        ([], 30, False),
        ([(11, MISSING)], 11, False),
        ([(11, MISSING), (5, MISSING)], 11, True),
        ([(9, MISSING), (5, MISSING)], 9, False),
        ([(9, MISSING), (8, MISSING), (5, MISSING)], 9, False),
        ([(30, MISSING), (20, RETRY), (5, MISSING)], 30, False),
        ([(30, RETRY), (20, MISSING), (5, MISSING)], 30, True),
        ([(900, MISSING), (880, MISSING)], None, False),
        ([(900, MISSING), (880, MISSING), (5, MISSING)], 5, False),
    ],
)
def test_a_missing_channel_is_gone_when_it_goes_on_saying_so(
    before: list[tuple[int, Verdict]], failing_for: int | None, gone: bool
) -> None:
    since = None if failing_for is None else NOW - timedelta(minutes=failing_for)
    channel = replace(CHANNEL, failing_since=since)
    assert gone_missing(channel, attempts(*before), NOW) is gone
