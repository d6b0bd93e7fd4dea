"""A card's buttons in the simulated Teams do what they say, all the way to the system and back."""

from typing import Any

from playwright.async_api import Browser, Page, expect
from pydantic import SecretStr

from bridge.app import Bridge
from bridge.services.access import OPERATOR
from bridge.services.subscriptions import WantedSubscription
from tests.browser import new_context
from tests.sandbox.conftest import User


async def a_card(browser: Browser, user: User) -> Page:
    """The card of a new issue, in a channel of MessageCards."""
    connector = await user.connector("general")
    bridge: Bridge = user.sandbox.app.state.bridge
    endpoint = await bridge.services.endpoints.create(OPERATOR, source="github", name="Ours")
    wanted = WantedSubscription(
        endpoint=endpoint.id, url=SecretStr(connector["webhookUrl"]), events=("*",)
    )
    await bridge.services.subscriptions.save(OPERATOR, wanted)
    page = await (await new_context(browser, (1280, 800))).new_page()
    await page.goto(user.origin)
    await user.well("POST", "/teams/samples", {"endpoint": endpoint.id, "sample": "issues__opened"})
    return page


async def test_buttons_post_and_a_card_changes(browser: Browser, user: User) -> None:
    page = await a_card(browser, user)
    await page.get_by_role("button", name="Comment").click()
    form = page.get_by_role("form", name="Comment")
    await expect(form.get_by_label("Comment")).to_be_focused()
    status = page.locator(".press-status")
    await form.get_by_role("button", name="Comment").click()
    await expect(status).to_have_text("Comment is missing.")
    await form.get_by_label("Comment").fill('He said "ship it"\nand left')
    await form.get_by_role("button", name="Comment").click()
    await expect(status).to_have_text("The comment is on GitHub.")

    await page.get_by_role("button", name="Close").click()
    await expect(page.locator(".post[data-format=MessageCard]")).to_contain_text("closed")
    await expect(page.get_by_role("button", name="Reopen")).to_be_enabled()


async def test_only_buttons_of_this_bridge_are_pressed(user: User) -> None:
    connector = await user.connector("general")
    card: dict[str, Any] = {
        "@type": "MessageCard",
        "@context": "https://schema.org/extensions",
        "summary": "Elsewhere",
        "title": "Elsewhere",
        "potentialAction": [
            {"@type": "HttpPOST", "name": "Go", "target": "http://127.0.0.1:9/x", "body": "{}"}
        ],
    }
    async with user.http.post(connector["webhookUrl"], json=card) as answer:
        assert answer.status == 200
    (post,) = await user.posts()
    for path, said in (([0], "only the buttons of its own bridge"), ([1], "no such button")):
        press = {"post": post["id"], "path": path, "inputs": {}}
        status, answered = await user.ask("POST", "/teams/press", press)
        assert status in {409, 422}
        assert said in answered["detail"]
