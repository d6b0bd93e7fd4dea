"""Takes the pictures of `docs/images/` in the sandbox: `python -m tests.sandbox.screenshots`, with Chromium installed.

Nothing that differs from run to run is in them: no secret, no address, no time. Only fonts make a difference.
"""

import asyncio
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import FrameLocator, Page, async_playwright

from tests.sandbox.conftest import User, running

IMAGES: Final = Path(__file__).parent.parent.parent / "docs/images"


async def take() -> None:
    """Go through what a subscriber does, and take a picture of each part."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as user, async_playwright() as playwright:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = await playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox"]
            )
            page = await browser.new_page(
                viewport={"width": 1000, "height": 900}, reduced_motion="reduce", locale="en-GB"
            )
            await tab(page, user)
            await buttons(page, user)
            await browser.close()


async def tab(page: Page, user: User) -> None:
    """The steps for a workflow, a form that is filled in, and the tab in its channel."""
    await page.goto(f"{user.origin}/#build")
    await page.locator("#open-connectors").click()
    await page.get_by_role("button", name="Add a tab").click()
    url = await page.get_by_label("URL of the workflow").input_value()
    form = page.frame_locator("dialog iframe")
    await form.get_by_label("Workflow URL").wait_for()
    await picture(page, "workflow")
    await form.get_by_label("Workflow URL").fill(url)
    await form.get_by_role("button", name="Send a test card").click()
    await form.get_by_text("The workflow took the card.").wait_for()
    await endpoint(form, "Launch pad")
    await form.get_by_role("heading", name="Events", exact=True).evaluate(
        "heading => heading.scrollIntoView()"
    )
    await picture(page, "events")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Open", exact=True).click()
    await form.get_by_role("article", name="Launch pad").screenshot(path=IMAGES / "tab.png")
    await page.goto("about:blank")


async def buttons(page: Page, user: User) -> None:
    """A card with buttons, one of them pressed."""
    await page.set_viewport_size({"width": 1280, "height": 1200})
    await page.goto(f"{user.origin}/#general")
    await page.locator("#open-connectors").click()
    await page.locator("dialog").get_by_role("button", name="Add", exact=True).click()
    await endpoint(page.frame_locator("dialog iframe"), "Launch pad issues")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await page.locator("dialog .connector").first.wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_label("Endpoint").select_option(label="Launch pad issues (GitHub)")
    await page.get_by_label("Sample webhook").select_option("issues__opened")
    await page.locator("#send").click()
    await page.get_by_role("button", name="Comment").click()
    await page.get_by_role("form", name="Comment").get_by_label("Comment").fill("I look into it.")
    card = page.locator(".post[data-format=MessageCard] .card")
    await card.screenshot(path=IMAGES / "buttons.png")


async def endpoint(form: FrameLocator, name: str) -> None:
    """Make an endpoint of GitHub's."""
    await form.get_by_role("radio", name="GitHub").check()
    await form.get_by_label("Name of the endpoint").fill(name)
    await form.get_by_role("button", name="Create endpoint").click()
    await form.get_by_text(re.compile("Enter this in the system")).wait_for()


async def picture(page: Page, name: str) -> None:
    """What the bridge's page shows within Teams' dialog."""
    await page.locator("dialog iframe").screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(take())
