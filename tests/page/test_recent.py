"""What would have come, and what became of what came: the sentence, the count and the list that follow the choices."""

from playwright.async_api import FrameLocator, Locator, expect

from bridge.models import Endpoint
from bridge.services.access import OPERATOR
from tests.page.conftest import Served, Teams, channel_url


async def received(teams: Teams, *shops: str) -> Endpoint:
    """An endpoint that took orders of these shops, which were routed."""
    endpoint = await teams.served.endpoint()
    for number, shop in enumerate(shops):  # no two alike, or it would be taken for a repetition
        assert await teams.served.webhook(endpoint, shop=shop, number=number) == 202
    await routed(teams.served, endpoint)
    return endpoint


async def routed(served: Served, endpoint: Endpoint) -> None:
    while True:
        part = await served.call("GET", f"endpoints/{endpoint.id}/recent")
        if all(event["state"] != "received" for event in part[1]["items"]):
            return


def counted(form: FrameLocator) -> Locator:
    return form.locator("#recent .recent-count")


def events(form: FrameLocator) -> Locator:
    return form.locator("[aria-label='Recent events'] > li")


async def test_it_says_what_would_have_come_as_the_choices_are_made(teams: Teams) -> None:
    await received(teams, "north", "south", "north")
    await teams.open()
    form = teams.form
    await form.get_by_role("radio", name="Orders").check()
    await form.get_by_label("Existing endpoint").check()
    await expect(counted(form)).to_have_text("Choose an endpoint to see what it received.")
    await form.get_by_role("combobox", name="Endpoint", exact=True).select_option("Our shop")
    await expect(counted(form)).to_have_text("3 of the last 3 events would have come here.")
    await expect(form.locator(".sentence")).to_have_text("An order is placed.")

    await form.get_by_role("button", name="Add a filter", exact=True).click()
    await form.get_by_label("Values").fill("south")
    await expect(counted(form)).to_have_text("1 of the last 3 events would have come here.")
    await expect(form.locator(".sentence")).to_have_text(
        "An order is placed – where shop is south."
    )
    await expect(events(form).first).to_contain_text("Would not come: shop is north, not south.")
    await form.get_by_label("Which events to list").select_option("Those that would come")
    await expect(events(form)).to_have_count(1)
    await events(form).get_by_role("button").click()
    await expect(events(form).get_by_label("What filters see of order.placed")).to_contain_text(
        "south"
    )

    assert await teams.served.webhook(await only_endpoint(teams), shop="south", number=9) == 202
    await expect(counted(form)).to_have_text("2 of the last 4 events would have come here.")
    await form.get_by_label("Values").fill("x" * 301)
    await expect(counted(form)).to_have_text("This shows again once what is marked is in order.")


async def only_endpoint(teams: Teams) -> Endpoint:
    catalog = await teams.served.call("GET", "catalog")
    (endpoint,) = catalog[1]["endpoints"]
    return await teams.served.bridge.services.endpoints.get(OPERATOR, endpoint["id"])


async def test_it_says_why_something_did_not_come(teams: Teams) -> None:
    served = teams.served
    endpoint = await served.endpoint()
    refusing = channel_url("general", served.origin)
    filters = {"attribute": "shop", "none_of": ["south"]}
    subscription = await served.subscribe(endpoint, refusing, filters=filters)
    for order in ({"shop": "south"}, {"broken": True}, {"shop": "north"}):
        assert await served.webhook(endpoint, **order) == 202
    await routed(served, endpoint)
    await teams.open(settings={"entityId": subscription.id})
    form = teams.form
    await expect(counted(form)).to_have_text("1 of the last 3 events would have come here.")
    north, broken, south = (events(form).nth(number) for number in range(3))
    await expect(south).to_contain_text("Did not come: shop is south, and south is excluded.")
    await expect(south.get_by_text("With what is chosen now")).to_be_hidden()
    await expect(broken).to_contain_text("it could not be read. Orders: The order is broken.")
    await expect(north).to_contain_text("It waits: the channel fails since")
    await expect(north.get_by_role("button", name="Waits: ")).to_be_visible()
    await expect(south.get_by_role("button", name="Did not come: ")).to_be_visible()
    await north.get_by_role("button").click()
    await expect(north.get_by_text("403")).not_to_have_count(0)
    await expect(north).to_contain_text("Tries")

    await form.get_by_role("checkbox", name="Leave out what bots do").check()
    await form.get_by_role("button", name="Remove this filter").click()
    await expect(counted(form)).to_have_text("2 of the last 3 events would have come here.")
    await expect(south).to_contain_text("With what is chosen now, it would come.")
    await expect(south).to_contain_text("Did not come: shop is south, and south is excluded.")


async def test_without_an_event_type_there_is_nothing_to_try(teams: Teams) -> None:
    endpoint = await received(teams, "north")
    subscription = await teams.served.subscribe(endpoint)
    await teams.open(settings={"entityId": subscription.id})
    form = teams.form
    await expect(events(form)).to_contain_text("It was made at")
    await form.get_by_role("button", name="Show the event types of Order").click()
    await form.get_by_role("checkbox", name="An order is placed").uncheck()
    await expect(form.locator(".sentence")).to_have_text("Nothing yet: choose an event type.")
    await expect(events(form)).to_have_count(0)


async def test_more_events_are_shown_when_they_are_asked_for(teams: Teams) -> None:
    endpoint = await received(teams, *(f"shop {number}" for number in range(9)))
    subscription = await teams.served.subscribe(endpoint)
    await teams.open(settings={"entityId": subscription.id})
    form = teams.form
    await expect(events(form)).to_have_count(6)
    await form.get_by_role("button", name="Show more").click()
    await expect(events(form)).to_have_count(9)
    await expect(events(form).nth(6).get_by_role("button")).to_be_focused()
    await expect(form.get_by_role("button", name="Show more")).to_be_hidden()
