from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bridge.errors import NotFound
from bridge.models import Channel, Endpoint, Page, TeamsContext
from bridge.store.port import Store
from tests.store.making import NOW, URL, a_subscription, an_attempt, an_endpoint, owed

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
async def endpoint(store: Store) -> Endpoint:
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    return endpoint


async def test_a_subscription_comes_back_as_it_went_in(store: Store, endpoint: Endpoint) -> None:
    teams = TeamsContext("teams", "Team", "Hall", "tenant", SecretStr("user"))
    wanted = a_subscription(
        endpoint,
        filters={"all": [{"attribute": "room", "any_of": ["cellar"]}]},
        presentation={"format": "short"},
        state="paused",
        reason="A holiday.",
        teams=teams,
    )
    saved = await store.subscriptions.save(wanted)
    assert saved == replace(wanted, channel=replace(wanted.channel, id=saved.channel.id))
    assert saved.channel.id.startswith("ch_")
    assert await store.subscriptions.get(saved.id) == saved
    assert await store.subscriptions.get("sub_nowhere") is None


async def test_the_same_kind_and_url_is_the_same_channel(store: Store, endpoint: Endpoint) -> None:
    first = await store.subscriptions.save(a_subscription(endpoint))
    second = await store.subscriptions.save(a_subscription(endpoint))
    connector = Channel("", "connector", SecretStr(URL))
    third = await store.subscriptions.save(a_subscription(endpoint, channel=connector))
    fourth = await store.subscriptions.save(a_subscription(endpoint, URL + "/else"))
    assert first.channel == second.channel
    assert len({first.channel.id, third.channel.id, fourth.channel.id}) == 3


async def test_saving_ends_the_draft(store: Store) -> None:
    endpoint = an_endpoint(draft=True)
    await store.endpoints.add(endpoint)
    await store.subscriptions.save(a_subscription(endpoint))
    assert await store.endpoints.get(endpoint.id) == replace(endpoint, draft=False)


async def test_saving_for_an_endpoint_that_is_not_there_says_so(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.subscriptions.save(a_subscription(an_endpoint()))


async def test_saving_again_replaces_but_for_when_it_was_made(
    store: Store, endpoint: Endpoint
) -> None:
    first = await store.subscriptions.save(a_subscription(endpoint))
    again = replace(first, name="Attic", events=("*",), created_at=LATER, updated_at=LATER)
    saved = await store.subscriptions.save(again)
    assert saved == replace(again, created_at=NOW)
    assert (await store.subscriptions.list(Page())).items == (saved,)


async def test_a_new_address_takes_what_is_pending_along(store: Store, endpoint: Endpoint) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    other = await store.subscriptions.save(a_subscription(endpoint, URL + "/else"))
    (first, second), (third, fourth) = [
        await owed(store, endpoint, subscription, other) for _ in range(2)
    ]
    moved = await store.subscriptions.save(
        replace(subscription, channel=replace(other.channel, id=""))
    )
    assert moved.channel == other.channel
    assert await store.deliveries.head(subscription.channel.id) is None
    for delivery in (first, second, third, fourth):
        head = await store.deliveries.head(other.channel.id)
        assert head == replace(delivery, channel_id=other.channel.id)
        await store.deliveries.finish(
            replace(head, state="delivered", finished_at=LATER), an_attempt()
        )


async def test_saving_opens_a_closed_channel(store: Store, endpoint: Endpoint) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    (delivery,) = await owed(store, endpoint, subscription)
    gone = replace(subscription.channel, state="gone", reason="gone", failures=3, failing_since=NOW)
    await store.deliveries.close_channel(gone, delivery, an_attempt("gone"), NOW)
    closed = await store.subscriptions.get(subscription.id)
    assert closed is not None
    assert (closed.state, closed.reason, closed.channel.state) == ("disabled", "gone", "gone")
    assert await store.subscriptions.save(subscription) == subscription


async def test_saving_as_active_releases_what_was_held(store: Store, endpoint: Endpoint) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    other = await store.subscriptions.save(a_subscription(endpoint))
    (held,) = await owed(store, endpoint, subscription)
    await store.subscriptions.set_state(subscription.id, "paused", None)
    (next_one,) = await owed(store, endpoint, other)
    await store.subscriptions.save(subscription)
    assert await store.deliveries.head(subscription.channel.id) == next_one
    await store.deliveries.finish(replace(next_one, state="delivered"), an_attempt())
    assert await store.deliveries.head(subscription.channel.id) == held


async def test_a_paused_subscription_holds_and_resuming_releases(
    store: Store, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    other = await store.subscriptions.save(a_subscription(endpoint))
    (first,) = await owed(store, endpoint, subscription)
    (second,) = await owed(store, endpoint, subscription)
    assert await store.subscriptions.set_state(subscription.id, "paused", "by Ada")
    paused = await store.subscriptions.get(subscription.id)
    assert paused is not None
    assert (paused.state, paused.reason) == ("paused", "by Ada")
    assert await store.deliveries.head(subscription.channel.id) is None
    assert await store.deliveries.due(NOW, 9, ()) == ()
    (meanwhile,) = await owed(store, endpoint, other)
    assert await store.subscriptions.set_state(subscription.id, "active", None)
    for delivery in (meanwhile, first, second):
        assert await store.deliveries.head(subscription.channel.id) == delivery
        await store.deliveries.finish(replace(delivery, state="delivered"), an_attempt())


async def test_resuming_an_active_one_leaves_its_cards_their_turns(
    store: Store, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    other = await store.subscriptions.save(a_subscription(endpoint))
    (first, _) = await owed(store, endpoint, subscription, other)
    await store.subscriptions.set_state(subscription.id, "active", None)
    assert await store.deliveries.head(subscription.channel.id) == first


async def test_resuming_ends_the_back_off(store: Store, endpoint: Endpoint) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    (delivery,) = await owed(store, endpoint, subscription)
    failing = replace(
        subscription.channel, failures=1, failing_since=NOW, retry_at=LATER, reason="503"
    )
    await store.deliveries.retry(delivery, an_attempt("retry"), failing)
    assert await store.deliveries.due(NOW, 9, ()) == ()
    await store.subscriptions.set_state(subscription.id, "active", None)
    assert await store.deliveries.due(NOW, 9, ()) == (subscription.channel,)
    assert not await store.subscriptions.set_state("sub_nowhere", "active", None)


async def test_removing_drops_what_is_pending_and_it_stays_visible(
    store: Store, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    (done,) = await owed(store, endpoint, subscription)
    await store.deliveries.finish(replace(done, state="delivered", finished_at=NOW), an_attempt())
    (pending,) = await owed(store, endpoint, subscription)
    assert await store.subscriptions.remove(subscription.id, LATER)
    assert not await store.subscriptions.remove(subscription.id, LATER)
    dropped = replace(
        pending, state="dropped", reason="The subscription was removed.", finished_at=LATER
    )
    assert await store.deliveries.get(pending.id) == dropped
    listed = await store.deliveries.list(Page(), subscription_id=subscription.id)
    assert [one.state for one in listed.items] == ["dropped", "delivered"]
    assert await store.deliveries.head(subscription.channel.id) is None


async def test_a_channel_is_forgotten_with_its_last_subscription(
    store: Store, endpoint: Endpoint
) -> None:
    first = await store.subscriptions.save(a_subscription(endpoint))
    second = await store.subscriptions.save(a_subscription(endpoint))
    await store.subscriptions.remove(first.id, NOW)
    assert (await store.subscriptions.save(first)).channel.id == second.channel.id
    await store.subscriptions.remove(second.id, NOW)
    await store.subscriptions.remove(first.id, NOW)
    again = await store.subscriptions.save(second)
    assert again.channel.id != second.channel.id
    second = again
    assert (await store.subscriptions.save(first)).channel.id == second.channel.id
    await store.subscriptions.remove(first.id, NOW)
    await store.subscriptions.save(replace(second, channel=a_subscription(endpoint, "x").channel))
    assert (await store.subscriptions.save(first)).channel.id != second.channel.id


async def test_an_endpoints_subscriptions_come_oldest_first(
    store: Store, endpoint: Endpoint
) -> None:
    other = an_endpoint()
    await store.endpoints.add(other)
    first, second = [await store.subscriptions.save(a_subscription(endpoint)) for _ in range(2)]
    await store.subscriptions.save(a_subscription(other))
    assert await store.subscriptions.of_endpoint(endpoint.id) == (first, second)
    assert (await store.subscriptions.list(Page(), endpoint.id)).items == (second, first)
    assert len((await store.subscriptions.list(Page())).items) == 3
