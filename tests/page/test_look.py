"""How the page behaves as a page: Teams' themes, widths, without Teams, with the keyboard, against markup in data."""

import pytest
from playwright.async_api import Browser, expect

from bridge.models import Endpoint, Page
from bridge.services.access import OPERATOR
from tests.browser import NARROW, WIDE, new_context
from tests.page.conftest import Served, Teams, opened
from tests.page.orders import HOSTILE


@pytest.mark.parametrize(
    ("theme", "shown"),
    [("default", "default"), ("dark", "dark"), ("contrast", "contrast"), ("glass", "default")],
)
async def test_the_theme_is_teams_own(teams: Teams, theme: str, shown: str) -> None:
    await teams.open(theme=theme)
    root = teams.form.locator("html")
    await expect(root).to_have_attribute("data-theme", shown)
    await teams.page.evaluate("host.theme('contrast')")
    await expect(root).to_have_attribute("data-theme", "contrast")
    await expect(teams.form.locator("body")).to_have_css("background-color", "rgb(0, 0, 0)")
    assert await teams.validity() == []


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_nothing_is_wider_than_the_dialog(
    browser: Browser, served: Served, size: tuple[int, int]
) -> None:
    async with opened(browser, served, size) as teams:
        await teams.open()
        await teams.new_endpoint("An endpoint with averylongnamethatgoesonandonandonandonandonand")
        form = teams.form
        await form.get_by_role("button", name="Show the event types of Order").click()
        await form.get_by_role("button", name="Add a group", exact=True).click()
        for _ in range(3):
            await form.get_by_role("button", name="Add a group to this group").first.click()
        await form.get_by_label("Values").last.fill("a-very-long-value-" * 8 + ",")
        long = "a-very-long-shop-" * 8
        assert await served.webhook(await newest_endpoint(served), shop=long) == 202
        await expect(form.locator(".recent-event")).to_have_count(1)
        await form.get_by_role("checkbox", name="Drop cards that are late").check()
        await form.get_by_role("textbox", name="Minutes").fill("9" * 80)
        await expect(form.locator(".preview-card article")).to_be_visible()
        wide = await teams.page.frames[1].evaluate(
            "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
        )
        assert wide <= 0


async def newest_endpoint(served: Served) -> Endpoint:
    return (await served.bridge.services.endpoints.list(OPERATOR, Page())).items[0]


async def test_outside_teams_it_says_where_it_belongs(browser: Browser, served: Served) -> None:
    page = await (await new_context(browser)).new_page()
    await page.goto(f"{served.origin}/connector/config")
    await expect(page.get_by_role("heading", name="Open this page in Teams")).to_be_visible()


async def test_without_microsoft_s_script_it_says_so(teams: Teams) -> None:
    await teams.page.route("**/teams-sdk.js", lambda route: route.abort())
    await teams.open(ready=False)
    await expect(teams.form.get_by_text("script could not be loaded")).to_be_visible()
    teams.faults.clear()


async def test_a_bridge_that_does_not_answer_can_be_tried_again(teams: Teams) -> None:
    await teams.page.route("**/connector/catalog", lambda route: route.abort())
    await teams.open(ready=False)
    await expect(teams.form.get_by_text("The bridge does not answer.")).to_be_visible()
    await teams.page.unroute("**/connector/catalog")
    await teams.form.get_by_role("button", name="Try again").click()
    await expect(teams.form.get_by_role("radio", name="Orders")).to_be_visible()
    teams.faults.clear()


async def test_it_can_be_filled_in_with_the_keyboard_alone(teams: Teams) -> None:
    await teams.open()
    form = teams.form
    keys = teams.page.keyboard
    await form.get_by_role("radio", name="Orders").focus()
    await keys.press("Space")
    await keys.press("Tab")
    await expect(form.get_by_label("Name of the endpoint")).to_be_focused()
    await keys.type("Our shop")
    await keys.press("Enter")
    await expect(form.get_by_role("button", name="Copy URL")).to_be_focused()
    await teams.becomes(valid=True)


async def test_names_and_payloads_stay_text(teams: Teams) -> None:
    endpoint = await teams.served.endpoint(f"Shop {HOSTILE}")
    assert await teams.served.webhook(endpoint, event=f"order.{HOSTILE}", shop=HOSTILE) == 202
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Orders").check()
    await form.get_by_label("Existing endpoint (1)").check()
    choice = form.get_by_role("combobox", name="Endpoint", exact=True)
    await choice.select_option(endpoint.id)
    await form.get_by_role("button", name="Show URL and secret").click()
    await expect(form.locator(".arrival")).to_contain_text(HOSTILE)
    await expect(form.get_by_role("listitem").filter(has_text="Paste.")).to_contain_text(HOSTILE)
    await expect(form.get_by_role("link", name="own page about webhooks")).to_have_count(0)
    await form.get_by_label("Name", exact=True).fill(HOSTILE)
    await form.get_by_role("button", name="Add a filter").click()
    await form.get_by_label("Values").fill(f"{HOSTILE},")
    await expect(form.locator(".chip")).to_contain_text(HOSTILE)
    assert await teams.save() == ("success", None)

    await teams.open(settings=await teams.settings())
    await expect(form.get_by_label("Name", exact=True)).to_have_value(HOSTILE)
    await expect(form.locator("img[src=x]")).to_have_count(0)
    assert await teams.page.evaluate("window.hurt ?? null") is None
    (saved,) = (await teams.served.bridge.services.subscriptions.list(OPERATOR, Page())).items
    assert saved.name == HOSTILE
