"""What somebody sees in the simulated Teams: cards as they arrive, the guide, themes, faults."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Response, Route, expect

from tests.browser import in_shared_loop, new_context
from tests.sandbox.conftest import User, running
from tests.sandbox.test_receivers import ADAPTIVE, MESSAGE_CARD

HOSTILE = "<img src=x onerror='document.title=1'><script>document.title=1</script>[x](javascript:document.title=1)"


async def _open(browser: Browser, user: User, size: tuple[int, int] = (1280, 800)) -> Page:
    page = await (await new_context(browser, size)).new_page()
    await page.goto(user.origin)
    await expect(page.locator("html[data-ready]")).to_be_attached()
    return page


async def _post(user: User, connector: dict[str, Any], card: dict[str, Any]) -> None:
    async with user.http.post(connector["webhookUrl"], json=card) as answer:
        assert answer.status < 300


def _text_card(text: str) -> dict[str, Any]:
    (attachment,) = ADAPTIVE["attachments"]
    body = [{"type": "TextBlock", "text": text, "wrap": True}]
    content = {**attachment["content"], "body": body}
    return {**ADAPTIVE, "attachments": [{**attachment, "content": content}]}


@in_shared_loop
async def bare(tmp_path: Path) -> AsyncIterator[User]:
    async with running(tmp_path, node_modules=None) as somebody:
        yield somebody


async def test_a_card_appears_as_it_arrives(browser: Browser, user: User) -> None:
    page = await _open(browser, user)
    await _post(user, await user.connector("general"), MESSAGE_CARD)
    await expect(page.locator(".post[data-format=MessageCard] .card strong")).to_have_text("#5")
    await _post(user, await user.connector("build"), ADAPTIVE)
    await expect(page.locator("a[href='#build'] .count")).to_have_text("1")
    await page.get_by_role("link", name="Build").click()
    await expect(page.locator("#channel-name")).to_have_text("Build")
    await expect(page.locator("a[href='#build'] .count")).to_have_count(0)


async def test_a_card_that_arrives_while_the_page_reads_its_state_stays(
    browser: Browser, user: User
) -> None:
    page = await _open(browser, user)
    connector = await user.connector("general")
    await expect(page.locator(".step.done")).to_have_count(2)

    async def answer_late(route: Route) -> None:
        before = await route.fetch()
        await page.unroute("**/teams/state")
        await _post(user, connector, MESSAGE_CARD)
        await expect(page.locator(".post")).to_have_count(1)
        await route.fulfill(response=before)

    await page.route("**/teams/state", answer_late)
    answers: list[str] = []

    def second(response: Response) -> bool:
        answers.extend([response.url] if response.url.endswith("/teams/state") else [])
        return len(answers) == 2

    async with page.expect_response(second):  # the late one, and the one after it
        await user.well("PUT", "/teams/switches", {"changing_urls": True})
    await expect(page.locator(".post")).to_have_count(1)


async def test_microsofts_renderer_shows_adaptive_cards(
    browser: Browser, teams_sdk: Path, user: User
) -> None:
    page = await _open(browser, user)
    await page.get_by_role("link", name="Build").click()
    await _post(
        user, await user.connector("build"), _text_card("**bold** [link](https://example.com/)")
    )
    card = page.locator(".ac-adaptiveCard")
    await expect(card.locator("strong")).to_have_text("bold")
    await expect(card.locator("a")).to_have_attribute("href", "https://example.com/")


async def test_without_npm_the_projects_own_html(browser: Browser, bare: User) -> None:
    page = await _open(browser, bare)
    await page.get_by_role("link", name="Build").click()
    await _post(bare, await bare.connector("build"), _text_card("**bold**"))
    await expect(page.locator(".ac-plain strong")).to_have_text("bold")
    await expect(page.locator(".ac-adaptiveCard")).to_have_count(0)


@pytest.mark.parametrize("npm", [True, False])
async def test_a_hostile_card_runs_nothing(
    browser: Browser, tmp_path: Path, npm: bool, request: pytest.FixtureRequest
) -> None:
    if npm:
        request.getfixturevalue("teams_sdk")
    node_modules = Path(__file__).parents[2] / "node_modules" if npm else None
    async with running(tmp_path, node_modules=node_modules) as user:
        page = await _open(browser, user)
        title = await page.title()
        await _post(user, await user.connector("general"), {**MESSAGE_CARD, "text": HOSTILE})
        await expect(page.locator(".post")).to_have_count(1)
        await page.get_by_role("link", name="Build").click()
        await _post(user, await user.connector("build"), _text_card(HOSTILE))
        await expect(page.locator(".post[data-format=AdaptiveCard]")).to_have_count(1)
        assert await page.locator(".post script, .post img, .post a[href^=javascript]").count() == 0
        assert await page.title() == title
        await page.close()


async def test_the_guide_ticks_itself_off_and_goes_away(browser: Browser, user: User) -> None:
    page = await _open(browser, user)
    done = page.locator(".step.done")
    await expect(page.locator(".step.now")).to_contain_text("Open Connectors")
    await expect(done).to_have_count(0)
    connector = await user.connector("general")
    await expect(done).to_have_count(2)
    await _post(user, connector, MESSAGE_CARD)
    await expect(done).to_have_count(3)
    await page.get_by_role("button", name="Put this guide away").click()
    await page.reload()
    await expect(page.locator(".post")).to_have_count(1)
    await expect(page.locator("#guide")).to_have_count(0)


async def test_a_refused_card_is_explained_and_counted(browser: Browser, user: User) -> None:
    page = await _open(browser, user)
    connector = await user.connector("general")
    await page.get_by_label("This channel answers").select_option("503")
    await expect(page.locator("#fault-box.on")).to_be_visible()
    for _ in range(3):
        async with user.http.post(connector["webhookUrl"], json=MESSAGE_CARD) as answer:
            assert answer.status == 503
    await expect(page.locator(".post.note")).to_have_count(1)
    await expect(page.locator(".post.note")).to_contain_text("(3 times)")
    await page.reload()
    await expect(page.locator(".post.note")).to_contain_text("(3 times)")
    await page.get_by_role("button", name="Let all channels answer so").click()
    await expect(page.locator(".fault-mark")).to_have_count(4)
    await page.get_by_role("button", name="Clear").click()
    await expect(page.locator(".post")).to_have_count(0)


async def test_the_theme_is_remembered(browser: Browser, user: User) -> None:
    page = await _open(browser, user)
    await page.get_by_label("Theme").select_option("contrast")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "contrast")


@pytest.mark.parametrize("size", [(1280, 800), (900, 800), (420, 800)])
async def test_nothing_is_cut_off_sideways(
    browser: Browser, user: User, size: tuple[int, int]
) -> None:
    await _post(user, await user.connector("general"), {**MESSAGE_CARD, "text": "x" * 300})
    page = await _open(browser, user, size)
    await expect(page.locator(".post")).to_have_count(1)
    wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0
    feed = await page.evaluate(
        "(() => { const box = document.querySelector('#feed-box'); return box.scrollWidth - box.clientWidth; })()"
    )
    assert feed <= 0


async def test_a_click_before_the_page_knows_its_state_is_not_lost(
    browser: Browser, user: User
) -> None:
    page = await (await new_context(browser, (1280, 800))).new_page()
    told = asyncio.Event()

    async def late(route: Route) -> None:
        await told.wait()
        await route.continue_()

    await page.route("**/teams/state", late)
    await page.goto(user.origin)
    await page.locator("#open-connectors").click()
    told.set()
    await expect(page.get_by_role("heading", name="Connectors for")).to_be_visible()
