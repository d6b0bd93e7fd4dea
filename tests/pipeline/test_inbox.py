"""What was just kept comes out in the order of its turns, and what is missing shows by a gap."""

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.models import Event, new_id
from bridge.pipeline import inbox as module
from bridge.pipeline.inbox import Inbox

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LONG = 60.0
SHORT = 0.01


def an_event(size: int = 2) -> Event:
    return Event(new_id("ev"), "ep_1", "radio", NOW, {}, bytes(size))


def filled(*turns: int) -> Inbox:
    inbox = Inbox()
    inbox.begin()
    for turn in turns:
        inbox.put(an_event(), turn)
    return inbox


def turns(inbox: Inbox, turn: int, most: int = 99) -> list[int]:
    return [one.turn for one in inbox.take(turn, most)]


def test_events_come_out_in_the_order_of_their_turns_and_once() -> None:
    inbox = Inbox()
    inbox.begin()
    events = [an_event() for _ in range(5)]
    for turn, event in enumerate(events, 7):
        inbox.put(event, turn)
    first = inbox.take(7, 3)
    assert [(one.event, one.turn, one.fresh) for one in first] == [
        (event, turn, True) for turn, event in enumerate(events[:3], 7)
    ]
    assert turns(inbox, 10) == [10, 11]
    assert turns(inbox, 12) == []


def test_nothing_comes_out_across_a_gap() -> None:
    inbox = filled(3, 4, 6, 7)
    assert turns(inbox, 2) == []
    assert turns(inbox, 3) == [3, 4]
    assert turns(inbox, 5) == []
    assert turns(inbox, 6) == [6, 7]  # once the one that was missing came from the database


def test_what_came_from_the_database_meanwhile_is_thrown_away() -> None:
    inbox = filled(1, 2, 3, 4)
    assert turns(inbox, 3) == [3, 4]
    assert turns(inbox, 1) == []


def test_what_was_there_before_is_not_put_in() -> None:
    inbox = filled()
    inbox.put(an_event(), None)
    assert turns(inbox, 0) == []


def test_without_a_worker_nothing_waits() -> None:
    inbox = Inbox()
    inbox.put(an_event(), 1)
    inbox.begin()
    assert turns(inbox, 1) == []
    inbox.put(an_event(), 2)
    inbox.end()
    inbox.put(an_event(), 3)
    inbox.begin()
    assert turns(inbox, 2) == turns(inbox, 3) == []


def test_only_so_many_events_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVENTS", 3)
    inbox = filled(*range(1, 6))
    assert turns(inbox, 1) == [1, 2, 3]
    inbox.put(an_event(), 6)
    assert turns(inbox, 6) == [6]


def test_only_so_many_bytes_wait_unless_one_alone_has_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BYTES", 100)
    inbox = filled()
    for turn, size in enumerate((60, 40, 1), 1):
        inbox.put(an_event(size), turn)
    assert turns(inbox, 1) == [1, 2]
    inbox.put(an_event(1000), 4)
    inbox.put(an_event(0), 5)
    assert turns(inbox, 4) == [4]


def test_what_left_or_was_thrown_away_takes_no_room_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BYTES", 100)
    inbox = filled()

    def put_two(turn: int) -> None:
        inbox.put(an_event(60), turn)
        inbox.put(an_event(40), turn + 1)

    for turn in (1, 3, 5):
        put_two(turn)
        assert turns(inbox, turn) == [turn, turn + 1]
    put_two(7)
    assert turns(inbox, 9) == []  # thrown away
    put_two(9)
    inbox.end()
    inbox.begin()
    put_two(11)
    assert turns(inbox, 11) == [11, 12]


async def waits(inbox: Inbox) -> bool:
    """Whether there is nothing new."""
    waiting = asyncio.create_task(inbox.some(LONG))
    done, _ = await asyncio.wait({waiting}, timeout=SHORT)
    if not done:
        waiting.cancel()
    return not done


async def test_something_new_wakes_who_waits() -> None:
    inbox = filled()
    waiting = asyncio.create_task(inbox.some(LONG))
    await asyncio.sleep(0)
    inbox.put(an_event(), 1)
    await asyncio.wait_for(waiting, LONG / 2)
    assert await waits(inbox)
    inbox.wake()
    assert not await waits(inbox)
    assert await waits(inbox)


async def test_what_has_no_room_or_was_here_before_wakes_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is to be read from the database."""
    monkeypatch.setattr(module, "EVENTS", 1)
    inbox = filled(1)
    assert not await waits(inbox)
    inbox.put(an_event(), 2)
    assert not await waits(inbox)


async def test_who_waits_looks_again_after_a_while_and_leaves_no_timer_behind() -> None:
    inbox = filled()
    await inbox.some(SHORT)
    inbox.put(an_event(), 1)
    await inbox.some(SHORT)
    await asyncio.sleep(2 * SHORT)
    assert await waits(inbox)


@dataclass
class Model:
    """An inbox that a worker empties, which reads from the database what the inbox has not."""

    inbox: Inbox = field(default_factory=filled)
    database: list[int] = field(default_factory=list)
    turn: int = 1
    routed: list[int] = field(default_factory=list)

    def arrive(self, missed: bool) -> None:
        turn = len(self.database) + 1
        self.database.append(turn)
        if not missed:
            self.inbox.put(an_event(), turn)

    def work(self, most: int) -> None:
        found = turns(self.inbox, self.turn, most)
        found = found or [turn for turn in self.database if turn >= self.turn][:most]
        self.routed += found
        if found:
            self.turn = found[-1] + 1


@given(st.lists(st.one_of(st.booleans(), st.integers(1, 5)), max_size=60))
def test_whatever_the_inbox_misses_every_event_is_routed_once_and_in_order(
    steps: list[bool | int],
) -> None:
    model = Model()
    for step in steps:
        if isinstance(step, bool):
            model.arrive(step)
        else:
            model.work(step)
    for _ in itertools.takewhile(lambda _: len(model.routed) < len(model.database), range(200)):
        model.work(5)
    assert model.routed == model.database
