from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from pydantic import SecretStr

from bridge.models import EndpointSecret, Page, Refusal
from bridge.store.port import Store
from tests.store.making import NOW, Shift, a_subscription, an_endpoint, recorded


async def test_an_endpoint_comes_back_as_it_went_in(store: Store) -> None:
    secrets = (
        EndpointSecret("key_1", SecretStr("old"), NOW, NOW + timedelta(hours=1)),
        EndpointSecret("key_2", SecretStr("new"), NOW),
    )
    config = {"template": "{{ x }}", "deep": {"list": [1, None, "ü"]}}
    endpoint = an_endpoint(secrets=secrets, config=config, verification="url", draft=True)
    await store.endpoints.add(endpoint)
    assert await store.endpoints.get(endpoint.id) == endpoint
    assert await store.endpoints.get("ep_nowhere") is None


async def test_a_config_may_be_any_mapping(store: Store) -> None:
    endpoint = an_endpoint(config=MappingProxyType({"a": MappingProxyType({"b": 1})}))
    await store.endpoints.add(endpoint)
    found = await store.endpoints.get(endpoint.id)
    assert found is not None
    assert found.config == {"a": {"b": 1}}


async def test_replacing_keeps_the_id_and_the_place_in_the_list(store: Store) -> None:
    first, second = an_endpoint("first"), an_endpoint("second")
    await store.endpoints.add(first)
    await store.endpoints.add(second)
    renamed = replace(first, name="renamed", secrets=(), config={"a": 1})
    await store.endpoints.replace(renamed)
    assert (await store.endpoints.list(Page())).items == (second, renamed)


async def test_removing_takes_subscriptions_events_and_deliveries_along(
    store: Store, shift: Shift
) -> None:
    endpoint, other = an_endpoint(), an_endpoint()
    await store.endpoints.add(endpoint)
    await store.endpoints.add(other)
    gone = await store.subscriptions.save(a_subscription(endpoint))
    stays = await store.subscriptions.save(a_subscription(other))
    (delivery,) = await shift.owed(endpoint, gone)
    (kept,) = await shift.owed(other, stays)
    await store.endpoints.refuse(endpoint.id, Refusal(NOW, 401, "no"))
    assert await store.endpoints.remove(endpoint.id)
    assert not await store.endpoints.remove(endpoint.id)
    assert await store.endpoints.get(endpoint.id) is None
    assert await store.subscriptions.get(gone.id) is None
    assert await store.events.get(delivery.event_id) is None
    assert await store.deliveries.get(delivery.id) is None
    assert await store.endpoints.refusals(endpoint.id) == ()
    assert await store.subscriptions.get(stays.id) == stays
    assert await shift.head(stays.channel.id) == kept


async def test_removing_ends_deliveries_of_other_endpoints_events(
    store: Store, shift: Shift
) -> None:
    """A subscription may have moved here with something pending."""
    endpoint, other = an_endpoint(), an_endpoint()
    await store.endpoints.add(endpoint)
    await store.endpoints.add(other)
    subscription = await store.subscriptions.save(a_subscription(other))
    (delivery,) = await shift.owed(other, subscription)
    await store.subscriptions.save(replace(subscription, endpoint_id=endpoint.id))
    await store.endpoints.remove(endpoint.id)
    found = await store.deliveries.get(delivery.id)
    assert found is not None
    assert (found.state, found.reason) == ("dropped", "The subscription was removed.")


async def test_stale_drafts_go_unless_something_came_of_them(store: Store) -> None:
    old, fresh, heard, bound, saved = (an_endpoint(draft=True) for _ in range(5))
    fresh = replace(fresh, created_at=NOW + timedelta(hours=1))
    saved = replace(saved, draft=False)
    for endpoint in (old, fresh, heard, bound, saved):
        await store.endpoints.add(endpoint)
    await recorded(store, heard)
    await store.subscriptions.save(a_subscription(bound))
    assert await store.endpoints.remove_stale_drafts(NOW + timedelta(seconds=1)) == 1
    assert await store.endpoints.get(old.id) is None
    assert len((await store.endpoints.list(Page())).items) == 4


async def test_the_last_twenty_refusals_are_kept(store: Store) -> None:
    endpoint, other = an_endpoint(), an_endpoint()
    await store.endpoints.add(endpoint)
    await store.endpoints.add(other)
    refusals = [Refusal(NOW, 401, f"no {number}") for number in range(25)]
    for refusal in refusals:
        await store.endpoints.refuse(endpoint.id, refusal)
    await store.endpoints.refuse(other.id, refusals[0])
    assert list(await store.endpoints.refusals(endpoint.id)) == refusals[:4:-1]
    assert list(await store.endpoints.refusals(other.id)) == refusals[:1]


async def test_a_refusal_of_a_removed_endpoint_is_let_go(store: Store) -> None:
    await store.endpoints.refuse("ep_nowhere", Refusal(NOW, 401, "no"))
    assert await store.endpoints.refusals("ep_nowhere") == ()
