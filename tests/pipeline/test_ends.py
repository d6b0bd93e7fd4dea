"""What becomes of a card that its channel does not take, and of a channel that takes none."""

from pathlib import Path

from bridge.services.access import OPERATOR
from tests.pipeline.running import Running, Says, Teams, running, settings, until


async def test_a_rejected_card_is_a_dead_letter_and_the_lane_goes_on(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    teams.says("one", Says(400, "Bad payload"))
    await bridge.call(endpoint, "bad")
    await bridge.call(endpoint, "good")
    await bridge.settled()
    (dead,) = await bridge.deliveries("dead")
    assert dead.reason == "The channel answered 400 (Bad Request): it cannot read the card."
    assert teams.titles("one") == ["bad", "good"]
    await bridge.bridge.services.deliveries.replay(OPERATOR, dead.id)
    await bridge.settled()
    assert teams.titles("one") == ["bad", "good", "bad"]
    assert not await bridge.deliveries("dead")


async def test_a_card_that_is_too_large_is_sent_once_more_at_half_the_size(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    too_large = Says(413)
    teams.says("one", too_large, Says(), too_large, too_large)
    await bridge.call(endpoint, "fits then")
    await bridge.settled()
    await bridge.call(endpoint, "never fits")
    await bridge.settled()
    assert teams.titles("one") == ["fits then"] * 2 + ["never fits"] * 2
    (dead,) = await bridge.deliveries("dead")
    assert dead.reason
    assert "half the size" in dead.reason
    attempts = await bridge.bridge.store.deliveries.attempts(dead.id)
    assert [one.outcome for one in attempts] == ["too_large", "too_large"]


async def test_a_channel_that_is_gone_disables_its_subscriptions_with_the_reason(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    other = await bridge.endpoint("another")
    one = await bridge.subscribe(endpoint, teams.connector("one"))
    two = await bridge.subscribe(other, teams.connector("one"))
    teams.says("one", Says(410))
    await bridge.call(endpoint, "last")
    await bridge.settled()
    for subscription in (one, two):
        found = await bridge.bridge.store.subscriptions.get(subscription.id)
        assert found
        assert found.state == "disabled"
        assert found.reason == "The channel answered 410 (Gone): the channel was removed."
    (dead,) = await bridge.deliveries("dead")
    assert dead.reason == "The channel answered 410 (Gone): the channel was removed."
    await bridge.call(endpoint, "too late")
    await bridge.settled()
    (dropped,) = await bridge.deliveries("dropped")
    assert dropped.reason == "The subscription was disabled when the event came."
    assert teams.titles("one") == ["last"]


async def test_a_channel_that_fails_for_too_long_is_given_up(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path, give_up_after=0.2)) as bridge:
        endpoint = await bridge.endpoint()
        subscription = await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", *(Says(403) for _ in range(1000)))
        await bridge.call(endpoint, "first")
        await bridge.call(endpoint, "second")
        await bridge.settled()
        dead = await bridge.deliveries("dead")
        assert len(dead) == 2
        assert all("Given up after failing since" in (one.reason or "") for one in dead)
        found = await bridge.bridge.store.subscriptions.get(subscription.id)
        assert found
        assert found.state == "disabled"


async def test_a_channel_that_needs_somebody_says_so_until_it_takes_cards_again(
    tmp_path: Path, teams: Teams
) -> None:
    async with running(settings(tmp_path, retry_schedule=(3600,))) as bridge:
        endpoint = await bridge.endpoint()
        subscription = await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(401))
        await bridge.call(endpoint, "in the end")

        async def flagged() -> bool:
            return (await bridge.subscription(subscription)).channel.flagged

        await until(flagged)
        channel = (await bridge.subscription(subscription)).channel
        assert channel.reason
        assert channel.reason.startswith("The channel answered 401")
        await bridge.resume(subscription)
        await bridge.settled()
        assert teams.titles("one") == ["in the end"] * 2
        assert not (await bridge.subscription(subscription)).channel.flagged


async def test_a_channel_that_took_a_card_is_in_order_again(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    teams.says("one", Says(401), Says(403))
    await bridge.call(endpoint, "in the end")
    await bridge.settled()
    channel = (await bridge.subscription(subscription)).channel
    assert teams.titles("one") == ["in the end"] * 3
    assert (channel.failures, channel.failing_since, channel.retry_at) == (0, None, None)
    assert (channel.reason, channel.flagged) == (None, False)
