"""Tabs: what stands in one, for whom, and its end."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from bridge.channel import Verdict
from bridge.errors import Forbidden, Invalid, NotFound, NotTaken
from bridge.models import TeamsContext
from bridge.services.access import OPERATOR, Principal, member
from tests.services.conftest import Scene

TAB = "tab_" + "t" * 24
TENANT = "11111111-2222-3333-4444-555555555555"
ADA = member(TENANT, "ada", shares=False)


async def in_tab(scene: Scene, who: Principal = OPERATOR, tab: str = TAB) -> str:
    endpoint = await scene.endpoint(who)
    wanted = scene.wanted(endpoint)
    tried = scene.services.channels.receipt(wanted.url)
    wanted = replace(wanted, teams=TeamsContext(tab=tab), receipt=tried)
    return (await scene.services.subscriptions.save(who, wanted)).id


async def test_a_tab_shows_its_own_subscriptions_to_whom_they_belong(scene: Scene) -> None:
    hers, ours = await in_tab(scene, ADA), await in_tab(scene)
    await in_tab(scene, tab="tab_other")
    tabs = scene.services.tabs
    shown = await tabs.show(ADA, TAB)
    assert [it.subscription.id for it in shown.entries] == [hers]
    assert [it.source for it in shown.entries] == ["doors"]
    assert shown.others == 1
    assert [it.subscription.id for it in (await tabs.show(OPERATOR, TAB)).entries] == [hers, ours]


async def test_the_last_deliveries_are_there_newest_first(scene: Scene) -> None:
    name = await in_tab(scene)
    subscription = await scene.services.subscriptions.get(OPERATOR, name)
    endpoint = await scene.services.endpoints.get(OPERATOR, subscription.endpoint_id)
    owed = []
    for _ in range(6):
        owed += await scene.routed(await scene.event(endpoint), subscription)
    ((entry),) = (await scene.services.tabs.show(OPERATOR, TAB)).entries
    assert [it.id for it in entry.deliveries] == [it.id for it in reversed(owed[1:])]


async def test_clearing_a_tab_leaves_what_is_somebody_else_s_and_can_be_done_again(
    scene: Scene,
) -> None:
    hers, ours = await in_tab(scene, ADA), await in_tab(scene)
    tabs = scene.services.tabs
    cleared = await tabs.clear(ADA, TAB)
    assert (cleared.removed, cleared.others) == (1, 1)
    assert (await tabs.clear(ADA, TAB)).removed == 0
    with pytest.raises(NotFound):
        await scene.services.subscriptions.get(OPERATOR, hers)
    assert (await scene.services.subscriptions.get(OPERATOR, ours)).teams.tab == TAB


async def test_a_move_needs_a_channel_that_takes_the_test_card_and_one_s_own_subscription(
    scene: Scene,
) -> None:
    name = await in_tab(scene, ADA)
    moves = scene.services.moves
    closed = SecretStr("http://127.0.0.1:9/workflows/x/triggers/manual/paths/invoke?sig=hush")
    with pytest.raises(NotTaken, match="connection refused") as caught:
        await moves.move(ADA, name, closed)
    assert "hush" not in str(caught.value)
    with pytest.raises(Invalid):
        await moves.move(ADA, name, SecretStr(f"http://127.0.0.1:{scene.teams.port}/elsewhere"))
    url = SecretStr(scene.teams.workflow("hall"))
    with pytest.raises(NotFound):
        await moves.move(member(TENANT, "bob", shares=False), name, url)
    (moved,) = await moves.move(ADA, name, url)
    assert moved.tested
    assert moved.tested.verdict is Verdict.DELIVERED
    assert moved.subscription.channel.kind == "workflow"
    assert moved.subscription.teams.tab == TAB
    assert len(scene.teams.of("hall")) == 1


async def test_a_channel_is_greeted_before_anything_is_subscribed_there(scene: Scene) -> None:
    channels = scene.services.channels
    channel = channels.given(SecretStr(scene.teams.workflow("attic")))
    _, outcome, _ = await channels.greet(ADA, channel, TeamsContext())
    assert outcome.verdict is Verdict.DELIVERED
    assert b"this channel is connected" in scene.teams.of("attic")[0]
    await scene.services.administration.turn(OPERATOR, TENANT, None, connectors=False)
    with pytest.raises(Forbidden):
        await channels.greet(ADA, channel, TeamsContext())
