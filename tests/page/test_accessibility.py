"""The page for everybody: what axe-core finds, narrow and from right to left, by keys alone, under a strict policy."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Frame, Locator, Page, expect

from tests.browser import NODE_MODULES, WIDE, in_shared_loop
from tests.issuer import CLIENT, TENANT, Issuer, an_issuer
from tests.page import states
from tests.page.conftest import Served, Teams, opened, running

State = Callable[[Teams], Awaitable[None]]

AXE = NODE_MODULES / "axe-core/axe.min.js"
MEASURES = Path(__file__).parent / "measures.js"
PHONE = 320
STEADY = 0.1
"""How much of a page may move while it loads, as Chromium reckons: more is not good."""
FRAMERS = (
    "teams.microsoft.com",
    "*.cloud.microsoft",
    "outlook.office.com",
    "outlook.office365.com",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that a theme can break."""

LOOK = """async ({ only }) => {
  const { violations } = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}"""

WATCH = """
globalThis.watched = { shift: 0, violations: [] };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) watched.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", ({ violatedDirective }) => watched.violations.push(violatedDirective));
"""

FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "The focus is lost.";
  const marked = [one, one.closest(".choice"), one.closest(".chips")].some((box) => {
    const { outlineStyle, outlineWidth } = box ? getComputedStyle(box) : {};
    return box && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  const { top, bottom } = one.getBoundingClientRect();
  return marked && bottom > 0 && top < innerHeight ? "" : `Nobody sees the focus at ${one.outerHTML}`;
}"""


async def is_for_everybody(page: Page, frame: Frame) -> list[str]:
    """What is wrong with what is shown, in all themes, and on a phone from left to right and from right to left."""
    await frame.evaluate(f"{AXE.read_text()};0")
    found: list[str] = await frame.evaluate(LOOK, {"only": RULES})
    for theme in ("dark", "contrast"):
        await frame.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        colours = await frame.evaluate(LOOK, {"only": COLOURS})
        found += [f"{theme}: {fault}" for fault in colours]
    await page.set_viewport_size({"width": PHONE, "height": WIDE[1]})
    for direction in ("ltr", "rtl"):
        await frame.evaluate("way => (document.documentElement.dir = way)", direction)
        measured = await frame.evaluate(MEASURES.read_text())
        found += [f"{PHONE} px, {direction}: {fault}" for fault in measured]
    await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    return found


@pytest.mark.parametrize(
    "shown",
    [
        (states.faulty, states.refused, states.filled),
        (states.disabled, states.silent),
        (states.tab_setup, states.board),
        (states.board_form, states.tab_end),
    ],
    ids=lambda shown: "-".join(state.__name__ for state in shown),
)
async def test_the_page_is_for_everybody(
    browser: Browser, served: Served, shown: tuple[State, ...]
) -> None:
    for state in shown:
        async with opened(browser, served) as teams:
            await state(teams)
            assert await is_for_everybody(teams.page, teams.page.frames[1]) == [], state.__name__
            teams.faults.clear()


@in_shared_loop
async def closed(tmp_path: Path, teams_sdk: Path) -> AsyncIterator[tuple[Served, Issuer]]:
    """A bridge on which people have to sign in."""
    async with (
        an_issuer() as issuer,
        running(
            tmp_path,
            teams_sdk,
            open_to_all=False,
            entra_client_id=CLIENT,
            entra_tenants=(TENANT,),
            entra_authority=issuer.url,
        ) as served,
    ):
        yield served, issuer


async def test_signing_in_is_for_everybody(browser: Browser, closed: tuple[Served, Issuer]) -> None:
    served, issuer = closed
    async with opened(browser, served) as teams:
        await teams.open(ready=False)
        await teams.form.get_by_role("button", name="Continue").click()
        await expect(teams.form.get_by_text("Paste the token here.")).to_be_visible()
        assert await is_for_everybody(teams.page, teams.page.frames[1]) == []

        # The end of it, in a plain browser: for the operator, and for whom Entra did not let in.
        await teams.page.route("**/teams-sdk.js", lambda route: route.abort())
        issuer.person = {"roles": ["Bridge.Operator"]}
        await teams.page.goto(f"{served.origin}/auth/start")
        await expect(teams.page.get_by_label("Token")).to_be_visible()
        assert await is_for_everybody(teams.page, teams.page.main_frame) == []
        issuer.refuses = "access_denied"
        await teams.page.goto(f"{served.origin}/auth/start")
        await expect(teams.page.get_by_role("alert")).to_be_visible()
        assert await is_for_everybody(teams.page, teams.page.main_frame) == []
        teams.faults.clear()


class Keys:
    """The form by keys alone: after each one, somebody sees where the focus is."""

    def __init__(self, teams: Teams) -> None:
        self.teams = teams
        self.frame = teams.page.frames[1]

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.teams.page.keyboard.press(key)
            assert await self.frame.evaluate(FOCUSED) == ""

    async def tab_to(self, wanted: Locator) -> None:
        for _ in range(60):
            await self.press("Tab")
            if await wanted.evaluate("one => one === document.activeElement"):
                return
        pytest.fail(f"The Tab key does not lead to {wanted}.")

    async def type(self, text: str) -> None:
        await self.teams.page.keyboard.type(text)


async def test_a_subscription_is_made_by_keys_alone(teams: Teams) -> None:
    await teams.open()
    form, keys = teams.form, Keys(teams)
    status, announcer = form.locator(".form-status"), form.locator("#announcer")
    for said in (status, announcer):
        await expect(said).to_have_attribute("role", "status")
    orders = form.get_by_role("radio", name="Orders")
    await keys.press("Tab")
    while not await orders.is_checked():
        await keys.press("ArrowUp")
    await keys.tab_to(form.get_by_label("Name of the endpoint"))
    await keys.type("Our shop")
    await keys.press("Enter")
    await expect(form.get_by_role("button", name="Copy URL")).to_be_focused()

    await keys.tab_to(form.get_by_label("Search event types"))
    await keys.type("paid")
    await expect(announcer).to_have_text("1 event type found.")
    await keys.tab_to(form.get_by_role("checkbox", name="Order", exact=True))
    await keys.frame.evaluate("document.documentElement.dir = 'rtl'")
    await keys.press("ArrowLeft", "Space")  # from right to left, it leads into the group
    await keys.frame.evaluate("document.documentElement.dir = 'ltr'")
    await expect(form.get_by_role("checkbox", name="An order is paid")).to_be_checked()

    await keys.tab_to(form.get_by_role("button", name="Add a filter", exact=True))
    await keys.press("Enter")
    await expect(form.get_by_label("Attribute", exact=True)).to_be_focused()
    await keys.tab_to(form.get_by_label("Values"))
    await keys.type("south")
    await keys.press("Enter", "Backspace")
    await expect(announcer).to_have_text("south removed.")
    await keys.type("north")
    await keys.press("Enter")
    await keys.tab_to(form.get_by_role("button", name="Add a filter", exact=True))
    await keys.press("Enter", "Shift+Tab", "Shift+Tab")
    await keys.tab_to(form.get_by_role("button", name="Remove this filter").nth(1))
    await keys.press("Enter")
    await expect(announcer).to_have_text("Filter removed.")
    await expect(form.get_by_label("Attribute", exact=True)).to_be_focused()

    name = form.get_by_label("Name", exact=True)
    await keys.tab_to(name)
    await keys.press("Control+a", "Delete")
    await expect(status).to_have_text("Still needed: a name.")
    await keys.type("Paid in the north")
    await expect(status).to_have_text("All set: press Save.")
    assert await teams.save() == ("success", None)
    await expect(form.locator("#notices[aria-live]")).to_have_text("Saved.")
    saved = await teams.served.subscription()
    assert saved.name == "Paid in the north"
    assert "order.paid" in saved.events or "order" in saved.events
    assert saved.filters == {"all": [{"attribute": "shop", "any_of": ["north"]}]}


async def test_nothing_jumps_and_the_policy_is_kept_without_a_cookie(
    browser: Browser, served: Served
) -> None:
    async with opened(browser, served) as teams:
        await teams.page.add_init_script(WATCH)
        await states.loaded(teams)
        frame = teams.page.frames[1]
        assert await frame.evaluate("watched.shift") < STEADY
        await teams.form.get_by_label("Name", exact=True).fill("Renamed")
        assert await teams.save() == ("success", None)
        assert await frame.evaluate("watched.violations") == []
        assert await teams.page.context.cookies() == []
    async with served.session.get(f"{served.origin}/connector/config") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
    assert {f"https://{host}" for host in FRAMERS} <= set(
        policy.partition("frame-ancestors")[2].split()
    )
    assert "'unsafe-" not in policy
