"""Turning connectors and actions off for a tenant or a team, and what that refuses."""

from dataclasses import replace
from datetime import datetime

import pytest

from bridge.errors import Forbidden, Invalid
from bridge.models import Off, Page, TeamsContext
from bridge.services import Services
from bridge.services.access import OPERATOR, Principal, member
from bridge.services.subscriptions import WantedSubscription
from tests.services.conftest import Scene

TENANT = "5f0c7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
TEAM = "9a1e7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
PLACE = TeamsContext(tenant=TENANT, team="Rockets", team_id=TEAM)
INVITED = Principal("invited", "inv_1")


async def wanted(scene: Scene) -> WantedSubscription:
    return replace(scene.wanted(await scene.endpoint()), teams=PLACE)


async def test_only_the_operator_turns_and_sees_switches(services: Services) -> None:
    administration = services.administration
    with pytest.raises(Forbidden):
        await administration.turn(INVITED, TENANT, connectors=False)
    with pytest.raises(Forbidden):
        await administration.show(INVITED, TENANT)
    with pytest.raises(Forbidden):
        await administration.list(INVITED, Page())


@pytest.mark.parametrize(
    ("tenant", "team", "field"),
    [
        ("contoso.com", None, "tenant"),
        ("", None, "tenant"),
        (f"{TENANT} ", None, "tenant"),
        (TENANT, "", "team"),
        (TENANT, "The Rockets", "team"),
        (TENANT, "x" * 301, "team"),
        (TENANT, "a\x1b", "team"),
    ],
)
async def test_what_is_no_id_is_said(
    services: Services, tenant: str, team: str | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await services.administration.turn(OPERATOR, tenant, team, connectors=False)
    assert set(refused.value.fields) == {field}


async def test_a_team_s_standing_says_what_its_tenant_turned_off(services: Services) -> None:
    await services.administration.turn(OPERATOR, TENANT, actions=False)
    standing, changed = await services.administration.turn(OPERATOR, TENANT, TEAM, connectors=False)
    assert changed == 0
    assert (standing.switches.connectors, standing.switches.actions) == (False, True)
    assert standing.off == Off("team", "tenant")
    assert isinstance(standing.switches.changed_at, datetime)
    assert await services.administration.show(OPERATOR, TENANT, TEAM) == standing


async def test_nothing_can_be_set_up_or_tried_where_connectors_are_off(scene: Scene) -> None:
    subscriptions, administration = scene.services.subscriptions, scene.services.administration
    given = await wanted(scene)
    made = await subscriptions.save(OPERATOR, given)
    _, changed = await administration.turn(OPERATOR, TENANT, connectors=False)
    assert changed == 1
    for attempt in (
        subscriptions.save(OPERATOR, given),
        subscriptions.save(OPERATOR, given, made.id),
        subscriptions.update(OPERATOR, made.id, name="Other"),
        subscriptions.test(OPERATOR, made.id),
    ):
        with pytest.raises(Forbidden, match=r"turned off for this tenant by an administrator\."):
            await attempt
    assert scene.teams.of("hall") == []
    await subscriptions.save(OPERATOR, replace(given, teams=TeamsContext()))  # elsewhere
    await subscriptions.remove(OPERATOR, made.id)


async def test_what_is_on_again_can_be_set_up_again(scene: Scene) -> None:
    given = await wanted(scene)
    await scene.services.administration.turn(OPERATOR, TENANT, TEAM, connectors=False)
    with pytest.raises(Forbidden, match="for this team"):
        await scene.services.subscriptions.save(OPERATOR, given)
    await scene.services.administration.turn(OPERATOR, TENANT, TEAM, connectors=True)
    await scene.services.subscriptions.save(OPERATOR, given)


async def test_actions_that_are_off_refuse_no_subscription(scene: Scene) -> None:
    await scene.services.administration.turn(OPERATOR, TENANT, actions=False)
    made = await scene.services.subscriptions.save(OPERATOR, await wanted(scene))
    assert made.off == Off(None, "tenant")
    assert made.live


async def test_whoever_signed_in_is_in_their_own_tenant_whatever_the_page_says(
    scene: Scene,
) -> None:
    ann = member(TENANT, "ann", shares=True)
    endpoint = await scene.endpoint(ann)
    elsewhere = replace(PLACE, tenant="00000000-0000-4000-8000-000000000001")
    given = replace(scene.wanted(endpoint), teams=elsewhere)
    made = await scene.services.subscriptions.save(ann, given)
    assert made.teams == PLACE
    await scene.services.administration.turn(OPERATOR, TENANT, connectors=False)
    with pytest.raises(Forbidden, match="for this tenant"):
        await scene.services.subscriptions.save(ann, given)
