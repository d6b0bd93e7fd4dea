"""What a lane decides, and what holds of it whatever comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.channel import Window
from bridge.channels.connector import Connector
from bridge.channels.workflow import Workflow
from bridge.models import Channel
from bridge.pipeline.lane import ROOM, Drop, Lane, Load, Owed, Policy, Rest, Send, Wait
from bridge.pipeline.pacing import Pace
from tests.pipeline.simulation import START, How, Simulation, Trouble, check, owed

NOW = START
OPEN = Channel("ch_1", "connector", SecretStr("https://example.com"))
HOURLY = (Window(100, 3600.0),)


def lane(
    cards: Sequence[Owed] | int = (),
    *,
    complete: bool = True,
    windows: Sequence[Window] = (),
    answered: Sequence[float] = (),
    digest_after: int = 20,
    channel: Channel = OPEN,
) -> Lane:
    made = Lane(channel, Pace(windows, answered), Policy(digest_after))
    given = [owed(number) for number in range(cards)] if isinstance(cards, int) else cards
    made.load(given, complete=complete)
    return made


def sent(lane: Lane, now: float = NOW) -> int:
    """How many cards go with the next post."""
    step = lane.next(now)
    assert isinstance(step, Send), step
    return len(step.owed)


def test_a_lane_that_knows_nothing_asks_the_store() -> None:
    assert Lane(OPEN, Pace(()), Policy(20)).next(NOW) == Load()
    assert lane(0).next(NOW) == Rest()


def test_cards_go_one_by_one_in_order() -> None:
    busy = lane(3)
    first, second, third = busy.waiting
    assert busy.next(NOW) == Send((first,))
    busy.start((first,))
    assert busy.next(NOW) == Rest()
    busy.settle(OPEN, NOW)
    assert busy.next(NOW) == Send((second,))
    busy.start((second,))
    busy.settle(OPEN, NOW, again=(second,))
    assert list(busy.waiting) == [second, third]


def test_only_the_first_may_be_sent() -> None:
    busy = lane(3)
    first, second, _ = busy.waiting
    for wrong in ((second,), (second, first), (first, owed(9))):
        with pytest.raises(ValueError, match="first in a lane"):
            busy.start(wrong)
    assert len(busy.waiting) == 3


def test_a_closed_lane_rests() -> None:
    assert lane(3, channel=replace(OPEN, state="gone")).next(NOW) == Rest()


def test_back_off_and_pace_are_waited_for() -> None:
    until = datetime.fromtimestamp(NOW + 30, UTC)
    assert lane(1, channel=replace(OPEN, retry_at=until)).next(NOW) == Wait(NOW + 30)
    assert sent(lane(1, channel=replace(OPEN, retry_at=until)), NOW + 30) == 1
    paced = lane(
        1, windows=(Window(1, 60.0),), answered=[NOW - 20], channel=replace(OPEN, retry_at=until)
    )
    wait = paced.next(NOW)
    assert isinstance(wait, Wait)
    assert wait.until == pytest.approx(NOW + 40, abs=0.01)


@pytest.mark.parametrize(
    ("waiting", "digest_after", "merged"),
    [(19, 20, 1), (20, 20, 20), (128, 20, 100), (128, 0, 1), (2, 1, 2), (1, 1, 1)],
)
def test_a_backlog_is_merged_from_its_size_on(waiting: int, digest_after: int, merged: int) -> None:
    assert sent(lane(waiting, digest_after=digest_after)) == merged


def test_a_backlog_that_is_only_partly_here_is_merged() -> None:
    assert sent(lane(3, complete=False)) == 3


@pytest.mark.parametrize(
    ("used", "waiting", "merged"), [(60, 19, 1), (74, 19, 1), (95, 5, 5), (95, 6, 6)]
)
def test_cards_that_an_hourly_quota_has_no_room_for_are_merged(
    used: int, waiting: int, merged: int
) -> None:
    answered = [NOW - 1800 + number for number in range(used)]
    assert sent(lane(waiting, windows=HOURLY, answered=answered)) == merged


def test_a_quota_of_minutes_merges_but_is_not_spread() -> None:
    answered = [NOW - 100 + number for number in range(22)]
    assert sent(lane(3, windows=Workflow.windows, answered=answered)) == 1
    assert sent(lane(4, windows=Workflow.windows, answered=answered)) == 4


def test_the_quota_merges_nothing_where_merging_is_off() -> None:
    answered = [NOW - 1800 + number for number in range(95)]
    assert sent(lane(50, windows=HOURLY, answered=answered, digest_after=0)) == 1


def test_a_short_window_is_waited_for_not_merged_for() -> None:
    assert sent(lane(19, windows=(Window(4, 1.0), Window(10, 30.0)))) == 1


def test_the_rest_of_an_hourly_quota_is_spread_over_the_hour() -> None:
    answered = [NOW - 90 + number for number in range(90)]
    saving = lane(1, windows=HOURLY, answered=answered)
    wait = saving.next(NOW)
    assert isinstance(wait, Wait)
    assert 200 < wait.until - NOW < 400
    assert sent(saving, wait.until) == 1
    assert sent(lane([owed(1, digest=False)], windows=HOURLY, answered=answered)) == 1
    assert sent(lane(1, windows=HOURLY, answered=answered, digest_after=0)) == 1
    assert sent(lane(100, windows=HOURLY, answered=answered)) == 100


def test_only_neighbours_that_may_be_merged_are() -> None:
    cards = [owed(number, digest=number not in {0, 5, 6}) for number in range(40)]
    busy = lane(cards)
    sizes = []
    while isinstance(step := busy.next(NOW), Send):
        busy.start(step.owed)
        sizes.append([one.delivery.id for one in step.owed])
        busy.settle(OPEN, None)
    assert [len(names) for names in sizes] == [1, 4, 1, 1, 33]
    assert [name for names in sizes for name in names] == [one.delivery.id for one in cards]


def test_a_digest_that_holds_less_leaves_the_others_first() -> None:
    busy = lane(40)
    step = busy.next(NOW)
    assert isinstance(step, Send)
    busy.start(step.owed[:25])
    busy.settle(OPEN, NOW)
    assert [one.delivery.id for one in busy.waiting] == [f"dl_{n}" for n in range(25, 40)]


def test_what_expired_is_dropped_even_while_the_lane_backs_off() -> None:
    until = datetime.fromtimestamp(NOW + 900, UTC)
    cards = [owed(0, lasts=60), owed(1, lasts=60), owed(2), owed(3, lasts=60)]
    failing = lane(cards, channel=replace(OPEN, retry_at=until))
    assert failing.next(NOW) == Wait(NOW + 60)
    assert failing.next(NOW + 60) == Drop((cards[0], cards[1]))
    failing.drop((cards[0], cards[1]))
    assert failing.next(NOW + 60) == Wait(NOW + 900)
    assert failing.next(NOW + 900) == Send((cards[2],))


def test_what_expired_does_not_keep_others_from_being_merged() -> None:
    cards = [owed(number, lasts=60 if number % 2 else None) for number in range(60)]
    busy = lane(cards)
    assert busy.next(NOW + 60) == Drop(tuple(cards[1::2]))
    busy.drop(cards[1::2])
    assert busy.next(NOW + 60) == Send(tuple(cards[::2]))


def test_a_full_lane_leaves_what_comes_in_the_store() -> None:
    busy = lane(ROOM - 1)
    assert busy.add(owed(900))
    assert not busy.add(owed(901))
    assert not busy.complete
    assert len(busy.waiting) == ROOM
    busy.start(tuple(busy.waiting))
    busy.settle(OPEN, None)
    assert not busy.add(owed(902))
    assert busy.next(NOW) == Load()
    busy.load([owed(901), owed(902)], complete=True)
    assert busy.complete
    assert busy.add(owed(903))
    assert [one.delivery.id for one in busy.waiting] == ["dl_901", "dl_902", "dl_903"]


def test_more_is_loaded_before_a_digest_once() -> None:
    busy = lane(3, complete=False)
    assert sent(busy) == 3  # the store was just asked
    busy.add(owed(8))
    assert busy.next(NOW) == Load()
    busy.load([owed(0), owed(1), owed(2)], complete=False)
    assert sent(busy) == 3
    busy.start(tuple(busy.waiting))
    busy.settle(OPEN, None)
    assert busy.next(NOW) == Load()
    busy.load([], complete=False)
    assert busy.next(NOW) == Rest()
    busy.add(owed(9))
    assert busy.next(NOW) == Load()


def test_what_came_while_the_store_was_asked_is_not_forgotten() -> None:
    fresh = Lane(OPEN, Pace(()), Policy(20))
    assert not fresh.add(owed(2))
    fresh.load([owed(1)], complete=True)
    assert not fresh.complete
    assert fresh.next(NOW) == Load()
    fresh.load([owed(1), owed(2)], complete=True)
    assert fresh.complete


def test_what_came_while_a_whole_lane_was_asked_for_again_is_not_forgotten() -> None:
    busy = lane(0)
    assert busy.add(owed(1))
    busy.load([], complete=True)  # as it was before
    assert busy.next(NOW) == Load()
    busy.load([owed(1)], complete=True)
    assert busy.next(NOW) == Send((owed(1),))


def test_what_was_dropped_elsewhere_is_not_asked_for_for_ever() -> None:
    fresh = Lane(OPEN, Pace(()), Policy(20))
    fresh.add(owed(2))
    fresh.load([], complete=True)
    assert fresh.next(NOW) == Load()
    fresh.load([], complete=True)
    assert fresh.next(NOW) == Rest()


def test_a_card_that_is_told_twice_is_sent_once() -> None:
    busy = lane(2)
    first, second = busy.waiting
    busy.start((first,))
    assert busy.add(first)
    assert busy.add(second)
    assert list(busy.waiting) == [second]


def test_what_flies_is_not_loaded_again() -> None:
    busy = lane(2)
    first, second = busy.waiting
    busy.start((first,))
    busy.load([first, second], complete=True)
    assert list(busy.waiting) == [second]
    busy.settle(OPEN, None, again=(first,))
    assert list(busy.waiting) == [first, second]


@st.composite
def simulations(draw: st.DrawFn) -> Simulation:
    """A lane with few cards and small windows, in any trouble."""
    seconds = st.sampled_from([0.5, 7.0, 300.0, 3600.0])
    gaps = st.sampled_from([0.0, 0.0, 0.001, 0.01, 0.2, 3.0, 700.0])
    at = START
    traffic = []
    for number, gap in enumerate(draw(st.lists(gaps, max_size=120))):
        at += gap
        digest = draw(st.sampled_from([True] * 5 + [False]))
        lasts = draw(st.sampled_from([None] * 4 + [1.0, 600.0]))
        traffic.append((at, owed(number, at, digest=digest, lasts=lasts)))
    at = START
    troubles = []
    for how in draw(st.lists(st.sampled_from(get_args(How)), max_size=4)):
        began = at + draw(st.sampled_from([0.0, 0.1, 10.0, 900.0]))
        at = began + draw(st.sampled_from([0.5, 60.0, 2000.0]))
        troubles.append(Trouble(began, at, how))
    return Simulation(
        draw(st.sampled_from([Connector(), Workflow()])),
        traffic,
        Policy(draw(st.sampled_from([0, 1, 2, 5, 20])), draw(st.sampled_from([2, 7, 100]))),
        draw(st.lists(st.builds(Window, st.integers(1, 8), seconds), max_size=4)),
        troubles=troubles,
        restarts=[START + after for after in draw(st.lists(st.floats(0, 3000), max_size=3))],
        bad=frozenset(f"dl_{number}" for number in draw(st.sets(st.integers(0, 119), max_size=4))),
        late=draw(st.sampled_from([0.0, 0.004, 0.019])),
        limit=draw(st.sampled_from([1, 8, ROOM])),
        fits=draw(st.sampled_from([2, 30, 1000])),
        seed=draw(st.integers(0, 1000)),
    )


@settings(max_examples=300)
@given(simulations())
def test_nothing_is_lost_reordered_burst_or_starved(lane: Simulation) -> None:
    check(lane.run())
