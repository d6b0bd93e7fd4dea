"""Systems that make the secret of their webhooks themselves, and those that have none, on the page."""

import json

from playwright.async_api import expect

from bridge.models import Page
from bridge.services.access import OPERATOR
from tests.page.conftest import Teams


async def test_a_secret_that_the_system_makes_is_entered_here(teams: Teams) -> None:
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Stripe").check()
    await form.get_by_label("Name of the endpoint").fill("Tickets")
    await form.get_by_role("button", name="Create endpoint").click()
    secret = form.get_by_label("Secret from Stripe")
    await expect(secret).to_be_visible()
    await expect(form.get_by_role("textbox", name="URL")).to_be_visible()
    await expect(form.get_by_text("Reveal the signing secret")).to_be_visible()
    await expect(form.get_by_role("button", name="Copy Secret")).to_have_count(0)
    save = form.get_by_role("button", name="Save secret")
    for given, said in (("", "Paste the secret that Stripe shows."), ("short", "At least")):
        await secret.fill(given)
        await save.click()
        await expect(form.locator("#endpoint")).to_contain_text(said)
        await expect(secret).to_be_focused()

    await secret.fill(" whsec_2xNfQmJbZyKqLwRtVcDs ")
    await secret.press("Enter")
    await expect(form.locator("#announcer")).to_contain_text("Saved.")
    await expect(secret).to_have_value("")
    (made,) = (await teams.served.bridge.services.endpoints.list(OPERATOR, Page())).items
    kept = teams.served.bridge.services.endpoints.secret(made)
    assert kept.value.get_secret_value() == "whsec_2xNfQmJbZyKqLwRtVcDs"
    assert await teams.served.webhook(made, kept.value.get_secret_value(), id="evt_1") == 202
    assert await teams.served.webhook(made, "whsec_another", id="evt_2") == 401


async def test_what_is_to_be_entered_as_it_is_is_selected_whole(teams: Teams) -> None:
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Datadog").check()
    await form.get_by_label("Name of the endpoint").fill("Monitors")
    await form.get_by_role("button", name="Create endpoint").click()
    payload = form.locator(".steps code").first
    await payload.click()
    selected = await payload.evaluate("() => getSelection().toString()")
    assert json.loads(selected)["alert"]["scope"] == "$ALERT_SCOPE"


async def test_a_system_that_has_no_secret_gets_a_secret_url(teams: Teams) -> None:
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Docker Hub").check()
    await expect(form.get_by_text("Docker Hub does not sign its webhooks, so")).to_be_visible()
    await expect(form.get_by_text("cannot sign its webhooks?")).to_have_count(0)
    await form.get_by_label("Name of the endpoint").fill("Images")
    await form.get_by_role("button", name="Create endpoint").click()
    await expect(form.get_by_role("textbox", name="URL")).to_be_visible()
    (made,) = (await teams.served.bridge.services.endpoints.list(OPERATOR, Page())).items
    assert made.verification == "url"
    await expect(form.get_by_role("textbox", name="URL")).to_have_value(
        teams.served.bridge.services.endpoints.url(made)
    )
