"""The filter builder: groups in groups, the switch for bots, and nothing lost of what others made."""

from dataclasses import replace
from typing import Any

from playwright.async_api import FrameLocator, Locator, expect

from bridge.services.bots import PEOPLE
from tests.page.conftest import Teams

NORTH = {"attribute": "shop", "any_of": ["north"]}


async def edited(teams: Teams, filters: dict[str, Any]) -> FrameLocator:
    """The page opened to edit a subscription with these filters."""
    saved = await teams.served.subscribe(await teams.served.endpoint(), filters=filters)
    await teams.open(settings={"entityId": saved.id})
    await expect(teams.form.get_by_role("heading", name="Filters")).to_be_visible()
    return teams.form


async def kept(teams: Teams) -> Any:
    assert await teams.save() == ("success", None)
    return (await teams.served.subscription()).filters


def bots(form: FrameLocator) -> Locator:
    return form.get_by_role("checkbox", name="Leave out what bots do")


def group(form: FrameLocator, number: int = 0) -> Locator:
    return form.get_by_role("group", name="Group:").nth(number)


async def test_groups_are_built_in_groups_and_filled_in_again(teams: Teams) -> None:
    await teams.open()
    await teams.new_endpoint()
    form = teams.form
    await form.get_by_role("button", name="Add a filter", exact=True).click()
    await form.get_by_label("Values").fill("north,")
    await form.get_by_role("button", name="Add a group", exact=True).click()
    outer = group(form)
    await expect(outer.get_by_label("Attribute", exact=True)).to_be_focused()
    await teams.becomes(valid=False)
    await outer.get_by_label("Values").fill("a,")
    await outer.get_by_role("button", name="Add a group to this group").click()
    inner = group(form, 1)
    await inner.get_by_label("How the filters of this group are joined").select_option(
        "none of these holds"
    )
    await inner.get_by_label("Attribute", exact=True).select_option("Total")
    await inner.get_by_label("Condition").select_option("is empty")
    await teams.becomes(valid=True)
    await expect(form.locator(".sentence")).to_have_text(
        "An order is placed – where shop is north, (where shop is a, or not (where total is empty))."
    )
    total = {"attribute": "total", "empty": True}
    expected = {"all": [NORTH, {"any": [{"attribute": "shop", "any_of": ["a"]}, {"not": total}]}]}
    assert await kept(teams) == expected

    await teams.open(settings=await teams.settings())
    await expect(form.get_by_role("group", name="Group: any of these holds")).to_be_visible()
    await expect(form.get_by_role("group", name="Group: none of these holds")).to_contain_text(
        "Total"
    )
    await form.get_by_role("button", name="Remove this group").nth(1).click()
    await teams.becomes(valid=True)
    assert await kept(teams) == {"all": [NORTH, {"any": [{"attribute": "shop", "any_of": ["a"]}]}]}


async def test_an_empty_group_is_asked_about_and_can_be_taken_away(teams: Teams) -> None:
    form = await edited(teams, {"all": [NORTH, {"any": [NORTH]}]})
    await group(form).get_by_role("button", name="Remove this filter").click()
    await teams.becomes(valid=False)
    await expect(form.get_by_text("Still needed: a complete filter.")).to_be_visible()
    await form.get_by_role("button", name="Remove this group").click()
    await teams.becomes(valid=True)
    await expect(form.get_by_role("combobox", name="Attribute", exact=True)).to_be_focused()


async def test_bots_are_left_out_by_one_switch(teams: Teams) -> None:
    form = await edited(teams, {"any": [NORTH, {"attribute": "total", "empty": True}]})
    await expect(bots(form)).not_to_be_checked()
    await bots(form).check()
    await expect(form.locator(".sentence")).to_contain_text("not by bots")
    either = {"any": [NORTH, {"attribute": "total", "empty": True}]}
    assert await kept(teams) == {"all": [either, PEOPLE]}

    await teams.open(settings=await teams.settings())
    await expect(bots(form)).to_be_checked()
    await expect(form.get_by_role("group", name="Filter on")).to_have_count(2)
    await expect(form.get_by_label("How filters are joined")).to_have_value("any")
    await bots(form).uncheck()
    assert await kept(teams) == either


async def test_what_is_so_or_not_is_asked_in_those_words(teams: Teams) -> None:
    form = await edited(teams, {})
    await form.get_by_role("button", name="Add a filter", exact=True).click()
    await form.get_by_label("Attribute", exact=True).select_option("Done by a program")
    await expect(form.get_by_label("Values")).to_be_hidden()
    assert await kept(teams) == {"all": [{"attribute": "actor_is_bot", "any_of": ["true"]}]}
    await form.get_by_label("Attribute", exact=True).select_option("Shop")
    await expect(form.get_by_label("Values")).to_be_visible()
    await teams.becomes(valid=False)


async def test_what_nobody_touched_is_saved_as_it_was(teams: Teams) -> None:
    nested = {
        "not": {
            "any": [
                {"attribute": "shop", "any_of": ["a", "b*"], "none_of": ["bc"], "empty": False},
                {"all": []},
                {"not": {"not": {"all": [{"attribute": "colour", "all_of": ["x"]}]}}},
            ]
        }
    }
    form = await edited(teams, nested)
    await expect(form.get_by_label("How filters are joined")).to_have_value("none")
    await form.get_by_label("Name", exact=True).fill("Renamed")
    assert await kept(teams) == nested


async def test_what_the_bridge_finds_wrong_deep_inside_is_said_beside_it(teams: Teams) -> None:
    form = await edited(teams, {"all": [NORTH, {"not": {"all": [NORTH, NORTH]}}]})
    second = group(form).get_by_role("group", name="Filter on").nth(1)
    await second.get_by_label("Values").fill("x" * 301)
    await expect(second.get_by_label("Values")).to_have_accessible_description(
        "Press Enter after each. * stands for anything. A pattern has at most 300 characters."
    )
    await expect(form.locator(".filter-row [aria-invalid]")).to_have_count(1)
    await teams.becomes(valid=False)


async def test_filters_that_the_form_does_not_know_are_kept_until_they_are_replaced(
    teams: Teams,
) -> None:
    saved = await teams.served.subscribe(await teams.served.endpoint())
    strange = replace(saved, filters={"some": [NORTH]})
    await teams.served.bridge.store.subscriptions.save(strange)
    await teams.open(settings={"entityId": saved.id})
    form = teams.form
    await expect(
        form.get_by_text("These filters say more than this form can show.")
    ).to_be_visible()
    await form.get_by_label("Name", exact=True).fill("Renamed")
    assert (await teams.save())[0] == "failure"
    assert (await teams.served.subscription()).filters == {"some": [NORTH]}
    await form.get_by_role("button", name="Replace them").click()
    await expect(bots(form)).to_be_focused()
    assert await kept(teams) == {}
