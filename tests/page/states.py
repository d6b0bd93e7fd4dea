"""What the page can look like: each state that people see, reached as they reach it, with as much in it as there can be."""

from playwright.async_api import FrameLocator, expect

from bridge.services.access import OPERATOR
from tests.e2e.running import until
from tests.page.conftest import Served, Teams, channel_url
from tests.page.test_recent import received
from tests.page.test_tab import TAB, configure, content, entry, in_tab, show, workflow

LONG = "averylongnamethatgoesonandonandonandonandonandon"
NESTED = {
    "all": [
        {"attribute": "shop", "any_of": ["north", LONG]},
        {
            "any": [
                {"attribute": "total", "empty": True},
                {"not": {"attribute": "actor", "any_of": ["Ada"]}},
            ]
        },
    ]
}


async def loaded(teams: Teams) -> None:
    """A subscription that is opened to be edited, with all that it takes from the bridge."""
    endpoint = await received(teams, "north", "south", LONG)
    saved = await teams.served.subscribe(
        endpoint, name=f"Orders of {LONG}", filters=NESTED, hold=5, expiry=90, stale="mark"
    )
    await teams.open(settings={"entityId": saved.id})
    await expect(teams.form.locator("#recent .recent-event")).to_have_count(3)
    await expect(teams.form.locator(".preview-card .card")).to_be_visible()


async def filled(teams: Teams) -> None:
    """The same with everything open that can be opened."""
    await loaded(teams)
    form = teams.form
    await form.get_by_role("button", name="Show the event types of Order").click()
    await form.get_by_role("button", name="Show URL and secret").click()
    await unfold(teams)
    await form.locator("#recent .recent-head").first.click()
    await expect(form.locator("#recent .recent-body").first).to_be_visible()


async def faulty(teams: Teams) -> None:
    """A new subscription in which nothing is right."""
    form = await begun(teams, f"An endpoint with {LONG}")
    await unfold(teams)
    await form.locator(".field.headed").get_by_role("textbox").fill("")
    await form.get_by_role("button", name="Add a filter").click()
    await form.get_by_label("Values").fill("x" * 301)
    await expect(form.get_by_text("A pattern has at most")).to_be_visible()
    await form.get_by_role("button", name="Add a group").click()
    await form.get_by_role("button", name="Add a filter to this group").click()
    await form.get_by_role("checkbox", name="Drop cards that are late").check()
    await form.get_by_role("textbox", name="Minutes").fill("9" * 80)
    await form.locator(".twisty").first.click()
    await form.get_by_role("checkbox", name="An order is placed").uncheck()


async def begun(teams: Teams, name: str) -> FrameLocator:
    """A new subscription with a new endpoint."""
    await teams.open()
    await teams.form.get_by_role("radio", name="Orders").check()
    another = teams.form.get_by_label("New endpoint")
    if await another.is_visible():
        await another.check()
    await teams.new_endpoint(name)
    return teams.form


async def unfold(teams: Teams) -> None:
    """Open all that is folded."""
    folded = teams.form.locator("details:not([open]) > summary").filter(visible=True)
    while await folded.count():
        await folded.first.click()


async def refused(teams: Teams) -> None:
    """The bridge did not take it, and says so above the form and beside the name."""
    await begun(teams, "Our yard")
    problem = {"title": "Invalid", "detail": "…", "errors": {"name": "Somebody has that name."}}
    await teams.page.route(
        "**/connector/subscriptions/**", lambda route: route.fulfill(status=422, json=problem)
    )
    assert (await teams.save())[0] == "failure"
    await expect(teams.form.get_by_role("alert")).to_be_visible()


async def disabled(teams: Teams) -> None:
    """What is edited does not post any more; a connector can be moved to a workflow."""
    saved = await teams.served.subscribe(await teams.served.endpoint())
    store = teams.served.bridge.store.subscriptions
    await store.set_state(saved.id, "disabled", "The channel was removed in Teams.")
    await teams.open(settings={"entityId": saved.id})
    await expect(teams.form.get_by_text("Nothing is posted any more")).to_be_visible()
    await unfold(teams)


async def silent(teams: Teams) -> None:
    """The bridge does not answer."""
    await teams.page.route("**/connector/catalog", lambda route: route.abort())
    await teams.open(ready=False)
    await expect(teams.form.get_by_text("The bridge does not answer.")).to_be_visible()


async def tab_setup(teams: Teams) -> None:
    """A new tab, with the guide to a workflow, and a test card that nobody took."""
    await configure(teams)
    await teams.form.get_by_label("Workflow URL").fill(workflow(teams.served, "off"))
    await teams.form.get_by_role("button", name="Send a test card").click()
    await expect(teams.form.locator(".tried[data-how=bad]")).to_be_visible()
    await unfold(teams)


async def board(teams: Teams) -> None:
    """A tab's page: one subscription works, one is paused, one is to be removed."""
    endpoint = await teams.served.endpoint()
    await in_tab(teams.served, "Placed", endpoint)
    paused = await in_tab(teams.served, f"Paused {LONG}", endpoint)
    await in_tab(teams.served, "Moving", endpoint, channel_url("general", teams.served.origin))
    subscriptions = teams.served.bridge.services.subscriptions
    await subscriptions.set_state(OPERATOR, paused.id, "paused")
    assert await teams.served.webhook(endpoint) == 202
    await until(lambda: came(teams.served))
    await content(teams)
    await entry(teams, "Moving").get_by_role("button", name="Remove").click()
    await unfold(teams)


async def came(served: Served) -> bool:
    """Whether the one that works posted its card, and the one that moves could not."""
    shown = await served.bridge.services.tabs.show(OPERATOR, TAB)
    failing = sum(bool(it.subscription.channel.failing_since) for it in shown.entries)
    return served.flows == ["general"] and failing == 1


async def board_form(teams: Teams) -> None:
    """Another subscription is added on a tab's page."""
    await in_tab(teams.served, "Placed", await teams.served.endpoint())
    await content(teams)
    await teams.form.get_by_role("button", name="Edit").click()
    await teams.form.get_by_role("radio", name="Another workflow").check()
    await teams.form.get_by_label("Workflow URL").fill("https://example.com/")
    await unfold(teams)


async def tab_end(teams: Teams) -> None:
    """What removing a tab removes."""
    await in_tab(teams.served, "Placed", await teams.served.endpoint())
    await show(teams, f"/connector/tab?tab={TAB}", "remove", {"entityId": TAB})
    await expect(teams.form.get_by_role("listitem")).not_to_have_count(0)
