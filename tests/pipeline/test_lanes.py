"""How long a lane waits, and when it gives up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.channel import Outcome, Verdict
from bridge.models import Attempt, Channel
from bridge.pipeline.lanes import BackOff, gone_missing, recovered

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CHANNEL = Channel("ch_1", "connector", SecretStr("https://example.com"))
FAILURE = Outcome(Verdict.RETRY, "It failed.")
SCHEDULE = (5.0, 30.0, 120.0)


def back_off(chance: float = 0.5, schedule: tuple[float, ...] = SCHEDULE) -> BackOff:
    return BackOff(schedule, timedelta(hours=1), lambda: chance)


def test_the_schedule_is_followed_and_its_last_step_repeats() -> None:
    waits = [back_off().wait(failures, FAILURE) for failures in range(6)]
    assert waits == [5, 30, 120, 120, 120, 120]


@given(st.integers(0, 100), st.floats(0, 1))
def test_a_wait_is_moved_by_a_fifth_at_most(failures: int, chance: float) -> None:
    step = back_off().wait(failures, FAILURE)
    assert 0.8 * step <= back_off(chance).wait(failures, FAILURE) <= 1.2 * step


@pytest.mark.parametrize(
    ("schedule", "failures", "wait"),
    [
        (SCHEDULE, 0, 60),
        (SCHEDULE, 2, 120),
        ((5.0, 10.0), 0, 10),
        ((0.1,), 0, 0.1),
    ],
)
def test_a_throttled_lane_waits_for_a_window_to_pass(
    schedule: tuple[float, ...], failures: int, wait: float
) -> None:
    throttled = replace(FAILURE, throttled=True)
    assert back_off(schedule=schedule).wait(failures, throttled) == wait


@pytest.mark.parametrize(
    ("asked", "wait"), [(17.0, 17.0), (0.0, 1.0), (1e9, 3600.0), (7200.0, 3600.0)]
)
def test_what_the_channel_asks_for_is_granted_within_reason(asked: float, wait: float) -> None:
    outcome = replace(FAILURE, retry_after=asked, throttled=True)
    assert back_off(0.0).wait(0, outcome) == wait
    assert wait < back_off(1.0).wait(9, outcome) <= 1.2 * wait


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
