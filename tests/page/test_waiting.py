"""What becomes of cards that have to wait: merged or not, dropped when late or not."""

from collections.abc import Callable

import orjson
import pytest
from playwright.async_api import FrameLocator, Locator, expect

from tests.page.conftest import Teams

NEVER = None


def merge(form: FrameLocator) -> Locator:
    return form.get_by_role("checkbox", name="Merge cards when too many wait")


def drop(form: FrameLocator) -> Locator:
    return form.get_by_role("checkbox", name="Drop cards that are late")


def minutes(form: FrameLocator) -> Locator:
    return form.get_by_role("textbox", name="Minutes until a card is dropped")


async def begun(teams: Teams) -> FrameLocator:
    """A new subscription that could be saved."""
    await teams.open()
    await teams.new_endpoint()
    await teams.becomes(valid=True)
    return teams.form


async def edited(teams: Teams, *, digest: bool = True, expiry: int = 0) -> FrameLocator:
    """The page opened to edit a subscription that waits like this."""
    endpoint = await teams.served.endpoint()
    subscription = await teams.served.subscribe(endpoint, digest=digest, expiry=expiry)
    await teams.open(settings={"entityId": subscription.id})
    await expect(merge(teams.form)).to_be_visible()
    return teams.form


def hold(form: FrameLocator) -> Locator:
    return form.get_by_role("checkbox", name="Wait a moment when something is opened")


def seconds(form: FrameLocator) -> Locator:
    return form.get_by_role("textbox", name="Seconds to wait")


def older(form: FrameLocator) -> Locator:
    return form.get_by_label("When an event is older than what was shown of the same thing")


async def kept(teams: Teams) -> tuple[bool, int | None]:
    subscription = await teams.served.subscription()
    return subscription.digest, subscription.expiry


async def test_left_alone_cards_are_merged_and_never_dropped(teams: Teams) -> None:
    form = await begun(teams)
    await expect(form.get_by_role("group", name="When cards have to wait")).to_be_visible()
    await expect(merge(form)).to_be_checked()
    await expect(drop(form)).not_to_be_checked()
    await expect(minutes(form)).to_be_hidden()
    async with teams.page.expect_request("**/connector/subscriptions/**") as asked:
        assert await teams.save() == ("success", None)
    sent = orjson.loads((await asked.value).post_data or "")
    assert (sent["digest"], sent["expiry"]) == (True, 0)
    assert await kept(teams) == (True, NEVER)


async def test_what_is_chosen_is_saved_and_filled_in(teams: Teams) -> None:
    form = await begun(teams)
    await merge(form).uncheck()
    await drop(form).check()
    await minutes(form).fill(" 90 ")
    assert await teams.save() == ("success", None)
    assert await kept(teams) == (False, 90)

    await teams.open(settings=await teams.settings())
    await expect(merge(form)).not_to_be_checked()
    await expect(drop(form)).to_be_checked()
    await expect(minutes(form)).to_have_value("90")
    await expect(form.get_by_text("Nothing is changed yet.")).to_be_visible()
    assert await teams.validity() == []


async def test_what_was_chosen_can_be_taken_back(teams: Teams) -> None:
    form = await edited(teams, digest=False, expiry=90)
    await merge(form).check()
    await drop(form).uncheck()
    await expect(minutes(form)).to_be_hidden()
    assert await teams.validity() == [True]
    assert await teams.save() == ("success", None)
    assert await kept(teams) == (True, NEVER)


async def test_an_edit_of_something_else_leaves_it(teams: Teams) -> None:
    form = await edited(teams, digest=False, expiry=90)
    await form.get_by_label("Name", exact=True).fill("Renamed")
    assert await teams.save() == ("success", None)
    assert await kept(teams) == (False, 90)


@pytest.mark.parametrize("box", [merge, drop])
async def test_each_is_a_change_that_can_be_saved(
    teams: Teams, box: Callable[[FrameLocator], Locator]
) -> None:
    form = await edited(teams)
    await box(form).click()
    await teams.becomes(valid=True)
    await expect(form.get_by_text("All set: press Save.")).to_be_visible()


@pytest.mark.parametrize("given", ["0", "43201", "1.5", "-5", "an hour", "9" * 30])
async def test_a_number_that_does_not_fit_is_said_beside_it(teams: Teams, given: str) -> None:
    form = await edited(teams, expiry=90)
    await minutes(form).fill(given)
    await teams.becomes(valid=False)
    await expect(minutes(form)).to_have_attribute("aria-invalid", "true")
    await expect(minutes(form)).to_have_accessible_description(
        "At most 43200, which is 30 days. Give whole minutes from 1 to 43200."
    )
    await expect(form.get_by_text("Still needed: a number of minutes.")).to_be_visible()
    assert await teams.save() == ("failure", "Something is still missing on the page.")
    assert await kept(teams) == (True, 90)


async def test_without_a_number_the_way_out_is_said(teams: Teams) -> None:
    form = await edited(teams, expiry=90)
    await minutes(form).fill("")
    await teams.becomes(valid=False)
    await expect(form.get_by_text("Say how many minutes, or switch this off.")).to_be_visible()
    await drop(form).uncheck()
    await teams.becomes(valid=True)
    assert await teams.save() == ("success", None)
    assert await kept(teams) == (True, NEVER)


@pytest.mark.parametrize("most", [1, 43_200])
async def test_the_bounds_themselves_fit(teams: Teams, most: int) -> None:
    form = await edited(teams)
    await drop(form).check()
    await minutes(form).fill(str(most))
    await teams.becomes(valid=True)
    assert await teams.save() == ("success", None)
    assert await kept(teams) == (True, most)


async def test_it_is_put_back_too_when_teams_refuses_an_edit(teams: Teams) -> None:
    form = await edited(teams)
    await merge(form).uncheck()
    await drop(form).check()
    await teams.set(refusal="not now")
    how, _ = await teams.save()
    assert how == "failure"
    assert await kept(teams) == (True, NEVER)


async def test_what_the_bridge_finds_wrong_with_the_minutes_stands_beside_them(
    teams: Teams,
) -> None:
    form = await edited(teams, expiry=90)
    await merge(form).uncheck()
    await teams.page.route(
        "**/connector/subscriptions/**",
        lambda route: route.fulfill(status=422, json={"errors": {"expiry": "Too long."}}),
    )
    assert await teams.save() == ("failure", "Too long.")
    await expect(minutes(form)).to_have_accessible_description(
        "At most 43200, which is 30 days. Too long."
    )
    await expect(minutes(form)).to_be_focused()


async def test_it_can_be_set_with_the_keyboard_alone(teams: Teams) -> None:
    form = await begun(teams)
    keys = teams.page.keyboard
    await expect(drop(form)).to_have_accessible_description(
        "Otherwise every card is sent, however late."
    )
    await form.get_by_label("Name", exact=True).focus()
    for key in ("Tab", "Space", "Tab", "Space", "Tab"):
        await keys.press(key)
    await expect(minutes(form)).to_be_focused()
    await keys.press("Control+A")
    await keys.type("15")
    assert await teams.save() == ("success", None)
    assert await kept(teams) == (False, 15)


async def test_waiting_for_late_labels_and_what_comes_late_are_chosen_too(teams: Teams) -> None:
    form = await edited(teams)
    await expect(hold(form)).not_to_be_checked()
    await expect(older(form)).to_have_value("keep")
    await hold(form).check()
    await expect(seconds(form)).to_have_value("10")
    await seconds(form).fill("301")
    await teams.becomes(valid=False)
    await expect(form.get_by_text("Still needed: a number of seconds.")).to_be_visible()
    await seconds(form).fill("30")
    await older(form).select_option("Do not send it")
    assert await teams.save() == ("success", None)
    saved = await teams.served.subscription()
    assert (saved.hold, saved.stale) == (30, "drop")

    await teams.open(settings=await teams.settings())
    await expect(seconds(form)).to_have_value("30")
    await expect(older(form)).to_have_value("drop")
    await hold(form).uncheck()
    await teams.set(refusal="not now")
    assert (await teams.save())[0] == "failure"
    saved = await teams.served.subscription()
    assert (saved.hold, saved.stale) == (30, "drop")  # it was put back
    await teams.set(refusal=None)
    assert await teams.save() == ("success", None)
    saved = await teams.served.subscription()
    assert (saved.hold, saved.stale) == (0, "drop")
