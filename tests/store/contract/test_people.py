"""Who is who is kept by source, and told of when it changes."""

import pytest
from pydantic import SecretStr

from bridge.models import Person, subject_of_people
from bridge.store.port import Store

ADA = Person("github", "ada", SecretStr("ada@example.com"), "Ada Okafor")
LIN = Person("github", "lin", SecretStr("0f7bd9a6-97dc-4b6b-a5ac-9bd1d0b3a1d1"), "Lin Wu")
JIRA_ADA = Person("jira", "ada", SecretStr("other@example.com"), "Ada")


async def test_people_are_kept_by_source(store: Store) -> None:
    await store.people.replace("github", [LIN, ADA])
    await store.people.put(JIRA_ADA)
    assert await store.people.of_source("github") == (ADA, LIN)
    assert await store.people.of_source("jira") == (JIRA_ADA,)
    assert await store.people.of_source("generic") == ()


async def test_a_list_replaces_the_one_before(store: Store) -> None:
    await store.people.replace("github", [LIN, ADA])
    await store.people.put(JIRA_ADA)
    await store.people.replace("github", [LIN])
    assert await store.people.of_source("github") == (LIN,)
    assert await store.people.of_source("jira") == (JIRA_ADA,)
    await store.people.replace("github", [])
    assert await store.people.of_source("github") == ()


async def test_one_is_changed_and_taken_out(store: Store) -> None:
    await store.people.replace("github", [LIN, ADA])
    changed = Person("github", "ada", SecretStr("new@example.com"), "Ada O.")
    await store.people.put(changed)
    assert await store.people.of_source("github") == (changed, LIN)
    assert await store.people.remove("github", "ADA")
    assert not await store.people.remove("github", "ada")
    assert not await store.people.remove("jira", "lin")
    assert await store.people.of_source("github") == (LIN,)


async def test_every_change_is_told(store: Store) -> None:
    told: list[str] = []
    store.on_change(told.extend)
    await store.people.replace("github", [ADA])
    await store.people.put(LIN)
    await store.people.remove("github", "lin")
    await store.people.remove("github", "lin")
    assert told == [subject_of_people("github")] * 3
    assert subject_of_people("github") in ((await store.changes(0)).subjects or ())


async def test_nothing_is_changed_by_half(store: Store) -> None:
    await store.people.replace("github", [ADA])
    twice = [LIN, Person("github", "x", SecretStr("x@example.com"), None)]  # type: ignore[arg-type]  # no name
    with pytest.raises(Exception, match="NOT NULL"):
        await store.people.replace("github", twice)
    assert await store.people.of_source("github") == (ADA,)
