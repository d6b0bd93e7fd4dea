"""A tab in the simulated Teams: added, opened in its channel, and removed."""

from playwright.async_api import Browser, expect

from tests.browser import new_context
from tests.sandbox.conftest import User


async def test_a_tab_is_added_with_the_workflow_s_url_opened_and_removed(
    browser: Browser, teams_sdk: object, user: User
) -> None:
    page = await (await new_context(browser, (1280, 900))).new_page()
    await page.goto(f"{user.origin}/#build")
    await page.locator("#open-connectors").click()
    await page.get_by_role("button", name="Add a tab").click()
    url = await page.get_by_label("URL of the workflow").input_value()
    form = page.frame_locator("dialog iframe")
    await form.get_by_label("Workflow URL").fill(url)
    await form.get_by_role("button", name="Send a test card").click()
    await expect(form.get_by_text("The workflow took the card.")).to_be_visible()
    await form.get_by_role("radio", name="GitHub").check()
    await form.get_by_label("Name of the endpoint").fill("Harbour")
    await form.get_by_role("button", name="Create endpoint").click()
    save = page.get_by_role("dialog").get_by_role("button", name="Save")
    await expect(save).to_be_enabled()
    await save.click()

    await page.get_by_role("button", name="Open", exact=True).click()
    await expect(form.get_by_role("article", name="Harbour")).to_contain_text("Ready")
    await expect(page.locator("#dialog-act")).to_be_hidden()
    await page.get_by_role("button", name="Close", exact=True).last.click()

    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(form.get_by_text("this subscription is removed")).to_be_visible()
    await page.locator("#dialog-act").click()
    await expect(page.get_by_text("Nothing posts to this channel yet.")).to_be_visible()
    assert (await user.well("GET", "/api/v1/subscriptions"))["items"] == []
