"""The tab: its configuration page, its content in the channel, and its end, as Teams frames them."""

from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect
from pydantic import SecretStr

from bridge.models import Endpoint, Subscription, TeamsContext
from bridge.services.access import OPERATOR
from bridge.services.subscriptions import WantedSubscription
from tests.browser import NARROW
from tests.e2e.running import until
from tests.page.conftest import Served, Teams, opened
from tests.page.test_save import subscriptions

TAB = "tab_" + "t" * 24


def workflow(served: Served, name: str = "general") -> str:
    return f"{served.origin}/workflows/{name}/triggers/manual/paths/invoke?sig=a-secret-signature"


async def in_tab(
    served: Served, name: str, endpoint: Endpoint, url: str | None = None, **wanted: Any
) -> Subscription:
    """A subscription of the tab that is there before a page is opened."""
    return await served.bridge.services.subscriptions.save(
        OPERATOR,
        WantedSubscription(
            endpoint=endpoint.id,
            url=SecretStr(url or workflow(served)),
            events=("order.placed",),
            name=name,
            teams=TeamsContext(tab=TAB),
            **wanted,
        ),
    )


async def show(teams: Teams, path: str, frame: str, settings: dict[str, Any]) -> None:
    """Let the host frame one of the pages as it frames a tab's: without a webhook URL."""
    await teams.page.goto(f"{teams.served.origin}/host")
    place = {"theme": "default", "channelName": "General", "teamName": "Harbour"}
    context = {**place, "locale": teams.locale}
    await teams.page.evaluate(
        "([frame, settings, context]) => Object.assign(host, {frame, settings, context})",
        [frame, settings, {**context, "entityId": settings.get("entityId", "")}],
    )
    await teams.page.evaluate("address => host.open(address)", f"{teams.served.origin}{path}")


async def configure(teams: Teams, **settings: Any) -> None:
    await show(teams, "/connector/config?entry=tab", "settings", settings)
    await expect(teams.form.get_by_role("radio", name="Orders")).to_be_visible()


async def content(teams: Teams) -> None:
    await show(teams, f"/connector/tab?tab={TAB}", "content", {"entityId": TAB})
    await expect(teams.form.get_by_role("button", name="Look again")).to_be_visible()


def entry(teams: Teams, name: str) -> Locator:
    return teams.form.get_by_role("article", name=name)


async def test_a_first_save_needs_a_workflow_that_took_a_test_card(teams: Teams) -> None:
    await configure(teams)
    form, served = teams.form, teams.served
    await expect(form.get_by_text("Send webhook alerts to a channel")).to_be_visible()
    await teams.new_endpoint()
    await expect(form.get_by_text("Still needed: a workflow’s URL.")).to_be_visible()
    url = form.get_by_label("Workflow URL")
    test = form.get_by_role("button", name="Send a test card")

    await url.fill("https://example.com/steal")
    await expect(url).to_have_accessible_description(
        "A secret: whoever has it can post to the channel. It is kept encrypted, and not shown again. "
        "https://example.com:443 is not among the allowed addresses (http://127.0.0.1:*)."
    )
    await url.fill(f"{served.origin}/webhookb2/x/IncomingWebhook/y/z")
    await expect(form.get_by_text("This is a connector’s URL")).to_be_visible()
    await expect(test).to_be_disabled()
    await url.fill(workflow(served, "off"))
    await test.click()
    await expect(form.get_by_text("The card did not arrive.")).to_be_visible()
    assert True not in await teams.validity()
    assert (await teams.save(None))[0] == "failure"

    await url.fill(workflow(served))
    await expect(form.get_by_text("Still needed: a test card")).to_be_visible()
    await test.click()
    await teams.becomes(valid=True)
    assert served.flows == ["general"]
    assert await teams.save(None) == ("success", None)

    saved = await served.subscription()
    settings = await teams.settings()
    tab = settings["entityId"]
    assert saved.teams.tab == tab
    assert tab.startswith("tab_")
    page = f"{served.origin}/connector/tab?tab={tab}"
    assert {settings[it] for it in ("contentUrl", "websiteUrl", "removeUrl")} == {page}
    assert settings["suggestedDisplayName"] == "Our shop"
    assert saved.channel.kind == "workflow"


async def test_an_edit_keeps_tab_and_channel_without_another_test_card(teams: Teams) -> None:
    endpoint = await teams.served.endpoint()
    before = await in_tab(teams.served, "Placed", endpoint)
    await in_tab(teams.served, "Paid", endpoint)
    await configure(teams, entityId=TAB, suggestedDisplayName="Shop")
    form = teams.form
    await form.get_by_label("Which of this tab").select_option("Paid")
    await expect(form.get_by_label("Name", exact=True)).to_have_value("Paid")
    await form.get_by_label("Which of this tab").select_option("Placed")
    name = form.get_by_label("Name", exact=True)
    await expect(name).to_have_value("Placed")
    await name.fill("Placed orders")
    await teams.becomes(valid=True)
    await teams.set(refusal="the tab was removed")
    assert (await teams.save(None))[0] == "failure"
    await expect(form.get_by_role("alert")).to_contain_text("Not saved. Teams did not take")
    await teams.set(refusal=None)
    assert await teams.save(None) == ("success", None)
    changed = await teams.served.bridge.services.subscriptions.get(OPERATOR, before.id)
    assert (changed.name, changed.channel, changed.teams.tab) == (
        "Placed orders",
        before.channel,
        TAB,
    )
    settings = await teams.settings()
    assert (settings["entityId"], settings["suggestedDisplayName"]) == (TAB, "Shop")
    assert teams.served.flows == []


async def test_what_the_bridge_refuses_is_shown_and_no_tab_is_made_of_it(teams: Teams) -> None:
    await configure(teams)
    await teams.new_endpoint()
    await teams.form.get_by_label("Workflow URL").fill(workflow(teams.served))
    await teams.form.get_by_role("button", name="Send a test card").click()
    await teams.becomes(valid=True)
    problem = {"title": "Invalid", "detail": "…", "errors": {"channel.url": "That flow is gone."}}
    await teams.page.route(
        "**/connector/subscriptions/**", lambda route: route.fulfill(status=422, json=problem)
    )
    assert await teams.save(None) == ("failure", "That flow is gone.")
    await expect(teams.form.locator("#channel")).to_contain_text("That flow is gone.")
    assert await subscriptions(teams) == []


async def test_the_tab_s_page_shows_its_subscriptions_and_pauses_tries_and_removes_them(
    teams: Teams,
) -> None:
    served = teams.served
    endpoint = await served.endpoint()
    await in_tab(served, "Placed", endpoint)
    await in_tab(served, "Broken", endpoint, workflow(served, "off"))
    await served.subscribe(endpoint, name="Elsewhere")
    assert await served.webhook(endpoint) == 202

    async def settled() -> bool:
        shown = await served.bridge.services.tabs.show(OPERATOR, TAB)
        return served.flows == ["general"] and all(
            it.subscription.channel.failing_since or it.deliveries[0].state == "delivered"
            for it in shown.entries
        )

    await until(settled)
    await content(teams)
    await expect(entry(teams, "Elsewhere")).to_have_count(0)
    placed, broken = entry(teams, "Placed"), entry(teams, "Broken")
    await expect(placed).to_contain_text("A card arrived.")
    await expect(broken.locator(".standing")).to_have_text("Failing")
    await expect(placed.locator(".standing")).to_have_text("Working")
    await expect(placed).to_contain_text("An order is placed")
    await expect(broken).to_contain_text("A card waits")

    await broken.get_by_role("button", name="Send a test card").click()
    await expect(broken).to_contain_text("The test card did not arrive.")
    await placed.get_by_role("button", name="Send a test card").click()
    await expect(placed).to_contain_text("The channel took the test card.")

    await placed.get_by_role("button", name="Pause").click()
    await expect(placed.locator(".standing")).to_have_text("Paused")
    await expect(placed.get_by_role("button", name="Resume")).to_be_focused()
    await placed.get_by_role("button", name="Resume").click()
    await expect(placed.locator(".standing")).to_have_text("Working")

    await broken.get_by_role("button", name="Remove").click()
    await broken.get_by_role("button", name="Keep it").click()
    await broken.get_by_role("button", name="Remove").click()
    await broken.get_by_role("button", name="Remove it").click()
    await expect(broken).to_have_count(0)
    assert sorted(it.name for it in await subscriptions(teams)) == ["Elsewhere", "Placed"]


async def test_another_one_is_added_in_the_tab_and_changed_there(teams: Teams) -> None:
    endpoint = await teams.served.endpoint()
    before = await in_tab(teams.served, "Placed", endpoint)
    await content(teams)
    form = teams.form
    await form.get_by_role("button", name="Add another").click()
    await expect(form.get_by_role("heading", name="Add another")).to_be_focused()
    await form.get_by_role("radio", name="Orders").check()
    await form.get_by_label("Existing endpoint").check()
    await form.get_by_role("combobox", name="Endpoint", exact=True).select_option(endpoint.id)
    await form.get_by_label("Name", exact=True).fill("All orders")
    await form.get_by_role("button", name="Save").click()
    await expect(entry(teams, "All orders")).to_be_visible()
    added = next(it for it in await subscriptions(teams) if it.name == "All orders")
    assert (added.channel, added.teams.tab) == (before.channel, TAB)

    await entry(teams, "Placed").get_by_role("button", name="Edit").click()
    await form.get_by_role("radio", name="Another workflow").check()
    save = form.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await form.get_by_label("Workflow URL").fill(workflow(teams.served, "hall"))
    await form.get_by_role("button", name="Send a test card").click()
    await save.click()
    # Not the announcer's, which still says it of the first.
    await expect(form.locator("#notices").get_by_text("Saved.", exact=True)).to_be_visible()
    now = await teams.served.bridge.services.subscriptions.get(OPERATOR, before.id)
    assert now.channel.id != before.channel.id
    assert await teams.said("settings.setSettings") == []


async def test_removing_the_tab_removes_all_of_it_and_says_so(teams: Teams) -> None:
    endpoint = await teams.served.endpoint()
    for name in ("Placed", "Paid"):
        await in_tab(teams.served, name, endpoint)
    await teams.served.subscribe(endpoint, name="Elsewhere")
    await show(teams, f"/connector/tab?tab={TAB}", "remove", {"entityId": TAB})
    await expect(teams.form.get_by_text("these 2 subscriptions are removed")).to_be_visible()
    await expect(teams.form.get_by_role("listitem")).to_contain_text(["Placed", "Paid"])
    assert await teams.remove() == ("success", None)
    assert await teams.remove() == ("success", None)
    assert [it.name for it in await subscriptions(teams)] == ["Elsewhere"]


async def test_a_connector_is_moved_to_a_workflow_and_stays_there_when_it_is_saved(
    teams: Teams,
) -> None:
    endpoint = await teams.served.endpoint()
    subscription = await teams.served.subscribe(endpoint)
    await teams.open(subscription=subscription.id)
    form = teams.form
    await form.get_by_text("Move to a workflow").click()
    move = form.get_by_role("button", name="Send a test card and move")
    await form.get_by_label("Workflow URL").fill(workflow(teams.served, "off"))
    await move.click()
    await expect(form.get_by_text("Nothing was moved: the test card did not")).to_be_visible()
    await form.get_by_label("Workflow URL").fill(workflow(teams.served))
    await move.click()
    await expect(form.get_by_text("Moved to a workflow")).to_be_visible()

    await form.get_by_label("Name", exact=True).fill("Moved orders")
    await teams.becomes(valid=True)
    assert await teams.save() == ("success", None)
    now = await teams.served.subscription()
    assert (now.id, now.name, now.channel.kind) == (subscription.id, "Moved orders", "workflow")


@pytest.mark.parametrize("theme", ["dark", "contrast"])
async def test_nothing_of_a_tab_is_wider_than_a_phone(
    browser: Browser, served: Served, theme: str
) -> None:
    endpoint = await served.endpoint()
    await in_tab(served, "A subscription with averylongnamethatgoesonandonandonandon", endpoint)
    async with opened(browser, served, NARROW) as teams:
        await content(teams)
        await teams.page.evaluate("name => host.theme(name)", theme)
        await teams.form.get_by_role("button", name="Edit").click()
        await teams.form.get_by_role("radio", name="Another workflow").check()
        await teams.form.get_by_label("Workflow URL").fill(workflow(served))
        wide = await teams.page.frames[1].evaluate(
            "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
        )
        assert wide <= 0


async def test_a_channel_is_said_in_one_way_and_only_of_one_s_own_subscription(
    served: Served,
) -> None:
    endpoint = await served.endpoint()
    kept = await in_tab(served, "Placed", endpoint)
    wanted = {"endpoint": endpoint.id, "events": ["*"]}
    for channel in ({}, {"url": workflow(served), "of": kept.id}):
        status, answer = await served.call("POST", "subscriptions", {**wanted, "channel": channel})
        assert (status, list(answer["errors"])) == (422, ["channel"])
    status, _ = await served.call("POST", "subscriptions", {**wanted, "channel": {"of": "sub_x"}})
    assert status == 404
    status, made = await served.call(
        "POST", "subscriptions", {**wanted, "channel": {"of": kept.id}}
    )
    assert (status, made["channel"]["id"]) == (201, kept.channel.id)
    status, shown = await served.call("POST", "channels/check", {"url": workflow(served)})
    assert (status, shown["tested"], served.flows) == (200, None, [])
    assert "secret" not in str(shown)


async def test_the_bridge_itself_saves_no_pasted_url_without_a_test_card(served: Served) -> None:
    """Whatever asks in the page's place, and whoever that is."""
    endpoint = await served.endpoint()
    wanted = {"endpoint": endpoint.id, "events": ["*"], "teams": {"tab": TAB}}
    name = "sub_" + "n" * 24
    for method, path in (("POST", "subscriptions"), ("PUT", f"subscriptions/{name}")):
        for receipt in ({}, {"receipt": "made-up"}):
            channel = {"url": workflow(served), **receipt}
            status, answer = await served.call(method, path, {**wanted, "channel": channel})
            assert (status, list(answer["errors"])) == (422, ["channel.url"])
    tried = {"url": workflow(served, "off"), "test": True}
    _, refused = await served.call("POST", "channels/check", tried)
    assert (refused["tested"]["delivered"], refused["receipt"]) == (False, None)
    tried = {"url": workflow(served), "test": True}
    _, taken = await served.call("POST", "channels/check", tried)
    channel = {"url": workflow(served), "receipt": taken["receipt"]}
    status, _ = await served.call("PUT", f"subscriptions/{name}", {**wanted, "channel": channel})
    assert (status, served.flows) == (200, ["general"])
