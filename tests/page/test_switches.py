"""Where an administrator turned connectors off, the page says so and saves nothing."""

from typing import Any

from playwright.async_api import expect

from bridge.services.access import OPERATOR
from tests.page.conftest import Teams

TENANT = "5f0c7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
TEAM = "9a1e7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
PLACE: dict[str, Any] = {"tid": TENANT, "groupId": TEAM}


async def test_the_page_says_that_connectors_are_off_and_lets_go_of_what_is_there(
    teams: Teams,
) -> None:
    administration = teams.served.bridge.services.administration
    await teams.open(place=PLACE)
    await teams.new_endpoint()
    await teams.becomes(valid=True)
    await administration.turn(OPERATOR, TENANT, TEAM, connectors=False)
    how, reason = await teams.save()  # the page was open when it was turned off
    assert how == "failure"
    assert reason == "Connectors are turned off for this team by an administrator."

    await administration.turn(OPERATOR, TENANT, TEAM, connectors=True)
    assert await teams.save() == ("success", None)
    saved = await teams.served.subscription()
    assert (saved.teams.tenant, saved.teams.team, saved.teams.team_id) == (TENANT, "Harbour", TEAM)

    await administration.turn(OPERATOR, TENANT, connectors=False)
    await teams.open(settings=await teams.settings(), place=PLACE, ready=False)
    panel = teams.form.locator(".panel")
    await expect(panel).to_contain_text("turned off for this tenant by an administrator")
    await expect(panel).to_contain_text("You can remove it")
    assert await teams.validity() == []
    assert await teams.remove() == ("success", None)
