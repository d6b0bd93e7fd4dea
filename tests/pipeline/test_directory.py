"""What is known of endpoints and subscriptions is never older than the last change that was told."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from bridge.models import Endpoint, Person, Subscription, subject_of_people
from bridge.pipeline import directory as module
from bridge.pipeline.directory import Directory
from bridge.store.records import Subscribed
from tests.store.making import a_subscription, an_endpoint


@dataclass
class Slow:
    """A store whose answers can be held back; it counts the questions."""

    endpoint: Endpoint | None
    subscriptions: tuple[Subscription, ...] = ()
    seen: int = 1
    asked: list[str] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(self, endpoint_id: str) -> Endpoint | None:
        self.asked.append("endpoint")
        answer, go_on = self.endpoint, self.go_on
        await go_on.wait()
        return answer

    async def of_endpoint(self, endpoint_id: str) -> Subscribed:
        self.asked.append("subscriptions")
        answer, go_on = Subscribed(self.subscriptions, self.seen), self.go_on
        await go_on.wait()
        return answer


def directory(slow: Slow) -> Directory:
    parts = SimpleNamespace(of_endpoint=slow.of_endpoint)
    store: Any = SimpleNamespace(endpoints=slow, subscriptions=parts)
    return Directory(store)


async def asking(slow: Slow, question: Any) -> asyncio.Task[Any]:
    """Ask, and wait until the store was asked."""
    before = len(slow.asked)
    task = asyncio.create_task(question)
    await asyncio.sleep(0)
    assert len(slow.asked) == before + 1
    return task


async def test_what_is_known_is_asked_once() -> None:
    endpoint = an_endpoint()
    slow = Slow(endpoint, (a_subscription(endpoint), a_subscription(endpoint)))
    slow.go_on.set()
    known = directory(slow)
    for _ in range(3):
        assert await known.endpoint(endpoint.id) == endpoint
        audience = await known.audience(endpoint.id)
        assert [one.subscription for one in audience.listeners] == list(slow.subscriptions)
        assert audience.seen == 1
    assert slow.asked == ["endpoint", "subscriptions"]


async def test_what_is_not_there_is_asked_again() -> None:
    endpoint = an_endpoint()
    slow = Slow(None)
    slow.go_on.set()
    known = directory(slow)
    assert await known.endpoint(endpoint.id) is None
    slow.endpoint = endpoint
    assert await known.endpoint(endpoint.id) == endpoint


@pytest.mark.parametrize(
    "told", [lambda name: (name,), lambda name: ("ch_1", name), lambda _: None]
)
async def test_what_changed_is_asked_again(
    told: Callable[[str], Sequence[str] | None],
) -> None:
    endpoint = an_endpoint()
    slow = Slow(endpoint)
    slow.go_on.set()
    known = directory(slow)
    await known.endpoint(endpoint.id)
    await known.audience(endpoint.id)
    slow.endpoint = replace(endpoint, name="renamed")
    slow.subscriptions, slow.seen = (a_subscription(endpoint),), 2
    known.forget(told(endpoint.id))
    assert await known.endpoint(endpoint.id) == slow.endpoint
    assert (await known.audience(endpoint.id)).seen == 2


async def test_what_did_not_change_stays_known() -> None:
    endpoint = an_endpoint()
    slow = Slow(endpoint)
    slow.go_on.set()
    known = directory(slow)
    await known.endpoint(endpoint.id)
    await known.audience(endpoint.id)
    known.forget(("ep_other", "ch_1"))
    await known.endpoint(endpoint.id)
    await known.audience(endpoint.id)
    assert slow.asked == ["endpoint", "subscriptions"]


@pytest.mark.parametrize("everything", [True, False])
async def test_no_stale_value_is_kept_when_a_change_comes_during_the_look_up(
    everything: bool,
) -> None:
    endpoint = an_endpoint()
    slow = Slow(endpoint)
    known = directory(slow)
    first = await asking(slow, known.endpoint(endpoint.id))
    second = await asking(slow, known.audience(endpoint.id))
    slow.endpoint = replace(endpoint, name="renamed")
    slow.seen = 2
    known.forget(None if everything else (endpoint.id,))
    slow.go_on.set()
    assert (await first, (await second).seen) == (endpoint, 1)
    assert await known.endpoint(endpoint.id) == slow.endpoint
    assert (await known.audience(endpoint.id)).seen == 2


async def test_a_late_answer_does_not_replace_a_newer_one() -> None:
    endpoint = an_endpoint()
    slow = Slow(endpoint)
    known = directory(slow)
    late = await asking(slow, known.audience(endpoint.id))
    slow.seen = 2
    known.forget((endpoint.id,))
    first, slow.go_on = slow.go_on, asyncio.Event()
    slow.go_on.set()
    assert (await known.audience(endpoint.id)).seen == 2
    first.set()
    assert (await late).seen == 1
    assert (await known.audience(endpoint.id)).seen == 2


async def test_of_very_many_endpoints_the_oldest_are_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    slow = Slow(an_endpoint())
    slow.go_on.set()
    known = directory(slow)
    for name in ("ep_1", "ep_2", "ep_3", "ep_4", "ep_2", "ep_4"):
        await known.endpoint(name)
    assert len(slow.asked) == 4
    await known.endpoint("ep_1")
    assert len(slow.asked) == 5


@dataclass
class People:
    """Who is who, as a store says it once it may."""

    known: tuple[Person, ...]
    asked: int = 0
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def of_source(self, source: str) -> tuple[Person, ...]:
        self.asked += 1
        answer = tuple(one for one in self.known if one.source == source)
        await self.go_on.wait()
        return answer


async def test_who_is_who_is_asked_once_until_it_changes() -> None:
    ada = Person("radio", "ada", SecretStr("ada@example.com"), "Ada")
    people = People((ada,))
    store: Any = SimpleNamespace(people=people)
    known = Directory(store)
    asking_ = asyncio.create_task(known.roster("radio"))
    await asyncio.sleep(0)
    known.forget([subject_of_people("radio")])  # while it is asked: that answer is not kept
    people.go_on.set()
    assert (await asking_).people["ada"].name == "Ada"
    roster = await known.roster("radio")
    known.forget(["ep_1", subject_of_people("jira")])
    assert await known.roster("radio") is roster
    assert (await known.roster("jira")).people == {}
    assert people.asked == 3
    for subjects in ([subject_of_people("radio")], None):
        known.forget(subjects)
        assert await known.roster("radio") is not roster
        roster = await known.roster("radio")
