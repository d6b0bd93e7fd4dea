"""Buttons that do something: where they may, in MessageCards alone; elsewhere links, and none at all where nobody may."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from bridge.action import Action
from bridge.cards.card import Card, OpenUrl, Span
from bridge.models import Acting, Endpoint, TeamsContext
from bridge.pipeline.acts import linked
from bridge.services.access import OPERATOR
from tests.pipeline.running import Running, Says, Teams, running, settings, until

TENANT = "5f0c7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
TEAM = "9a1e7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
ROCKETS = TeamsContext(tenant=TENANT, team="Rockets", team_id=TEAM)
ANYONE = Acting(who="channel", site="https://radio.example", token=SecretStr("a-token"))
URL = "https://example.com/7"


async def acting(bridge: Running) -> Endpoint:
    """An endpoint from whose cards everybody may act."""
    endpoint = await bridge.endpoint()
    stored = await bridge.bridge.store.endpoints.get(endpoint.id)
    assert stored is not None
    await bridge.bridge.store.endpoints.replace(replace(stored, acting=ANYONE))
    return endpoint


def buttons(teams: Teams, name: str) -> list[list[str]]:
    """The kinds of buttons of each card that a connector got, in order."""
    cards: list[Any] = [orjson.loads(body) for path, body in teams.bodies if path == name]
    return [[one["@type"] for one in card["potentialAction"]] for card in cards]


async def turn(bridge: Running, team: str | None, *, actions: bool) -> None:
    await bridge.bridge.services.administration.turn(OPERATOR, TENANT, team, actions=actions)


def test_links_lead_to_what_no_button_leads_to() -> None:
    card = Card((Span("Seven"),), "Seven", actions=(OpenUrl("View", URL),))
    offered = (
        Action("comment", "Comment", url=URL),
        Action("close", "Close", url=f"{URL}/close"),
        Action("reopen", "Reopen", url=f"{URL}/close"),
        Action("hush", "Be quiet"),
    )
    assert linked(card, offered).actions == (
        OpenUrl("View", URL),
        OpenUrl("Close", f"{URL}/close"),
    )
    assert linked(card, offered).acts == ()


async def test_a_workflow_s_card_has_links_instead(bridge: Running, teams: Teams) -> None:
    endpoint = await acting(bridge)
    await bridge.subscribe(endpoint, teams.workflow("flow"))
    await bridge.call(endpoint, "hello")
    await bridge.settled()
    message = orjson.loads(teams.bodies[0][1])
    (button,) = message["attachments"][0]["content"]["actions"]
    assert button["url"] == "https://radio.example/answer"
    assert "/actions/" not in str(message)


@pytest.mark.parametrize("team", [None, TEAM], ids=["tenant", "team"])
async def test_cards_have_none_from_the_moment_that_actions_are_off(
    bridge: Running, teams: Teams, team: str | None
) -> None:
    """In the place where they are off, and nowhere else; and again when they are on again."""
    endpoint = await acting(bridge)
    elsewhere = replace(ROCKETS, tenant="00000000-0000-4000-8000-000000000001")
    await bridge.subscribe(endpoint, teams.connector("rockets"), teams=ROCKETS)
    await bridge.subscribe(endpoint, teams.connector("elsewhere"), teams=elsewhere)
    for title, on in (("before", True), ("while", False), ("after", True)):
        await turn(bridge, team, actions=on)
        await bridge.call(endpoint, title)
        await bridge.settled()
    assert buttons(teams, "rockets") == [["HttpPOST"], ["OpenUri"], ["HttpPOST"]]
    assert buttons(teams, "elsewhere") == [["HttpPOST"]] * 3


async def test_the_tenant_s_switch_wins_over_a_team_s(bridge: Running, teams: Teams) -> None:
    endpoint = await acting(bridge)
    await bridge.subscribe(endpoint, teams.connector("rockets"), teams=ROCKETS)
    await turn(bridge, None, actions=False)
    await turn(bridge, TEAM, actions=True)
    await bridge.call(endpoint, "hello")
    await bridge.settled()
    assert buttons(teams, "rockets") == [["OpenUri"]]


@pytest.mark.parametrize("restart", [True, False])
async def test_what_waited_already_is_sent_without_them(
    tmp_path: Path, teams: Teams, restart: bool
) -> None:
    given = settings(tmp_path, digest_after=0)
    async with running(given) as bridge:
        endpoint = await acting(bridge)
        await bridge.subscribe(endpoint, teams.connector("rockets"), teams=ROCKETS)
        go_on = asyncio.Event()
        teams.says("rockets", Says(when=go_on))
        await bridge.call(endpoint, "first")
        await until(lambda: bool(teams.bodies))
        await bridge.routed(await bridge.call(endpoint, "second"))
        await turn(bridge, TEAM, actions=False)
        if restart:
            await bridge.bridge.worker.stop(within=0.05)
        go_on.set()
        if not restart:
            await bridge.settled()
    async with running(given) as bridge:
        await bridge.settled()
    found = buttons(teams, "rockets")
    assert (found[0], found[-1]) == (["HttpPOST"], ["OpenUri"])
