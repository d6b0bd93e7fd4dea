"""Endpoints on the page: made, revealed, copied, and watched for what arrives."""

import pytest
from playwright.async_api import expect

from bridge.models import Page
from bridge.services.access import OPERATOR
from tests.page.conftest import Teams


async def test_a_new_endpoint_shows_what_to_enter_and_copies_it(teams: Teams) -> None:
    await teams.open()
    await teams.new_endpoint()
    form = teams.form
    (made,) = (await teams.served.bridge.services.endpoints.list(OPERATOR, Page())).items
    assert made.draft
    assert made.name == "Our shop"
    secret = made.secrets[0].value.get_secret_value()
    url = f"{teams.served.origin}/hooks/{made.id}"
    await expect(form.get_by_role("textbox", name="URL")).to_have_value(url)
    await expect(form.get_by_role("textbox", name="Secret")).to_have_value(secret)
    await expect(form.get_by_role("listitem").filter(has_text="Open the shop")).to_be_visible()

    for button, value in (("Copy URL", url), ("Copy Secret", secret)):
        await form.get_by_role("button", name=button).click()
        await expect(form.get_by_role("button", name=button)).to_have_text("Copied")
        await expect(form.locator("#announcer")).to_have_text(
            f"{button.removeprefix('Copy ')} copied."
        )
        assert await teams.page.evaluate("navigator.clipboard.readText()") == value


async def test_where_teams_lends_no_clipboard_it_is_copied_the_old_way(teams: Teams) -> None:
    await teams.page.add_init_script("delete Navigator.prototype.clipboard")
    await teams.open()
    await teams.new_endpoint()
    button = teams.form.get_by_role("button", name="Copy Secret")
    await button.click()
    await expect(button).to_have_text("Copied")


async def test_a_name_is_needed(teams: Teams) -> None:
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Orders").check()
    name = form.get_by_label("Name of the endpoint")
    for given, said in (("", "Give it a name"), ("n" * 101, "101 characters are too many")):
        await name.fill(given)
        await form.get_by_role("button", name="Create endpoint").click()
        await expect(name).to_have_attribute("aria-invalid", "true")
        await expect(form.locator("#endpoint")).to_contain_text(said)
        await expect(name).to_be_focused()
    assert (await teams.served.bridge.services.endpoints.list(OPERATOR, Page())).items == ()


async def test_a_system_that_cannot_sign_gets_a_secret_url_and_a_warning(teams: Teams) -> None:
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Orders").check()
    await form.get_by_label("Name of the endpoint").fill("Old shop")
    await form.get_by_text("The system cannot sign its webhooks?").click()
    await form.get_by_label("Let the URL itself be the secret").check()
    await form.get_by_label("Name of the endpoint").press("Enter")
    await expect(form.get_by_role("textbox", name="URL")).to_be_visible()
    (made,) = (await teams.served.bridge.services.endpoints.list(OPERATOR, Page())).items
    assert made.verification == "url"
    secret = made.secrets[0].value.get_secret_value()
    await expect(form.get_by_role("textbox", name="URL")).to_have_value(
        f"{teams.served.origin}/hooks/{made.id}.{secret}"
    )
    await expect(form.get_by_role("textbox", name="Secret")).to_have_count(0)
    await expect(form.get_by_text("Whoever learns this endpoint's URL")).to_be_visible()


async def test_an_existing_endpoint_shows_its_secret_when_asked(teams: Teams) -> None:
    endpoint = await teams.served.endpoint("Shop by the sea")
    secret = endpoint.secrets[0].value.get_secret_value()
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Orders").check()
    await form.get_by_label("Existing endpoint (1)").check()
    await teams.becomes(valid=False)
    await form.get_by_role("combobox", name="Endpoint", exact=True).select_option("Shop by the sea")
    await teams.becomes(valid=True)
    assert secret not in await teams.page.frames[1].content()
    await form.get_by_role("button", name="Show URL and secret").click()
    await expect(form.get_by_role("textbox", name="Secret")).to_have_value(secret)
    await expect(form.get_by_role("button", name="Copy URL")).to_be_focused()


async def test_waiting_becomes_the_first_event(teams: Teams) -> None:
    await teams.open()
    await teams.new_endpoint()
    await expect(teams.form.get_by_text("Waiting for your first webhook")).to_be_visible()
    (endpoint,) = (await teams.served.bridge.services.endpoints.list(OPERATOR, Page())).items
    assert await teams.served.webhook(endpoint) == 202
    arrival = teams.form.locator(".arrival[data-state=arrived]")
    await expect(arrival).to_contain_text("A webhook arrived at")
    await expect(arrival).to_contain_text("order.placed")


async def test_waiting_becomes_why_it_was_refused_and_then_the_event(teams: Teams) -> None:
    await teams.open()
    await teams.new_endpoint()
    (endpoint,) = (await teams.served.bridge.services.endpoints.list(OPERATOR, Page())).items
    assert await teams.served.webhook(endpoint, secret="a wrong one") == 401
    arrival = teams.form.locator(".arrival")
    await expect(arrival).to_contain_text("A webhook was refused at")
    await expect(arrival).to_contain_text(
        "The x-signature header does not match this endpoint's secret"
    )
    assert await teams.served.webhook(endpoint) == 202
    await expect(arrival).to_contain_text("order.placed")


async def test_an_event_that_cannot_be_read_says_why(teams: Teams) -> None:
    await teams.open()
    await teams.new_endpoint()
    (endpoint,) = (await teams.served.bridge.services.endpoints.list(OPERATOR, Page())).items
    assert await teams.served.webhook(endpoint, broken=True) == 202
    await expect(teams.form.locator(".arrival")).to_contain_text("The order is broken.")


@pytest.mark.parametrize("other", ["GitHub"])
async def test_another_source_begins_anew(teams: Teams, other: str) -> None:
    await teams.open()
    await teams.new_endpoint()
    await teams.becomes(valid=True)
    await teams.form.get_by_role("radio", name=other).check()
    await teams.becomes(valid=False)
    await expect(teams.form.get_by_label("Name of the endpoint")).to_be_visible()
    await teams.form.get_by_role("radio", name="Orders").check()
    await expect(teams.form.get_by_label("Existing endpoint (1)")).to_be_visible()
