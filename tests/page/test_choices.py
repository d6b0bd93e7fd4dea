"""Events, filters and the preview that follows them."""

from typing import Any

import pytest
from playwright.async_api import FrameLocator, Locator, expect

from tests.page.conftest import Teams

PLACED = "An order is placed"


async def opened(teams: Teams) -> FrameLocator:
    await teams.open()
    await teams.new_endpoint()
    await teams.becomes(valid=True)
    return teams.form


def group(form: FrameLocator) -> Locator:
    return form.get_by_role("checkbox", name="Order", exact=True)


async def unfold(form: FrameLocator) -> None:
    await form.get_by_role("button", name="Show the event types of Order").click()


async def saved_events(teams: Teams) -> tuple[str, ...]:
    assert await teams.save() == ("success", None)
    return (await teams.served.subscription()).events


async def prefilled(teams: Teams, **wanted: Any) -> None:
    """The page opened to edit a subscription that wants this."""
    saved = await teams.served.subscribe(await teams.served.endpoint(), **wanted)
    await teams.open(subscription=saved.id, settings={"entityId": saved.id})


async def test_a_group_s_box_knows_three_states(teams: Teams) -> None:
    form = await opened(teams)
    await expect(group(form)).to_be_checked(indeterminate=True)
    await group(form).check()
    await unfold(form)
    await expect(form.get_by_role("checkbox", name=PLACED)).to_be_checked()
    await expect(form.get_by_role("checkbox", name="An order is paid")).to_be_checked()
    assert await saved_events(teams) == ("order",)


async def test_leaving_one_out_of_a_group_names_the_others(teams: Teams) -> None:
    form = await opened(teams)
    await group(form).check()
    await unfold(form)
    await form.get_by_role("checkbox", name="An order is paid").uncheck()
    await expect(group(form)).to_be_checked(indeterminate=True)
    await form.get_by_role("checkbox", name="Money goes back").check()
    assert await saved_events(teams) == ("order.placed", "refund")


async def test_all_events(teams: Teams) -> None:
    form = await opened(teams)
    await form.get_by_label("All events, and whatever is added later").check()
    await expect(group(form)).to_be_disabled()
    await expect(group(form)).to_be_checked()
    assert await saved_events(teams) == ("*",)


async def test_without_any_event_the_form_is_not_valid(teams: Teams) -> None:
    form = await opened(teams)
    await unfold(form)
    await form.get_by_role("checkbox", name=PLACED).uncheck()
    await teams.becomes(valid=False)
    await expect(form.get_by_text("Choose at least one event type.")).to_be_visible()
    await expect(form.get_by_text("Still needed: an event type.")).to_be_visible()
    await form.get_by_role("checkbox", name=PLACED).check()
    await teams.becomes(valid=True)


async def test_event_types_can_be_searched(teams: Teams) -> None:
    form = await opened(teams)
    search = form.get_by_role("searchbox", name="Search event types")
    said = len(await teams.said("settings.setValidityState"))
    await search.fill("paid")
    await expect(form.get_by_role("checkbox", name="An order is paid")).to_be_visible()
    await expect(form.get_by_role("checkbox", name=PLACED)).to_be_hidden()
    await expect(form.get_by_role("checkbox", name="Money goes back")).to_be_hidden()
    await search.fill("nothing of that kind")
    await expect(form.get_by_text("No event type has that in its name.")).to_be_visible()
    await search.fill("")
    await expect(form.get_by_role("checkbox", name="Money goes back")).to_be_visible()
    assert len(await teams.said("settings.setValidityState")) == said


async def test_all_that_a_search_found_can_be_chosen(teams: Teams) -> None:
    form = await opened(teams)
    await form.get_by_role("searchbox", name="Search event types").fill("order is")
    found = form.get_by_role("button", name="Choose the")
    await expect(found).to_be_hidden()  # but one of them is chosen
    await form.get_by_role("checkbox", name=PLACED).uncheck()
    await form.get_by_role("searchbox", name="Search event types").fill("order is ")
    await expect(found).to_have_text("Choose the 2 found")
    await found.click()
    await expect(form.get_by_role("searchbox")).to_be_focused()
    await form.get_by_label("Show only the 2 chosen").check()
    await form.get_by_role("searchbox").fill("")
    await expect(form.get_by_role("checkbox", name="Money goes back")).to_be_hidden()
    await expect(form.get_by_role("checkbox", name=PLACED)).to_be_visible()
    assert await saved_events(teams) == ("order",)


async def test_event_types_are_one_stop_in_which_the_arrow_keys_move(teams: Teams) -> None:
    form = await opened(teams)
    keys = teams.page.keyboard
    await form.get_by_role("searchbox", name="Search event types").focus()
    await keys.press("Tab")  # to what is chosen alone
    await keys.press("Tab")
    await expect(group(form)).to_be_focused()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        await keys.press(key)
    paid = form.get_by_role("checkbox", name="An order is paid")
    await expect(paid).to_be_focused()
    await keys.press("Space")
    await expect(paid).to_be_checked()
    await keys.press("ArrowLeft")
    await expect(group(form)).to_be_focused()
    await keys.press("ArrowLeft")
    await expect(paid).to_be_hidden()
    await keys.press("End")
    await expect(form.get_by_role("checkbox", name="Money goes back")).to_be_focused()
    await keys.press("Tab")
    await expect(form.get_by_label("Other event types")).to_be_focused()
    await keys.press("Shift+Tab")
    await expect(form.get_by_role("checkbox", name="Money goes back")).to_be_focused()


async def test_other_event_types_of_a_source_that_has_more_than_it_lists(teams: Teams) -> None:
    form = await opened(teams)
    others = form.get_by_label("Other event types")
    await others.fill("parcel.*")
    await others.press("Enter")
    await others.fill("parcel.lost, parcel.found")
    assert await saved_events(teams) == ("order.placed", "parcel.*", "parcel.lost", "parcel.found")


async def test_patterns_from_elsewhere_survive_an_edit(teams: Teams) -> None:
    await prefilled(teams, events=("order", "parcel.*", "refund"))
    form = teams.form
    await expect(group(form)).to_be_checked()
    await expect(form.get_by_text("parcel.*", exact=True)).to_be_visible()
    await form.get_by_label("Name", exact=True).fill("Renamed")
    assert await saved_events(teams) == ("order", "refund", "parcel.*")


async def test_filters_are_built_in_rows(teams: Teams) -> None:
    form = await opened(teams)
    await form.get_by_role("button", name="Add a filter").click()
    await teams.becomes(valid=False)
    await form.get_by_label("Attribute", exact=True).select_option("Shop")
    await form.get_by_label("Values").fill("north")
    await teams.becomes(valid=True)
    await form.get_by_label("Values").press("Enter")
    await form.get_by_label("Values").fill("so*")

    await form.get_by_role("button", name="Add a filter").click()
    second = form.get_by_role("group", name="Filter on").nth(1)
    await second.get_by_label("Attribute", exact=True).select_option("Total")
    await second.get_by_label("Condition").select_option("is not empty")
    await expect(second.get_by_label("Values")).to_be_hidden()
    await form.get_by_label("How filters are joined").select_option("any of these holds")

    assert await teams.save() == ("success", None)
    assert (await teams.served.subscription()).filters == {
        "any": [
            {"attribute": "shop", "any_of": ["north", "so*"]},
            {"attribute": "total", "empty": False},
        ]
    }


async def test_a_filter_without_a_value_is_said_beside_it(teams: Teams) -> None:
    form = await opened(teams)
    await form.get_by_role("button", name="Add a filter").click()
    values = form.get_by_label("Values")
    await values.focus()
    await form.get_by_label("Name", exact=True).focus()
    await expect(values).to_have_accessible_description(
        "Press Enter after each. * stands for anything. Give at least one value."
    )
    assert (await teams.validity())[-1] is False
    await form.get_by_role("button", name="Remove this filter").click()
    await teams.becomes(valid=True)


async def test_what_the_bridge_finds_wrong_with_a_filter_is_said_beside_it_before_saving(
    teams: Teams,
) -> None:
    form = await opened(teams)
    await form.get_by_role("button", name="Add a filter").click()
    await form.get_by_label("Values").fill("x")
    await form.get_by_label("Attribute", exact=True).select_option("Another attribute …")
    name = form.get_by_label("Name of the attribute")
    await name.fill("actor_is_bt")
    await expect(name).to_have_accessible_description(
        "Orders has no attribute actor_is_bt. Did you mean actor_is_bot?"
    )
    await teams.becomes(valid=False)
    await name.fill("actor_is_bot")
    await expect(name).to_have_accessible_description("")
    await teams.becomes(valid=True)

    await form.get_by_label("Values").fill("x" * 301)
    await expect(form.get_by_label("Values")).to_have_accessible_description(
        "Press Enter after each. * stands for anything. A pattern has at most 300 characters."
    )
    await teams.becomes(valid=False)


async def test_filters_are_filled_in(teams: Teams) -> None:
    await prefilled(
        teams,
        filters={
            "all": [
                {"attribute": "shop", "any_of": ["north"], "none_of": ["n*st"]},
                {"attribute": "colour", "empty": True},
            ]
        },
    )
    rows = teams.form.get_by_role("group", name="Filter on")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(0)).to_contain_text("north")
    await expect(rows.nth(1).get_by_label("Condition")).to_have_value("none_of")
    await expect(rows.nth(2).get_by_label("Attribute", exact=True)).to_have_value("colour")
    await expect(rows.nth(2).get_by_label("Condition")).to_have_value("empty")
    assert await teams.validity() == []


async def test_values_that_were_seen_are_suggested(teams: Teams) -> None:
    endpoint = await teams.served.endpoint()
    assert await teams.served.webhook(endpoint, shop="at the harbour") == 202
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Orders").check()
    await form.get_by_label("Existing endpoint").check()
    await form.get_by_role("combobox", name="Endpoint", exact=True).select_option("Our shop")
    await form.get_by_role("button", name="Add a filter").click()
    await expect(form.locator("datalist option[value='at the harbour']")).to_be_attached()
    await expect(form.locator("datalist option[value='south']")).to_be_attached()


async def test_a_value_is_taken_back_with_the_keyboard(teams: Teams) -> None:
    form = await opened(teams)
    await form.get_by_role("button", name="Add a filter").click()
    values = form.get_by_label("Values")
    await values.fill("north,")
    await values.fill("south,")
    await expect(form.get_by_role("button", name="Remove south")).to_be_visible()
    await values.press("Backspace")
    await expect(form.get_by_role("button", name="Remove south")).to_be_hidden()
    await form.get_by_role("button", name="Remove north").press("Enter")
    await teams.becomes(valid=False)
    await expect(values).to_be_focused()


async def test_the_preview_follows_the_choices(teams: Teams) -> None:
    form = await opened(teams)
    card = form.locator(".preview-card")
    await expect(card).to_contain_text("order.placed")
    await unfold(form)
    await form.get_by_role("checkbox", name="An order is paid").check()
    await expect(card).to_contain_text("order.paid")
    await form.get_by_label("Sample").select_option(PLACED)
    await expect(card).to_contain_text("order.placed")

    await form.get_by_role("button", name="Add a filter").click()
    await form.get_by_label("Values").fill("south")
    await expect(form.get_by_text("Left out: shop is north, not south.")).to_be_visible()
    await form.get_by_label("Values").fill("n*")
    await expect(form.get_by_text("Passes: shop is n*.")).to_be_visible()

    await form.get_by_role("checkbox", name="Money goes back").check()
    await expect(card).to_contain_text("There is no sample of this event.")


@pytest.mark.parametrize("name", ["", "   ", "n" * 101])
async def test_a_bad_name_is_said_beside_it(teams: Teams, name: str) -> None:
    form = await opened(teams)
    field = form.get_by_label("Name", exact=True)
    await field.fill(name)
    await teams.becomes(valid=False)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill("Good")
    await teams.becomes(valid=True)
    await expect(field).not_to_have_attribute("aria-invalid", "true")
