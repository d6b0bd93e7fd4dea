"""What people do to subscriptions while cards wait: pause, resume, move, remove."""

import asyncio

from pydantic import SecretStr

from bridge.services.access import OPERATOR
from bridge.services.subscriptions import WantedSubscription
from tests.pipeline.running import Running, Says, Teams, until

NOTHING = {"attribute": "station", "any_of": ["nowhere"]}


async def test_a_paused_subscription_holds_what_waits_and_drops_what_comes(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    go_on = asyncio.Event()
    teams.says("one", Says(when=go_on))
    await bridge.call(endpoint, "in flight")
    await until(lambda: teams.titles("one") == ["in flight"])
    await bridge.routed(await bridge.call(endpoint, "held"))
    await bridge.pause(subscription)
    go_on.set()
    dropped = await bridge.call(endpoint, "dropped")

    async def one_dropped() -> bool:
        return bool(await bridge.deliveries("dropped"))

    await until(one_dropped)
    (delivery,) = await bridge.deliveries("dropped")
    assert delivery.event_id == dropped
    assert delivery.reason == "The subscription was paused when the event came."
    assert teams.titles("one") == ["in flight"]
    await bridge.resume(subscription)
    await bridge.settled()
    assert teams.titles("one") == ["in flight", "held"]


async def test_a_removed_subscription_gets_no_more_cards(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    teams.says("one", *(Says(503) for _ in range(1000)))
    await bridge.call(endpoint, "never")
    await until(lambda: len(teams.titles("one")) > 1)
    await bridge.bridge.services.subscriptions.remove(OPERATOR, subscription.id)
    await bridge.settled()
    (dropped,) = await bridge.deliveries()
    assert dropped.state == "dropped"


async def test_what_is_held_when_its_channel_is_gone_goes_out_when_it_is_resumed(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    active = await bridge.subscribe(endpoint, teams.connector("one"))
    paused = await bridge.subscribe(endpoint, teams.connector("one"), events=["call.ended"])
    go_on = asyncio.Event()
    teams.says("one", Says(410, when=go_on))
    await bridge.call(endpoint, "lost")
    await bridge.routed(await bridge.call(endpoint, "held", type="call.ended"))
    await bridge.pause(paused)
    go_on.set()

    async def closed() -> bool:
        return (await bridge.subscription(paused)).state == "disabled"

    await until(closed)
    assert (await bridge.subscription(active)).state == "disabled"
    # "held" was owed to both: it is dead for the active one, and stays for the other.
    assert len(await bridge.deliveries("dead")) == 2
    (held,) = await bridge.deliveries("pending")
    assert held.subscription_id == paused.id
    await bridge.resume(paused)
    await bridge.settled()
    assert teams.titles("one") == ["lost", "held"]
    assert (await bridge.deliveries("delivered"))[0].id == held.id


async def test_what_was_held_goes_behind_what_came_meanwhile(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    paused = await bridge.subscribe(endpoint, teams.connector("one"), events=["call.ended"])
    await bridge.subscribe(endpoint, teams.connector("one"), events=["call.started"])
    go_on = asyncio.Event()
    teams.says("one", Says(when=go_on))
    ids = [
        await bridge.call(endpoint, title, type=kind)
        for title, kind in (
            ("in flight", "call.started"),
            ("held 1", "call.ended"),
            ("held 2", "call.ended"),
            ("goes on", "call.started"),
        )
    ]
    await bridge.routed(*ids)
    await bridge.pause(paused)
    go_on.set()
    await until(lambda: teams.titles("one") == ["in flight", "goes on"])
    await bridge.resume(paused)
    await bridge.call(endpoint, "the last")
    await bridge.settled()
    assert teams.titles("one") == ["in flight", "goes on", "held 1", "held 2", "the last"]


async def test_what_waits_moves_with_its_subscription_to_another_channel(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    go_on = asyncio.Event()
    teams.says("one", Says(503, when=go_on))
    await bridge.call(endpoint, "refused")
    await bridge.routed(await bridge.call(endpoint, "waiting"))
    await until(lambda: bool(teams.titles("one")))
    await move(bridge, subscription.id, endpoint.id, teams.connector("two"))
    go_on.set()
    await bridge.settled()
    assert teams.titles("one") == ["refused"]
    assert teams.titles("two") == ["refused", "waiting"]


async def test_what_its_old_channel_refused_for_good_still_goes_to_the_new_one(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"), events=["call.started"])
    other = await bridge.subscribe(endpoint, teams.connector("one"), filters=NOTHING)
    await bridge.subscribe(endpoint, teams.connector("two"), events=["call.ended"])
    refuse, accept = asyncio.Event(), asyncio.Event()
    teams.says("one", Says(410, when=refuse))
    teams.says("two", Says(when=accept))
    await bridge.call(endpoint, "moved")
    await bridge.call(endpoint, "before", type="call.ended")
    await until(lambda: len(teams.bodies) == 2)
    await move(bridge, subscription.id, endpoint.id, teams.connector("two"))
    refuse.set()

    async def closed() -> bool:
        return (await bridge.subscription(other)).state == "disabled"

    await until(closed)
    accept.set()
    await bridge.settled()
    assert teams.titles("two") == ["before", "moved"]
    assert (await bridge.subscription(subscription)).state == "active"


async def test_what_its_new_channel_has_got_is_not_dead_by_the_old_one(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    other = await bridge.subscribe(endpoint, teams.connector("one"), filters=NOTHING)
    go_on = asyncio.Event()
    teams.says("one", Says(410, when=go_on))
    await bridge.call(endpoint, "moved")
    await until(lambda: bool(teams.titles("one")))
    await move(bridge, subscription.id, endpoint.id, teams.connector("two"))
    await bridge.settled()
    assert [one.state for one in await bridge.deliveries()] == ["delivered"]
    go_on.set()

    async def closed() -> bool:
        return (await bridge.subscription(other)).state == "disabled"

    await until(closed)
    assert [one.state for one in await bridge.deliveries()] == ["delivered"]


async def move(bridge: Running, subscription: str, endpoint: str, url: str) -> None:
    """Have a subscription post elsewhere."""
    wanted = WantedSubscription(endpoint=endpoint, url=SecretStr(url), events=("*",))
    await bridge.bridge.services.subscriptions.save(OPERATOR, wanted, subscription)
