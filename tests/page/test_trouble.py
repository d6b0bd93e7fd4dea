"""Why nothing is posted, said on the page where the subscription is edited."""

import asyncio
import re

from playwright.async_api import FrameLocator, expect

from bridge.models import Subscription
from bridge.services.access import OPERATOR
from tests.page.conftest import Teams, channel_url


async def edited(teams: Teams, subscription: Subscription) -> FrameLocator:
    await teams.open(settings={"entityId": subscription.id})
    return teams.form


async def failing(teams: Teams, url: str) -> FrameLocator:
    """The page of a subscription whose channel, at that URL, did not take its first card."""
    served = teams.served
    endpoint = await served.endpoint()
    await served.subscribe(endpoint, url)
    assert await served.webhook(endpoint) == 202
    async with asyncio.timeout(30):
        while (await served.subscription()).channel.failing_since is None:  # noqa: ASYNC110  # the store tells nobody
            await asyncio.sleep(0.02)
    return await edited(teams, await served.subscription())


async def test_nothing_is_said_where_nothing_is_wrong(teams: Teams) -> None:
    endpoint = await teams.served.endpoint()
    form = await edited(teams, await teams.served.subscribe(endpoint))
    await expect(form.get_by_text("Nothing is changed yet.")).to_be_visible()
    await expect(form.locator("#notices .notice")).to_have_count(0)


async def test_that_it_is_paused_or_disabled(teams: Teams) -> None:
    subscription = await teams.served.subscribe(await teams.served.endpoint())
    await teams.served.bridge.services.subscriptions.set_state(OPERATOR, subscription.id, "paused")
    form = await edited(teams, subscription)
    await expect(form.get_by_text("This subscription is paused")).to_be_visible()
    store = teams.served.bridge.store.subscriptions
    await store.set_state(subscription.id, "disabled", "The channel was removed in Teams.")
    await edited(teams, subscription)
    await expect(
        form.get_by_text("Nothing is posted any more: The channel was removed in Teams.")
    ).to_be_visible()


async def test_that_its_channel_backs_off_and_when_it_is_tried_again(teams: Teams) -> None:
    form = await failing(teams, channel_url("general"))
    await expect(form.locator("#notices .notice")).to_have_text(
        re.compile(
            r"^The last card did not reach this channel: No answer from the channel: .+ "
            r"It is tried again at \d\d:\d\d\. To try at once, change something and save\.$"
        )
    )


async def test_that_waiting_will_not_mend_it(teams: Teams) -> None:
    form = await failing(teams, channel_url("general", teams.served.origin))
    await expect(form.locator("#notices .notice")).to_have_text(
        "No card gets through: The channel answered 403 (Forbidden): posting is not "
        "allowed. Waiting will not mend that. Once it is put right, change something and save to "
        "try at once."
    )
