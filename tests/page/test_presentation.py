"""How cards look, chosen on the page, with a preview of a sample or of what came."""

from typing import Any

from playwright.async_api import FrameLocator, Locator, expect

from tests.page.conftest import Teams

OWN = '{% extends "card.j2" %}\n{% block title %}Own: {{ shop }}{% endblock %}'


async def opened(teams: Teams) -> FrameLocator:
    await teams.open()
    await teams.new_endpoint()
    return teams.form


async def unfold(form: FrameLocator, title: str) -> None:
    await form.get_by_text(title).click()


def card(form: FrameLocator) -> Locator:
    return form.locator(".preview-card .card")


async def saved(teams: Teams) -> Any:
    assert await teams.save() == ("success", None)
    return (await teams.served.subscription()).presentation


async def test_looks_are_chosen_and_the_preview_shows_them(teams: Teams) -> None:
    form = await opened(teams)
    await expect(card(form)).to_contain_text("Total")
    await form.get_by_role("radio", name="Compact").check()
    await expect(card(form).locator(".card-author")).to_contain_text("Shop: north")
    await form.get_by_label("Colour").select_option("Green")
    await expect(form.locator(".preview-card .card-good")).to_be_visible()

    await unfold(form, "Facts, text and times")
    await form.get_by_label("Facts", exact=True).select_option("Only these")
    await expect(form.get_by_text("Still needed: the names of facts.")).to_be_visible()
    names = form.get_by_role("combobox", name="Names of the facts")
    await expect(form.locator("datalist option[value='Total']")).to_be_attached()
    await names.fill("Total,")
    await expect(card(form).locator(".card-author")).to_have_text("Total: 12")
    await form.get_by_label("Text", exact=True).select_option("At most 120 characters")
    zone = form.get_by_role("combobox", name="Time zone")
    await zone.fill("Berlin")
    await expect(zone).to_have_accessible_description(
        "Times on cards are told in it. Without one, they are in UTC. There is no such time zone. Did you mean "
        "Europe/Berlin?"
    )
    await teams.becomes(valid=False)
    await zone.fill("Europe/Berlin")
    await teams.becomes(valid=True)
    assert await saved(teams) == {
        "style": "compact",
        "accent": "good",
        "facts": ["Total"],
        "text": 120,
        "time_zone": "Europe/Berlin",
    }


async def test_a_template_of_one_s_own_is_tried_as_it_is_written(teams: Teams) -> None:
    form = await opened(teams)
    await unfold(form, "Your own template")
    await form.get_by_role("button", name="Begin with an example").click()
    await expect(card(form)).to_contain_text("Ada: order.placed")
    area = form.get_by_role("textbox", name="Template")
    await area.fill(OWN.replace("shop", "shop.__class__"))
    await expect(area).to_have_attribute("aria-invalid", "true")
    await expect(form.locator(".template .fault:not([hidden])")).to_contain_text(
        "Line 2: `__class__`"
    )
    await expect(form.get_by_text("Still needed: a template without faults.")).to_be_visible()
    await area.fill(OWN)
    await expect(card(form)).to_contain_text("Own: north")
    await teams.becomes(valid=True)

    await form.get_by_label("Template for").select_option("Refund")
    await expect(area).to_have_value("")
    await area.fill(OWN.replace("Own", "Back"))
    assert await saved(teams) == {"template": {"refund": OWN.replace("Own", "Back"), "*": OWN}}


async def test_a_webhook_that_came_can_be_looked_at(teams: Teams) -> None:
    mine, other = await teams.served.endpoint(), await teams.served.endpoint("Other")
    assert await teams.served.webhook(mine, shop="at the harbour") == 202
    assert await teams.served.webhook(other, shop="elsewhere") == 202
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Orders").check()
    await form.get_by_label("Existing endpoint").check()
    await form.get_by_role("combobox", name="Endpoint", exact=True).select_option("Our shop")
    received = form.locator("optgroup[label='Last received'] option")
    await expect(received).to_have_count(1)
    await expect(received).to_contain_text("Orders: order.placed")
    await form.get_by_label("Sample").select_option(str(await received.get_attribute("value")))
    await expect(card(form)).to_contain_text("at the harbour")
    await unfold(form, "Your own template")
    await unfold(form, "What this event has to show")
    await expect(form.locator(".values")).to_contain_text("at the harbour")
    await form.get_by_role("textbox", name="Template").fill(
        '{% extends "card.j2" %}{% block title %}'
    )
    await form.get_by_role("button", name="shop", exact=True).click()
    await form.get_by_role("textbox", name="Template").press_sequentially("{% endblock %}")
    await expect(card(form).locator(".card-title")).to_have_text("at the harbour")


async def test_looks_are_filled_in_and_kept_as_they_are(teams: Teams) -> None:
    endpoint = await teams.served.endpoint()
    wanted = {
        "style": "compact",
        "accent": "warning",
        "facts": {"except": ["Total", "Actor"]},
        "text": 77,
        "time_zone": "Asia/Tokyo",
        "template": {"order.placed": OWN, "*": OWN.replace("Own", "Any")},
    }
    subscription = await teams.served.subscribe(endpoint, presentation=wanted)
    await teams.open(subscription=subscription.id)
    form = teams.form
    await expect(form.get_by_role("radio", name="Compact")).to_be_checked()
    await expect(form.get_by_label("Facts", exact=True)).to_have_value("except")
    await expect(form.get_by_role("button", name="Remove Total")).to_be_visible()
    await expect(form.get_by_label("Text", exact=True)).to_have_value("77")
    await expect(card(form)).to_contain_text("Own: north")
    assert await teams.validity() == []
    await form.get_by_label("Name", exact=True).fill("Renamed")
    assert await saved(teams) == wanted
