from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bridge.errors import NotFound
from bridge.models import Channel, Endpoint, Page, TeamsContext
from bridge.store.port import Store
from bridge.store.records import Front
from tests.store.making import NOW, URL, Shift, a_subscription, an_attempt, an_endpoint

LATER = NOW + timedelta(minutes=1)


async def test_a_subscription_comes_back_as_it_went_in(store: Store, endpoint: Endpoint) -> None:
    teams = TeamsContext("teams", "Team", "Hall", "tenant", SecretStr("user"), "team", "tab_1")
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


async def test_a_tab_s_subscriptions_are_found_oldest_first(
    store: Store, endpoint: Endpoint
) -> None:
    teams = TeamsContext(tab="tab_1")
    first = await store.subscriptions.save(a_subscription(endpoint, teams=teams))
    await store.subscriptions.save(a_subscription(endpoint))
    await store.subscriptions.save(a_subscription(endpoint, teams=TeamsContext(tab="tab_2")))
    last = await store.subscriptions.save(a_subscription(endpoint, URL + "/else", teams=teams))
    assert list(await store.subscriptions.of_tab("tab_1")) == [first, last]
    assert await store.subscriptions.of_tab("tab_x") == ()


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


async def test_a_new_address_takes_what_is_pending_along(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    other = await store.subscriptions.save(a_subscription(endpoint, URL + "/else"))
    deliveries = [
        delivery for _ in range(2) for delivery in await shift.owed(endpoint, subscription, other)
    ]
    moved = await store.subscriptions.save(
        replace(subscription, channel=replace(other.channel, id=""))
    )
    assert moved.channel == other.channel
    assert (await shift.front(subscription.channel.id)).channel is None
    expected = [replace(one, channel_id=other.channel.id) for one in deliveries]
    assert await shift.lane(other.channel.id) == expected
    assert await store.deliveries.lanes() == [other.channel.id]


async def test_saving_opens_a_closed_channel(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    (delivery,) = await shift.owed(endpoint, subscription)
    gone = replace(
        subscription.channel,
        state="gone",
        reason="gone",
        failures=3,
        failing_since=NOW,
        flagged=True,
    )
    await shift.close(gone, delivery, NOW)
    closed = await store.subscriptions.get(subscription.id)
    assert closed is not None
    assert (closed.state, closed.reason, closed.channel.state) == ("disabled", "gone", "gone")
    assert closed.channel.flagged
    assert await store.subscriptions.save(subscription) == subscription


async def test_saving_as_active_releases_what_was_held(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    other = await store.subscriptions.save(a_subscription(endpoint))
    (held,) = await shift.owed(endpoint, subscription)
    await store.subscriptions.set_state(subscription.id, "paused", None)
    (next_one,) = await shift.owed(endpoint, other)
    await store.subscriptions.save(subscription)
    lane = await shift.lane(subscription.channel.id)
    assert lane == [next_one, replace(held, owed_at=lane[1].owed_at)]


async def test_a_paused_subscription_holds_and_resuming_releases(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    other = await store.subscriptions.save(a_subscription(endpoint))
    (first,) = await shift.owed(endpoint, subscription)
    (second,) = await shift.owed(endpoint, subscription)
    assert await store.subscriptions.set_state(subscription.id, "paused", "by Ada")
    paused = await store.subscriptions.get(subscription.id)
    assert paused is not None
    assert (paused.state, paused.reason) == ("paused", "by Ada")
    assert await shift.front(subscription.channel.id) == Front(
        subscription.channel, (), complete=True
    )
    assert await store.deliveries.lanes() == []
    (meanwhile,) = await shift.owed(endpoint, other)
    assert await store.subscriptions.set_state(subscription.id, "active", None)
    lane = await shift.lane(subscription.channel.id)
    assert [one.id for one in lane] == [meanwhile.id, first.id, second.id]
    for one in lane[1:]:
        assert one.owed_at is not None
        assert one.owed_at > NOW  # what was held for long has not expired by that


async def test_resuming_an_active_one_leaves_its_cards_their_turns(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    other = await store.subscriptions.save(a_subscription(endpoint))
    deliveries = await shift.owed(endpoint, subscription, other)
    await store.subscriptions.set_state(subscription.id, "active", None)
    assert await shift.lane(subscription.channel.id) == deliveries


async def test_resuming_ends_the_back_off(store: Store, shift: Shift, endpoint: Endpoint) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    (delivery,) = await shift.owed(endpoint, subscription)
    failing = replace(
        subscription.channel,
        failures=1,
        failing_since=NOW,
        retry_at=LATER,
        reason="503",
        flagged=True,
    )
    await shift.again(delivery, an_attempt("retry"), failing)
    assert (await shift.front(failing.id)).channel == failing
    await store.subscriptions.set_state(subscription.id, "active", None)
    assert (await shift.front(failing.id)).channel == subscription.channel
    assert not await store.subscriptions.set_state("sub_nowhere", "active", None)


async def test_pausing_leaves_the_back_off(store: Store, shift: Shift, endpoint: Endpoint) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    (delivery,) = await shift.owed(endpoint, subscription)
    failing = replace(subscription.channel, failures=1, failing_since=NOW, retry_at=LATER)
    await shift.again(delivery, an_attempt("retry"), failing)
    await store.subscriptions.set_state(subscription.id, "paused", None)
    assert (await shift.front(failing.id)).channel == failing


async def test_removing_drops_what_is_pending_and_it_stays_visible(
    store: Store, shift: Shift, endpoint: Endpoint
) -> None:
    subscription = await store.subscriptions.save(a_subscription(endpoint))
    (done,) = await shift.owed(endpoint, subscription)
    await shift.end(done, attempt=an_attempt())
    (pending,) = await shift.owed(endpoint, subscription)
    assert await store.subscriptions.remove(subscription.id, LATER)
    assert not await store.subscriptions.remove(subscription.id, LATER)
    dropped = replace(
        pending, state="dropped", reason="The subscription was removed.", finished_at=LATER
    )
    assert await store.deliveries.get(pending.id) == dropped
    listed = await store.deliveries.list(Page(), subscription_id=subscription.id)
    assert [one.state for one in listed.items] == ["dropped", "delivered"]
    assert await shift.head(subscription.channel.id) is None
    assert await store.deliveries.lanes() == []


async def test_what_is_said_of_digests_and_expiry_comes_back(
    store: Store, endpoint: Endpoint
) -> None:
    plain = await store.subscriptions.save(a_subscription(endpoint))
    assert (plain.digest, plain.expiry) == (True, None)
    urgent = await store.subscriptions.save(a_subscription(endpoint, digest=False, expiry=90))
    assert (urgent.digest, urgent.expiry) == (False, 90)
    assert await store.subscriptions.get(urgent.id) == urgent
    again = await store.subscriptions.save(replace(urgent, digest=True, expiry=None))
    assert await store.subscriptions.get(urgent.id) == replace(urgent, digest=True, expiry=None)
    assert (await store.subscriptions.list(Page())).items == (again, plain)


async def test_what_is_said_of_holds_and_stale_events_comes_back(
    store: Store, endpoint: Endpoint
) -> None:
    plain = await store.subscriptions.save(a_subscription(endpoint))
    assert (plain.hold, plain.stale) == (0, "keep")
    careful = await store.subscriptions.save(a_subscription(endpoint, hold=10, stale="drop"))
    assert (careful.hold, careful.stale) == (10, "drop")
    assert await store.subscriptions.get(careful.id) == careful
    again = await store.subscriptions.save(replace(careful, hold=0, stale="mark"))
    assert await store.subscriptions.get(careful.id) == replace(careful, hold=0, stale="mark")
    assert (await store.subscriptions.of_endpoint(endpoint.id)).subscriptions == (plain, again)


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
    found = await store.subscriptions.of_endpoint(endpoint.id)
    assert found.subscriptions == (first, second)
    assert (await store.subscriptions.list(Page(), endpoint.id)).items == (second, first)
    assert len((await store.subscriptions.list(Page())).items) == 3


async def test_a_channels_subscriptions_come_oldest_first_whatever_their_endpoint(
    store: Store, endpoint: Endpoint
) -> None:
    other = an_endpoint()
    await store.endpoints.add(other)
    first = await store.subscriptions.save(a_subscription(endpoint))
    second = await store.subscriptions.save(a_subscription(other))
    await store.subscriptions.save(a_subscription(endpoint, URL + "/else"))
    assert await store.subscriptions.of_channel(first.channel.id) == (first, second)
    assert await store.subscriptions.of_channel("ch_nowhere") == ()
