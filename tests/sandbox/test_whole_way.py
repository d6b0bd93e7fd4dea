"""The whole way in the sandbox, with the real SDK: add, save, sample webhook, card, edit, remove, no card any more."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.browser import new_context
from tests.sandbox.conftest import User

CARDS = {"General": ".card", "Build": ".ac-adaptiveCard"}
"""How a card looks in a channel of each kind."""


@pytest.mark.parametrize("changing", [False, True])
@pytest.mark.parametrize("channel", CARDS)
async def test_from_adding_to_removing(
    browser: Browser, teams_sdk: Path, user: User, channel: str, changing: bool
) -> None:
    await user.well("PUT", "/teams/switches", {"changing_urls": changing})
    page = await (await new_context(browser, (1280, 800))).new_page()
    await page.goto(f"{user.origin}/#{channel.lower()}")
    await expect(page.locator("#channel-name")).to_have_text(channel)

    await _add(page)
    await _send_and_see(page, channel, cards=1, connector="Our repository")
    await _edit(page)
    await _send_and_see(page, channel, cards=2, connector="Renamed")
    await _remove(page)

    assert (await user.well("GET", "/api/v1/subscriptions"))["items"] == []
    await page.get_by_role("button", name="Send a sample webhook").last.click()
    await expect(page.locator(".happening").first).to_contain_text("No card: nothing is subscribed")
    await expect(page.locator(".post")).to_have_count(2)


async def _open(page: Page, button: str) -> FrameLocator:
    await page.locator("#open-connectors").click()
    await page.locator("dialog").get_by_role("button", name=button, exact=True).click()
    return page.frame_locator("dialog iframe")


async def _add(page: Page) -> None:
    frame = await _open(page, "Add")
    save = page.get_by_role("button", name="Save", exact=True)
    await frame.get_by_role("radio", name="GitHub").check()
    await frame.get_by_label("Name of the endpoint").fill("Our repository")
    await expect(save).to_be_disabled()
    await frame.get_by_role("button", name="Create endpoint").click()
    await save.click()
    await expect(page.locator("dialog .connector").first).to_contain_text("Our repository")
    await page.get_by_role("button", name="Close").click()


async def _send_and_see(page: Page, channel: str, *, cards: int, connector: str) -> None:
    await page.locator("#send").click()
    posts = page.locator(".post[data-format]")
    await expect(posts).to_have_count(cards)
    await expect(posts.last.locator(CARDS[channel])).to_contain_text("pushed")
    await expect(posts.last.locator(".post-head strong")).to_have_text(connector)
    await expect(page.locator(".happening").first).to_contain_text(f"Card in {channel}")


async def _edit(page: Page) -> None:
    frame = await _open(page, "Configure")
    save = page.get_by_role("button", name="Save", exact=True)
    name = frame.get_by_role("textbox", name="Name", exact=True)
    await expect(frame.get_by_role("radio", name="GitHub")).to_be_checked()
    await expect(name).to_have_value("Our repository")
    await expect(save).to_be_disabled()
    await name.fill("Renamed")
    await save.click()
    await expect(page.locator("dialog .connector").first).to_contain_text("Renamed")
    await page.get_by_role("button", name="Close").click()


async def _remove(page: Page) -> None:
    await _open(page, "Remove")
    await page.locator("#dialog-act").click()
    await expect(page.get_by_text("Nothing posts to this channel yet.")).to_be_visible()
    await page.get_by_role("button", name="Close").click()


async def test_an_administrator_turns_connectors_off(
    browser: Browser, teams_sdk: Path, user: User
) -> None:
    page = await (await new_context(browser, (1280, 800))).new_page()
    await page.goto(f"{user.origin}/#general")
    await _add(page)
    await page.get_by_text("More switches").click()
    off = page.get_by_label("An administrator turned connectors off")
    async with page.expect_response("**/administration/tenants/*"):
        await off.check()
    await page.locator("#send").click()
    await expect(page.locator(".happening").first).to_contain_text("turned off for this tenant")
    frame = await _open(page, "Add")
    await expect(frame.get_by_text("Nothing can be set up here.")).to_be_visible()
    await expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    await page.get_by_role("button", name="Close").click()
    async with page.expect_response("**/administration/tenants/*"):
        await off.uncheck()
    await expect(page.locator(".post")).to_have_count(0)
    await _send_and_see(page, "General", cards=1, connector="Our repository")
