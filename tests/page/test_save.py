"""Saving and removing: both Teams and the bridge have it, or neither."""

from typing import Any

from playwright.async_api import Route, expect

from bridge.models import Page, Subscription
from bridge.services.access import OPERATOR
from tests.page.conftest import Teams, channel_url


async def subscriptions(teams: Teams) -> list[Subscription]:
    listing = await teams.served.bridge.services.subscriptions.list(OPERATOR, Page())
    return list(listing.items)


async def saved(teams: Teams) -> Subscription:
    """A subscription that was made on the page, the dialog opened again to edit it."""
    await teams.open()
    await teams.new_endpoint()
    await teams.becomes(valid=True)
    assert await teams.save() == ("success", None)
    (subscription,) = await subscriptions(teams)
    await teams.open(subscription=subscription.id, settings=await teams.settings())
    return subscription


async def test_from_the_empty_page_to_a_subscription(teams: Teams) -> None:
    await teams.open()
    form = teams.form
    await expect(
        form.get_by_text("Cards appear in General of Harbour, in Microsoft Teams, as")
    ).to_be_visible()
    assert await teams.validity() == []

    await teams.new_endpoint("Shop of the north")
    await teams.becomes(valid=True)
    assert await teams.validity() == [False, True]
    await expect(form.get_by_label("Name", exact=True)).to_have_value("Shop of the north")
    await form.get_by_label("Name", exact=True).fill("Orders")

    assert await teams.save() == ("success", None)
    (subscription,) = await subscriptions(teams)
    settings = await teams.settings()
    assert settings["entityId"] == subscription.id
    assert settings["configName"] == "Orders"
    assert settings["contentUrl"] == (
        f"{teams.served.origin}/connector/config?subscription={subscription.id}"
    )
    assert subscription.name == "Orders"
    assert subscription.events == ("order.placed",)
    assert subscription.filters == {}
    assert subscription.channel.url.get_secret_value() == channel_url("general")
    there = subscription.teams
    assert (there.app_type, there.team, there.channel) == ("teams", "Harbour", "General")


async def test_an_edit_is_filled_in_and_says_nothing_of_validity_until_something_changes(
    teams: Teams,
) -> None:
    subscription = await saved(teams)
    form = teams.form
    await expect(form.get_by_role("radio", name="Orders")).to_be_checked()
    await expect(form.get_by_label("Name", exact=True)).to_have_value("Our shop")
    await expect(form.get_by_role("combobox", name="Endpoint", exact=True)).to_have_value(
        subscription.endpoint_id
    )
    await expect(form.get_by_text("Nothing is changed yet.")).to_be_visible()
    await expect(form.locator(".preview-card article")).to_be_visible()
    assert await teams.validity() == []

    await form.get_by_label("Name", exact=True).fill("")
    await teams.becomes(valid=False)
    await form.get_by_label("Name", exact=True).fill("Paid orders")
    await teams.becomes(valid=True)
    assert await teams.validity() == [False, True]
    assert await teams.save() == ("success", None)
    (changed,) = await subscriptions(teams)
    assert (changed.id, changed.name) == (subscription.id, "Paid orders")


async def test_the_host_s_entity_is_enough_to_edit(teams: Teams) -> None:
    await saved(teams)
    await teams.open(settings=await teams.settings())
    await expect(teams.form.get_by_label("Name", exact=True)).to_have_value("Our shop")


async def test_a_url_that_changes_after_setting_is_the_one_that_is_kept(teams: Teams) -> None:
    await teams.open()
    await teams.new_endpoint()
    await teams.set(urlAfterSetting=channel_url("renewed"))
    assert await teams.save() == ("success", None)
    (subscription,) = await subscriptions(teams)
    assert subscription.channel.url.get_secret_value() == channel_url("renewed")


async def test_teams_refuses_a_new_one_and_it_is_undone_and_can_be_tried_again(
    teams: Teams,
) -> None:
    await teams.open()
    await teams.new_endpoint()
    await teams.set(refusal="the connector was removed")
    how, reason = await teams.save()
    assert how == "failure"
    assert reason == "Teams did not take the settings: the connector was removed."
    await expect(teams.form.get_by_role("alert")).to_contain_text("Not saved. Teams did not take")
    assert await subscriptions(teams) == []

    await teams.set(refusal=None)
    assert await teams.save() == ("success", None)
    assert len(await subscriptions(teams)) == 1


async def test_a_save_that_failed_keeps_its_id(teams: Teams) -> None:
    asked: list[str] = []
    teams.page.on(
        "request",
        lambda it: asked.append(it.url) if "/connector/subscriptions/" in it.url else None,
    )
    await teams.open()
    await teams.new_endpoint()
    await teams.set(refusal="not now")
    await teams.save()
    await teams.set(refusal=None)
    assert await teams.save() == ("success", None)
    assert len(asked) == 3  # saved, undone, saved
    assert len(set(asked)) == 1


async def test_teams_refuses_an_edit_and_the_previous_one_is_put_back(teams: Teams) -> None:
    before = await saved(teams)
    await teams.form.get_by_label("Name", exact=True).fill("Other")
    await teams.form.get_by_label("All events").check()
    await teams.set(refusal="not now")
    how, _ = await teams.save(channel_url("other"))
    assert how == "failure"
    (kept,) = await subscriptions(teams)
    assert (kept.id, kept.name, kept.events) == (before.id, before.name, before.events)
    assert kept.channel.url == before.channel.url


async def test_an_answer_that_got_lost_is_undone_too(teams: Teams) -> None:
    async def lose(route: Route) -> None:
        if route.request.method == "PUT":
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await teams.open()
    await teams.new_endpoint()
    await teams.page.route("**/connector/subscriptions/**", lose)
    how, reason = await teams.save()
    assert (how, reason) == (
        "failure",
        "The bridge does not answer. Check the connection, then try again.",
    )
    assert await subscriptions(teams) == []


async def test_what_cannot_be_undone_is_said(teams: Teams) -> None:
    await teams.open()
    await teams.new_endpoint()
    await teams.set(refusal="not now")

    async def break_undoing(route: Route) -> None:
        if route.request.method == "DELETE":
            await route.fulfill(status=503, json={"detail": "Storage unavailable."})
        else:
            await route.continue_()

    await teams.page.route("**/connector/subscriptions/**", break_undoing)
    how, reason = await teams.save()
    assert how == "failure"
    assert reason
    assert "could not be put back as it was either" in reason


async def test_a_url_that_the_bridge_may_not_post_to_is_refused_with_the_reason(
    teams: Teams,
) -> None:
    await teams.open()
    await teams.new_endpoint()
    how, reason = await teams.save("https://example.com/steal")
    assert how == "failure"
    assert reason
    assert "example.com" in reason
    assert "/steal" not in reason
    assert await subscriptions(teams) == []


async def test_without_a_url_the_page_says_so(teams: Teams) -> None:
    await teams.open()
    await teams.new_endpoint()
    how, reason = await teams.save(None)
    assert how == "failure"
    assert reason
    assert reason.startswith("Teams gave no address for this channel")
    await expect(teams.form.get_by_role("alert")).to_contain_text("Teams gave no address")


async def test_what_the_bridge_finds_wrong_stands_beside_its_field(teams: Teams) -> None:
    await teams.open()
    await teams.new_endpoint()

    async def refuse(route: Route) -> None:
        errors = {"name": "That name is taken.", "events.0": "No such event.", "odd": "And this."}
        problem: Any = {"title": "Invalid input", "detail": "…", "errors": errors}
        await route.fulfill(status=422, json=problem)

    await teams.page.route("**/connector/subscriptions/**", refuse)
    how, reason = await teams.save()
    assert (how, reason) == ("failure", "That name is taken. No such event. And this.")
    name = teams.form.get_by_label("Name", exact=True)
    await expect(name).to_have_accessible_description(
        "Shown in Teams’ list of connectors. That name is taken."
    )
    await expect(teams.form.locator("#events")).to_contain_text("No such event.")
    await expect(teams.form.get_by_role("alert")).to_contain_text("And this.")


async def test_an_unfinished_form_is_not_saved_whatever_the_host_says(teams: Teams) -> None:
    await teams.open()
    assert await teams.save() == ("failure", "Something is still missing on the page.")


async def test_remove_removes(teams: Teams) -> None:
    await saved(teams)
    assert await teams.remove() == ("success", None)
    assert await subscriptions(teams) == []


async def test_removing_what_is_gone_succeeds(teams: Teams) -> None:
    subscription = await saved(teams)
    await teams.served.bridge.services.subscriptions.remove(OPERATOR, subscription.id)
    assert await teams.remove() == ("success", None)


async def test_a_failed_remove_gives_the_reason(teams: Teams) -> None:
    await saved(teams)
    await teams.page.route(
        "**/connector/subscriptions/**",
        lambda route: route.fulfill(status=503, json={"detail": "Storage unavailable."}),
    )
    assert await teams.remove() == ("failure", "Storage unavailable.")
    assert len(await subscriptions(teams)) == 1


async def test_an_edit_of_what_is_gone_begins_anew_under_the_same_id(teams: Teams) -> None:
    subscription = await saved(teams)
    await teams.served.bridge.services.subscriptions.remove(OPERATOR, subscription.id)
    await teams.open(subscription=subscription.id, settings=await teams.settings())
    await expect(teams.form.get_by_text("What was set up here is gone")).to_be_visible()
    await teams.form.get_by_role("radio", name="Orders").check()
    await teams.form.get_by_label("Existing endpoint").check()
    await teams.form.get_by_role("combobox", name="Endpoint", exact=True).select_option("Our shop")
    await teams.becomes(valid=True)
    assert await teams.save() == ("success", None)
    (again,) = await subscriptions(teams)
    assert again.id == subscription.id
