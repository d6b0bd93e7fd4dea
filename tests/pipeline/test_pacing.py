"""A channel's windows hold exactly, whatever the clock does, and nothing waits longer than they say."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import Window
from bridge.channels.connector import Connector
from bridge.channels.workflow import Workflow
from bridge.pipeline.pacing import GRAIN, UNEVEN, Pace

START = 1_795_435_200.0
HOUR = 3600.0
LONGEST = 86_400.0

WINDOWS = st.lists(
    st.builds(Window, st.integers(1, 9), st.sampled_from([0.5, 1.0, 7.3, 60.0, HOUR])), max_size=4
).map(tuple)
GAPS = st.lists(st.sampled_from([0.0, 0.001, 0.3, 1.0, 20.0, 4000.0]), max_size=60)


def kept(times: list[float], windows: tuple[Window, ...]) -> bool:
    """Whether no window of the receiver's saw more than it permits."""
    return all(
        later - earlier >= window.seconds
        for window in windows
        for earlier, later in zip(times, times[window.count :], strict=False)
    )


@given(WINDOWS, GAPS, st.lists(st.floats(0, 2), min_size=60, max_size=60))
def test_no_window_is_ever_burst_wherever_in_flight_a_card_arrives(
    windows: tuple[Window, ...], gaps: list[float], flights: list[float]
) -> None:
    pace, now = Pace(windows), START
    soonest, latest = [], []
    for gap, flight in zip(gaps, flights, strict=False):
        began = pace.next_at(now + gap)
        now = began + flight
        soonest.append(began)
        latest.append(now)
        pace.note(now)
    mixed = [
        one if flights[at] < 1 else other
        for at, (one, other) in enumerate(zip(soonest, latest, strict=True))
    ]
    assert kept(soonest, windows)
    assert kept(mixed, windows)


@given(WINDOWS, GAPS)
def test_a_card_waits_only_for_a_window(windows: tuple[Window, ...], gaps: list[float]) -> None:
    pace, now, sent = Pace(windows), START, list[float]()
    for gap in gaps:
        now += gap
        at = pace.next_at(now)
        sooner = at - 2 * GRAIN
        assert at == now or not kept([*sent, sooner], windows)
        now = at
        sent.append(now)
        pace.note(now)


@given(WINDOWS, GAPS, st.integers(0, 60))
def test_a_restart_changes_nothing(windows: tuple[Window, ...], gaps: list[float], at: int) -> None:
    pace, now, sent = Pace(windows), START, list[float]()
    for gap in gaps:
        now = pace.next_at(now + gap)
        pace.note(now)
        sent.append(now)
    again = Pace(windows, reversed(sent))
    for later in (now, now + 0.4, now + 30.0, now + HOUR):
        assert again.next_at(later) == pace.next_at(later)
        assert again.room(later, 10) == pace.room(later, 10)
        assert again.even_at(later, 10) == pace.even_at(later, 10)


@given(WINDOWS, GAPS)
def test_there_is_room_exactly_when_a_card_may_go(
    windows: tuple[Window, ...], gaps: list[float]
) -> None:
    pace, now = Pace(windows), START
    for gap in gaps:
        now += gap
        at = pace.next_at(now)
        assert pace.room(now, 0) is None if not windows else (pace.room(now, 0) != 0) == (at <= now)
        now = at
        pace.note(now)


def test_room_counts_only_the_long_windows() -> None:
    pace = Pace(Connector.windows)
    assert pace.room(START, 300) == 100
    for second in range(90):
        pace.note(START + second)
    assert pace.room(START + 90, 300) == 10
    assert pace.room(START + 90, 7200) == 60
    assert pace.room(START + HOUR + 10, 300) == 20
    assert pace.room(START + 90, 2 * LONGEST) is None
    assert Pace(Workflow.windows).room(START, 300) == 25


def test_a_long_window_is_spread_when_little_is_left_of_it() -> None:
    pace, now = Pace(Connector.windows), START
    for _ in range(75):
        assert pace.even_at(now, HOUR) is None
        pace.note(now)
        now += 1
    spread = list[float]()
    for _ in range(25):
        spread.append(now)
        pace.note(now)
        now = pace.even_at(now, HOUR) or START
    steps = [later - earlier for earlier, later in pairwise([*spread, now])]
    assert pace.next_at(now - 1) == now
    assert max(steps) - min(steps) < 0.01
    assert now == pytest.approx(START + HOUR, abs=0.01)


@given(WINDOWS, GAPS)
def test_what_is_spread_waits_no_longer_than_until_something_is_given_back(
    windows: tuple[Window, ...], gaps: list[float]
) -> None:
    pace, now = Pace(windows), START
    for gap in gaps:
        now = pace.next_at(now + gap)
        pace.note(now)
        at = pace.even_at(now, 10)
        assert at is None or at <= now + max(window.seconds for window in windows) + GRAIN
        if at is not None:
            assert pace.room(at, 10) != 0


@given(
    WINDOWS,
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.001, 0.3, 1.0, 20.0, 4000.0]),
            st.sampled_from([0.0, 0.0, 0.0, 0.002, 0.4, UNEVEN, 1.1, 50.0, 4000.0, 30 * LONGEST]),
        ),
        max_size=60,
    ),
)
def test_a_clock_set_back_again_and_again_neither_bursts_nor_blocks(
    windows: tuple[Window, ...], steps: list[tuple[float, float]]
) -> None:
    pace, true, sent, wrong = Pace(windows), START, list[float](), 0.0
    longest = max((window.seconds for window in windows), default=0.0)
    for gap, back in steps:
        true += gap
        wrong += back
        clock = pace.next_at(true - wrong)
        assert clock - (true - wrong) <= longest + UNEVEN + 2 * GRAIN
        assert pace.room(clock, 0) != 0
        true = clock + wrong
        sent.append(true)
        pace.note(clock)
    assert kept([round(at, 4) for at in sent], windows)  # taking `wrong` away is not exact


def test_an_answer_out_of_order_shortens_nothing() -> None:
    pace = Pace((Window(1, 10.0),), [START + 0.4])
    before = pace.next_at(START + 1)
    pace.note(START)
    assert pace.next_at(START + 1) == before == START + 10.4 + GRAIN


def test_a_clock_ahead_for_a_while_hides_nothing_of_before() -> None:
    pace = Pace(Connector.windows, [START - at for at in range(90)])
    pace.note(START + 2 * HOUR)
    assert pace.room(START + 2, HOUR) == 100 - 90 - 1


def test_a_time_that_only_a_wrong_clock_can_have_told_does_not_block() -> None:
    pace = Pace((Window(100, HOUR),), [START + 30 * LONGEST] * 100)
    at = pace.next_at(START)
    assert at == pytest.approx(START + HOUR, abs=0.1)
    assert pace.next_at(START + 20) == at


def test_without_windows_everything_is_allowed_and_nothing_is_kept() -> None:
    pace = Pace((), [START] * 9)
    for _ in range(1000):
        pace.note(START)
    assert pace.next_at(START) == START
    assert pace.room(START, 0) is None
    assert pace.even_at(START, 0) is None
    assert not pace._answered  # noqa: SLF001  # what it costs is what this is about


def test_no_more_is_kept_than_the_longest_window_needs() -> None:
    pace = Pace((Window(3, 1.0), Window(50, 60.0)))
    for at in range(1000):
        pace.note(START + at / 100)
    assert len(pace._answered) == 50  # noqa: SLF001  # as above
    pace.note(START + HOUR)
    assert len(pace._answered) == 1  # noqa: SLF001  # as above


@pytest.mark.parametrize("window", [Window(0, 1.0), Window(1, 0.0)])
def test_a_window_that_permits_nothing_is_refused(window: Window) -> None:
    with pytest.raises(ValueError, match="at least one card"):
        Pace((window,))
