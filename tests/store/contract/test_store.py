import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from bridge.errors import SecretError, StoreUnavailable
from bridge.models import Page, Person, TeamsContext
from bridge.store.port import Store
from tests.store.conftest import Database, working
from tests.store.making import KEY, NEW_KEY, a_subscription, an_endpoint, recorded

SECRETS = ("endpoint-secret", "very-secret", "config-secret", "user-object-id", "teams-id")


async def test_what_was_kept_is_there_after_reopening(database: Database) -> None:
    store = await database.open()
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    event = await recorded(store, endpoint)
    mark = store.fingerprint(SecretStr("token"))
    await store.close()
    store = await database.open()
    assert await store.endpoints.get(endpoint.id) == endpoint
    assert await store.events.get(event.id) == event
    assert store.fingerprint(SecretStr("token")) == mark


async def test_a_fingerprint_is_of_this_database_only(
    store: Store, database: Database, tmp_path: Path
) -> None:
    mark = store.fingerprint(SecretStr("token"))
    assert store.fingerprint(SecretStr("token")) == mark != store.fingerprint(SecretStr("other"))
    elsewhere = Database(f"sqlite:///{tmp_path / 'other.db'}", database.stack)
    assert (await elsewhere.open()).fingerprint(SecretStr("token")) != mark


async def test_keys_can_be_rotated(database: Database) -> None:
    store = await database.open((KEY,))
    endpoint = an_endpoint(config={"template": "config-secret"})
    await store.endpoints.add(endpoint)
    wanted = a_subscription(endpoint, teams=TeamsContext(user_object_id=SecretStr("somebody")))
    subscription = await store.subscriptions.save(wanted)
    person = Person("github", "ada", SecretStr("teams-id"), "Ada")
    await store.people.put(person)
    mark = store.fingerprint(SecretStr("token"))
    await store.close()
    await (await database.open((NEW_KEY, KEY))).close()
    store = await database.open((NEW_KEY,))
    assert await store.endpoints.get(endpoint.id) == endpoint
    assert await store.subscriptions.save(subscription) == subscription
    assert await store.people.of_source("github") == (person,)
    assert store.fingerprint(SecretStr("token")) == mark


async def test_what_a_process_with_the_old_order_of_keys_sealed_is_sealed_anew(
    database: Database,
) -> None:
    old = await database.open((KEY, NEW_KEY))
    await (await database.open((NEW_KEY, KEY))).close()
    endpoint = an_endpoint()
    await old.endpoints.add(endpoint)
    await (await database.open((NEW_KEY, KEY))).close()
    store = await database.open((NEW_KEY,))
    assert await store.endpoints.get(endpoint.id) == endpoint


async def test_a_wrong_key_ring_is_noticed_at_once(database: Database) -> None:
    await (await database.open((KEY,))).close()
    with pytest.raises(SecretError, match="BRIDGE_SECRET_KEY"):
        await database.open((NEW_KEY,))
    await database.open((KEY,))


async def test_no_secret_stands_readable_in_the_database(
    database: Database, tmp_path: Path
) -> None:
    store = await database.open()
    endpoint = an_endpoint(config={"template": "config-secret"})
    await store.endpoints.add(endpoint)
    wanted = a_subscription(
        endpoint, teams=TeamsContext(user_object_id=SecretStr("user-object-id"))
    )
    subscription = await store.subscriptions.save(wanted)
    await store.people.put(Person("github", "ada", SecretStr("teams-id"), "Ada"))
    async with working(store) as shift:
        await shift.owed(endpoint, subscription)

    def raw() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    for closed in (False, True):
        if closed:
            await store.close()
        assert endpoint.id.encode() in raw()
        for secret in SECRETS:
            assert secret.encode() not in raw(), secret


async def test_a_check_finds_a_database_in_order(store: Store) -> None:
    await store.check()
    assert (await store.events.list(Page())).items == ()


async def test_a_closed_store_says_so(database: Database) -> None:
    store = await database.open()
    waiting = [asyncio.create_task(store.endpoints.add(an_endpoint())) for _ in range(9)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*waiting)  # what was asked before is finished
    await store.close()
    for verb in (store.check(), store.endpoints.list(Page()), store.endpoints.remove("x")):
        with pytest.raises(StoreUnavailable, match="closed"):
            await verb
    store = await database.open()
    assert len((await store.endpoints.list(Page())).items) == 9
