"""Who may use the page: the operator, and whom the operator invited."""

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, expect

from bridge.services.access import OPERATOR
from tests.browser import in_shared_loop
from tests.page.conftest import ADMIN_TOKEN, Served, Teams, opened, running


@in_shared_loop
async def served(tmp_path: Path, teams_sdk: Path) -> AsyncIterator[Served]:
    """A bridge as `serve` runs it: everybody needs a token."""
    async with running(tmp_path, teams_sdk, open_to_all=False) as closed:
        yield closed


async def enter(teams: Teams, token: str) -> None:
    await teams.form.get_by_label("Access token").fill(token)
    await teams.form.get_by_role("button", name="Continue").click()


async def test_a_token_is_asked_for_and_kept(teams: Teams) -> None:
    await teams.open(ready=False)
    form = teams.form
    token = form.get_by_label("Access token")
    await expect(token).to_be_focused()
    await form.get_by_role("button", name="Continue").click()
    await expect(form.get_by_text("Paste the token here.")).to_be_visible()

    await enter(teams, "guessed")
    await expect(form.get_by_text("This token is not valid, or no longer")).to_be_visible()
    assert await teams.validity() == []

    await enter(teams, ADMIN_TOKEN)
    await expect(form.get_by_role("radio", name="Orders")).to_be_visible()
    await teams.open()
    await expect(token).to_have_count(0)


async def test_an_invitation_shows_what_it_covers_alone(teams: Teams) -> None:
    endpoint = await teams.served.endpoint("Ours")
    await teams.served.endpoint("Somebody else's")
    invitations = teams.served.bridge.services.invitations
    _, token = await invitations.invite(OPERATOR, endpoints=(endpoint.id,))
    await teams.open(ready=False)
    await enter(teams, token.get_secret_value())
    form = teams.form
    await expect(form.get_by_role("radio", name="Orders")).to_be_visible()
    await expect(form.get_by_role("radio", name="GitHub")).to_have_count(0)
    await form.get_by_role("radio", name="Orders").check()
    choice = form.get_by_role("combobox", name="Endpoint", exact=True)
    await expect(choice.get_by_role("option")).to_have_text(["Choose an endpoint", "Ours"])
    await expect(form.get_by_role("button", name="Create endpoint")).to_have_count(0)
    await choice.select_option("Ours")
    await teams.becomes(valid=True)
    assert await teams.save() == ("success", None)


async def test_an_invitation_that_ends_while_the_page_is_open_fails_the_save(
    teams: Teams,
) -> None:
    invitations = teams.served.bridge.services.invitations
    invitation, token = await invitations.invite(OPERATOR)
    await teams.open(ready=False)
    await enter(teams, token.get_secret_value())
    await teams.new_endpoint()
    await invitations.revoke(OPERATOR, invitation.id)
    how, reason = await teams.save()
    assert how == "failure"
    assert reason
    assert "ask the operator" in reason
    await enter(teams, ADMIN_TOKEN)
    await expect(teams.form.get_by_label("Name", exact=True)).to_have_value("Our shop")
    assert await teams.save() == ("success", None)


async def test_the_token_is_nowhere_in_the_page(teams: Teams) -> None:
    await teams.open(ready=False)
    await enter(teams, ADMIN_TOKEN)
    await expect(teams.form.get_by_role("radio", name="Orders")).to_be_visible()
    assert ADMIN_TOKEN not in await teams.page.frames[1].content()
    assert await teams.page.context.cookies() == []


async def test_where_storage_is_denied_the_token_is_kept_in_memory(
    browser: Browser, served: Served
) -> None:
    async with opened(browser, served) as teams:
        await teams.page.add_init_script(
            "Object.defineProperty(window, 'sessionStorage',"
            " { get() { throw new DOMException('denied', 'SecurityError') } })"
        )
        await teams.open(ready=False)
        await enter(teams, ADMIN_TOKEN)
        await teams.new_endpoint()
        await teams.becomes(valid=True)


async def test_nobody_is_told_of_what_is_not_theirs(served: Served) -> None:
    endpoint = await served.endpoint()
    assert await served.webhook(endpoint) == 202
    mine = await served.subscribe(endpoint)
    _, invited = await served.bridge.services.invitations.invite(OPERATOR, endpoints=(endpoint.id,))
    _, stranger = await served.bridge.services.invitations.invite(OPERATOR, sources=("orders",))
    wanted = {"source": "orders", "events": ["*"], "endpoint": endpoint.id}
    listed = f"endpoints/{endpoint.id}/recent"
    _, part = await served.call("GET", listed, token=ADMIN_TOKEN)
    event = f"events/{part['items'][0]['id']}"
    for path in (listed, event):
        assert (await served.call("GET", path, token=invited.get_secret_value()))[0] == 200
        assert (await served.call("GET", path, token=stranger.get_secret_value()))[0] == 404
        assert (await served.call("GET", path))[0] == 401
    assert (await served.call("POST", "dry-run", wanted, token=invited.get_secret_value()))[
        0
    ] == 200
    assert (await served.call("POST", "dry-run", wanted, token=stranger.get_secret_value()))[
        0
    ] == 404
    # Whoever may see the event may not see what others made of it.
    ours = f"{listed}?subscription={mine.id}"
    assert (await served.call("GET", ours, token=invited.get_secret_value()))[0] == 404
    shown = (await served.call("GET", event, token=invited.get_secret_value()))[1]
    assert shown["trace"] == []
    assert not {"headers", "body"} & set(shown)
