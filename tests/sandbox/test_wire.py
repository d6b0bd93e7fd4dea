"""The host page's half of the wire protocol, spoken to by the real SDK on a page of the test's own."""

from pathlib import Path
from typing import Any

from playwright.async_api import Browser, FrameLocator, Page, Route, expect

from tests.browser import in_shared_loop, new_context
from tests.sandbox.conftest import User

PAGE = """<!doctype html><html lang="en"><body>
<script src="/teams/libraries/teams-js.js"></script>
<script>
const { app, pages } = microsoftTeams;
window.heard = [];
window.ready = (async () => {
  await app.initialize();
  app.registerOnThemeChangeHandler((name) => heard.push(["theme", name]));
  pages.config.registerOnSaveHandler(async (event) => {
    heard.push(["save", event.result.webhookUrl]);
    try {
      await window.onSave();
      heard.push(["config", await pages.getConfig()]);
      event.notifySuccess();
    } catch (error) {
      event.notifyFailure(error.message);
    }
  });
  pages.config.registerOnRemoveHandler((event) => {
    heard.push(["remove"]);
    window.onRemove ? event.notifyFailure(window.onRemove) : event.notifySuccess();
  });
  document.body.append("initialised");
})();
</script></body></html>"""


@in_shared_loop
async def page(browser: Browser, teams_sdk: Path, user: User) -> Page:
    context = await new_context(browser, (1280, 800))

    async def own(route: Route) -> None:
        await route.fulfill(body=PAGE, content_type="text/html")

    await context.route("**/connector/config**", own)
    page = await context.new_page()
    await page.goto(user.origin)
    await expect(page.locator("html[data-ready]")).to_be_attached()
    return page


async def _add(page: Page) -> FrameLocator:
    await page.get_by_role("button", name="Connectors", exact=False).last.click()
    await page.get_by_role("button", name="Add", exact=True).click()
    return await _frame(page)


async def _frame(page: Page) -> FrameLocator:
    frame = page.frame_locator("dialog iframe")
    await expect(frame.get_by_text("initialised")).to_be_visible()
    return frame


async def _run(frame: FrameLocator, script: str) -> Any:
    return await frame.locator("body").evaluate(f"async () => {{ {script} }}")


SET = """await pages.config.setConfig({
  entityId: "sub_1", configName: "Octo", contentUrl: location.origin + "/connector/config?subscription=sub_1",
});"""


async def test_initialise_context_and_an_empty_configuration(page: Page) -> None:
    frame = await _add(page)
    context = await _run(frame, "return await app.getContext()")
    assert context["app"]["theme"] == "default"
    assert context["channel"]["displayName"] == "General"
    assert context["page"]["frameContext"] == "settings"
    config = await _run(frame, "return await pages.getConfig()")
    assert "entityId" not in config
    assert "/IncomingWebhook/" in config["webhookUrl"]
    assert config["appType"] == "teams"


async def test_save_follows_validity_and_keeps_what_was_set(page: Page, user: User) -> None:
    frame = await _add(page)
    save = page.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await _run(frame, "pages.config.setValidityState(true)")
    await expect(save).to_be_enabled()
    await _run(frame, "pages.config.setValidityState(false)")
    await expect(save).to_be_disabled()
    await _run(
        frame, f"window.onSave = async () => {{ {SET} }}; pages.config.setValidityState(true)"
    )
    await save.click()
    await expect(page.get_by_role("button", name="Configure")).to_be_visible()
    (connector,) = (await user.well("GET", "/teams/state"))["connectors"]
    assert (connector["name"], connector["saved"], connector["subscription"]) == (
        "Octo",
        True,
        "sub_1",
    )

    await page.get_by_role("button", name="Configure").click()
    frame = await _frame(page)
    assert await _run(frame, "return location.search") == "?subscription=sub_1"
    config = await _run(frame, "return await pages.getConfig()")
    assert (config["entityId"], config["configName"]) == ("sub_1", "Octo")


async def test_a_failed_save_is_shown_and_undone(page: Page, user: User) -> None:
    frame = await _add(page)
    script = f"""window.onSave = async () => {{ {SET} throw new Error("The disk is full."); }};
    pages.config.setValidityState(true)"""
    await _run(frame, script)
    await page.get_by_role("button", name="Save").click()
    await expect(
        page.get_by_role("alert").filter(has_text="Not saved: The disk is full.")
    ).to_be_visible()
    await expect(page.get_by_role("button", name="Save")).to_be_enabled()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("Nothing posts to this channel yet.")).to_be_visible()
    assert (await user.well("GET", "/teams/state"))["connectors"] == []


async def test_settings_that_teams_refuses_reject_set_config(page: Page) -> None:
    frame = await _add(page)
    refused = """try {
      await pages.config.setConfig({ entityId: "x", contentUrl: "https://evil.example/" });
    } catch (error) { return error.message; }"""
    assert "validDomains" in await _run(frame, refused)


async def test_the_webhook_url_can_change_on_save(page: Page, user: User) -> None:
    await user.well("PUT", "/teams/switches", {"changing_urls": True})
    frame = await _add(page)
    await _run(
        frame, f"window.onSave = async () => {{ {SET} }}; pages.config.setValidityState(true)"
    )
    await _run(frame, "window.top.heard = window.heard;")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Configure")).to_be_visible()
    heard = dict(await page.evaluate("() => window.heard"))
    assert heard["save"] != heard["config"]["webhookUrl"]


async def test_the_theme_is_told(page: Page) -> None:
    frame = await _add(page)
    for name in ("dark", "contrast", "default"):
        await page.evaluate(
            """(name) => {
              const select = document.querySelector("#theme");
              select.value = name;
              select.dispatchEvent(new Event("change"));
            }""",
            name,
        )
        await expect(page.locator(f"html[data-theme={name}]")).to_be_attached()
    await frame.locator("body").evaluate(
        "() => new Promise((done) => { const look = () => heard.length === 3 ? done() : setTimeout(look, 10); look(); })"
    )
    assert await _run(frame, "return heard") == [
        ["theme", "dark"],
        ["theme", "contrast"],
        ["theme", "default"],
    ]


async def test_remove_asks_the_page_first(page: Page, user: User) -> None:
    await user.connector("general", "sub_1")
    await page.reload()
    await page.locator("#open-connectors").click()
    await page.get_by_role("button", name="Remove").click()
    frame = await _frame(page)
    await _run(frame, 'window.onRemove = "The bridge is away."')
    remove = page.locator("#dialog-act")
    await remove.click()
    await expect(page.get_by_text("Not removed: The bridge is away.")).to_be_visible()
    await _run(frame, "window.onRemove = null")
    await remove.click()
    await expect(page.get_by_text("Nothing posts to this channel yet.")).to_be_visible()
    assert (await user.well("GET", "/teams/state"))["connectors"] == []


async def test_only_the_frame_itself_is_answered(page: Page) -> None:
    frame = await _add(page)
    await _run(
        frame,
        """const inner = document.createElement("iframe");
        inner.srcdoc = `<script>
          onmessage = (event) => { parent.document.title = "answered"; };
          top.postMessage({ id: 1, func: "getContext", args: [] }, "*");
          top.postMessage({ id: 2, func: "settings.setValidityState", args: [true] }, "*");
        <\\/script>`;
        document.body.append(inner);
        await new Promise((done) => { inner.onload = done; });""",
    )
    await page.evaluate(
        """() => new Promise((done) => {
          window.postMessage({ id: 3, func: "settings.setValidityState", args: [true] }, "*");
          window.addEventListener("message", () => done(), { once: true });
        })"""
    )
    context = await _run(frame, "return await app.getContext()")
    assert context["channel"]["displayName"] == "General"
    await expect(page.get_by_role("button", name="Save")).to_be_disabled()
    assert await _run(frame, "return document.title") == ""


async def test_escape_closes_the_dialog_and_forgets_the_connector(page: Page, user: User) -> None:
    await _add(page)
    await page.get_by_role("button", name="Cancel").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).not_to_be_visible()
    await expect(page.locator("#open-connectors")).to_be_focused()
    assert (await user.well("GET", "/teams/state"))["connectors"] == []
