"""What is held until its filters are asked, against a model that is too simple to be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bridge.models import Delivery, ParsedEvent
from bridge.pipeline.holds import Holds, left
from bridge.store.order import Held

NOW = datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
PASSING = frozenset({"actor"})


def held(name: str = "dl_1", thing: str = "call 1", to: str = "sub_1", **given: Any) -> Held:
    delivery = Delivery(name, "ev_1", 0, to, "ch_1", NOW)
    wanted: dict[str, Any] = {
        "until": NOW + timedelta(seconds=10),
        "type": "call.started",
        "attributes": {"station": "North"},
        "at": NOW,
    }
    return Held(delivery, "ep_1", thing, **(wanted | given))


def news(thing: str | None = "call 1", at: datetime | None = NOW, **attributes: Any) -> ParsedEvent:
    return ParsedEvent("call.labeled", attributes, object=thing, at=at)


def names(due: list[Held]) -> list[str]:
    return [one.delivery.id for one in due]


def test_what_is_due_is_given_once_and_not_before() -> None:
    holds = Holds()
    assert not holds
    assert holds.next_at() is None
    holds.add(held(), 10.0)
    assert holds
    assert (holds.take(9.9, 9), holds.next_at()) == ([], 10.0)
    assert names(holds.take(10.0, 9)) == ["dl_1"]
    assert (holds.take(10.0, 9), holds.next_at(), len(holds)) == ([], None, 0)


def test_of_what_is_due_at_once_the_first_to_come_goes_first_a_few_at_a_time() -> None:
    holds = Holds()
    for number in range(5):
        holds.add(held(f"dl_{number}"), 10.0)
    holds.add(held("dl_soon"), 1.0)
    assert names(holds.take(10.0, 2)) == ["dl_soon", "dl_0"]
    assert names(holds.take(10.0, 9)) == ["dl_1", "dl_2", "dl_3", "dl_4"]


def test_what_comes_after_it_waits_as_long() -> None:
    """Whatever the clocks say: it goes right behind."""
    holds = Holds()
    assert holds.until("ep_1", "call 1", "sub_1") is None
    holds.add(held("dl_opened"), 10.0)
    assert holds.until("ep_1", "call 1", "sub_1") == NOW + timedelta(seconds=10)
    holds.add(held("dl_after", asks=False), 3.0)
    assert holds.take(9.9, 9) == []
    assert names(holds.take(10.0, 9)) == ["dl_opened", "dl_after"]


def test_nothing_waits_behind_another_thing_endpoint_or_subscription_or_what_waits_itself() -> None:
    holds = Holds()
    holds.add(held("dl_after", asks=False), 10.0)
    assert holds.until("ep_1", "call 1", "sub_1") is None
    holds.add(held("dl_opened"), 10.0)
    assert holds.until("ep_1", "call 2", "sub_1") is None
    assert holds.until("ep_2", "call 1", "sub_1") is None
    assert holds.until("ep_1", "call 1", "sub_2") is None


def test_it_waits_behind_the_last_of_several() -> None:
    holds = Holds()
    holds.add(held("dl_first"), 10.0)
    later = NOW + timedelta(seconds=20)
    holds.add(held("dl_second", until=later), 20.0)
    assert holds.until("ep_1", "call 1", "sub_1") == later
    holds.add(held("dl_after", asks=False), 1.0)
    assert names(holds.take(10.0, 9)) == ["dl_first"]
    assert names(holds.take(20.0, 9)) == ["dl_second", "dl_after"]


def test_it_knows_what_later_events_about_the_thing_bring() -> None:
    holds = Holds()
    holds.add(held(), 10.0)
    (told,) = holds.tell("ep_1", news(labels=("bug",), actor="bot"), PASSING)
    assert told.late == {"labels": ("bug",)}
    assert told.known == {"station": "North", "labels": ("bug",)}
    soon = NOW + timedelta(seconds=1)
    (told,) = holds.tell("ep_1", news(at=soon, labels=("bug", "door"), station="South"), PASSING)
    assert told.known == {"station": "South", "labels": ("bug", "door")}
    assert told.at == soon
    assert holds.take(10.0, 9) == [told]


def test_what_is_no_news_is_not_told() -> None:
    holds = Holds()
    holds.add(held(), 10.0)
    waiting = held("dl_after", asks=False)
    holds.add(waiting, 10.0)
    assert holds.tell("ep_1", news("call 2", labels=("bug",)), PASSING) == []
    assert holds.tell("ep_1", news(None, labels=("bug",)), PASSING) == []
    assert holds.tell("ep_2", news(labels=("bug",)), PASSING) == []
    assert holds.tell("ep_1", news(station="North", actor="bot"), PASSING) == []
    before = NOW - timedelta(seconds=1)
    assert holds.tell("ep_1", news(at=before, labels=("bug",)), PASSING) == []
    assert holds.take(10.0, 9) == [held(), waiting]


def test_what_has_no_time_is_believed() -> None:
    holds = Holds()
    holds.add(held(at=None), 10.0)
    (told,) = holds.tell("ep_1", news(at=None, labels=("bug",)), PASSING)
    assert told.at is None
    (told,) = holds.tell("ep_1", news(labels=("bug",)), PASSING)
    assert told.at == NOW
    (told,) = holds.tell("ep_1", news(at=None, labels=()), PASSING)
    assert (told.at, told.late) == (NOW, {"labels": ()})


def test_what_goes_to_several_subscriptions_is_told_to_each() -> None:
    holds = Holds()
    for name in ("dl_1", "dl_2"):
        holds.add(held(name, to=name), 10.0)
    told = holds.tell("ep_1", news(labels=("bug",)), PASSING)
    assert names(told) == ["dl_1", "dl_2"]
    assert holds.take(10.0, 9) == told


@given(
    st.integers(0, 300).map(lambda n: timedelta(seconds=n)),
    st.timedeltas(timedelta(days=-400), timedelta(days=400)),
)
def test_nothing_is_held_longer_than_was_planned(hold: timedelta, passed: timedelta) -> None:
    """However long it was not looked at, and however the clock was set meanwhile."""
    seconds = left(held(until=NOW + hold), NOW + passed)
    assert 0 <= seconds <= hold.total_seconds()
    if timedelta(0) <= passed <= hold:
        assert seconds == (hold - passed).total_seconds()


@dataclass
class Model:
    """One hold: until when, and what is known."""

    held: Held
    due: float
    number: int
    late: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


THINGS = st.sampled_from(["call 1", "call 2", "call 3"])
SUBSCRIPTIONS = st.sampled_from(["sub_1", "sub_2"])
TIMES = st.none() | st.integers(-5, 5).map(lambda n: NOW + timedelta(seconds=n))
ATTRIBUTES: st.SearchStrategy[Mapping[str, Any]] = st.dictionaries(
    st.sampled_from(["station", "labels", "actor"]),
    st.sampled_from(["North", "bug", ()]),
    max_size=3,
)


class Simulation(RuleBasedStateMachine):
    """Things open, change and are released, in any order, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.holds = Holds()
        self.model: list[Model] = []
        self.clock = 100.0
        self.count = 0

    @rule(thing=THINGS, to=SUBSCRIPTIONS, seconds=st.integers(1, 9), at=TIMES)
    def opens(self, thing: str, to: str, seconds: int, at: datetime | None) -> None:
        until = NOW + timedelta(seconds=self.clock + seconds)
        one = held(f"dl_{self.count}", thing, to, until=until, at=at)
        self._add(one, self.clock + seconds)

    @rule(thing=THINGS, to=SUBSCRIPTIONS)
    def follows(self, thing: str, to: str) -> None:
        until = self.holds.until("ep_1", thing, to)
        ahead = [one for one in self.model if self._ahead(one, thing, to)]
        assert until == max((one.held.until for one in ahead), default=None)
        if until is not None:
            one = held(f"dl_{self.count}", thing, to, until=until, asks=False)
            self._add(one, max(model.due for model in ahead))

    @rule(thing=THINGS, at=TIMES, attributes=ATTRIBUTES)
    def tells(self, thing: str, at: datetime | None, attributes: Mapping[str, Any]) -> None:
        self.holds.tell("ep_1", news(thing, at, **attributes), PASSING)
        for one in self.model:
            older = at is not None and one.at is not None and at < one.at
            if one.held.object == thing and one.held.asks and not older:
                one.late |= {name: it for name, it in attributes.items() if name not in PASSING}
                one.at = at or one.at

    @rule(seconds=st.integers(0, 5), most=st.integers(1, 4))
    def releases(self, seconds: int, most: int) -> None:
        self.clock += seconds
        due = sorted(
            (one for one in self.model if one.due <= self.clock),
            key=lambda one: (one.due, one.number),
        )[:most]
        found = self.holds.take(self.clock, most)
        assert names(found) == [one.held.delivery.id for one in due]
        for one, model in zip(found, due, strict=True):
            assert one.known == {**model.held.attributes, **model.late}
            assert (one.at, replace(one, late={}, at=model.held.at)) == (model.at, model.held)
            self.model.remove(model)

    @invariant()
    def it_knows_what_is_next(self) -> None:
        assert len(self.holds) == len(self.model)
        assert self.holds.next_at() == min((one.due for one in self.model), default=None)

    def _add(self, one: Held, due: float) -> None:
        self.holds.add(one, due if one.asks else 0.0)
        self.model.append(Model(one, due, self.count, at=one.at))
        self.count += 1

    @staticmethod
    def _ahead(one: Model, thing: str, to: str) -> bool:
        mine = one.held.object == thing and one.held.delivery.subscription_id == to
        return mine and one.held.asks


TestSimulation = Simulation.TestCase
