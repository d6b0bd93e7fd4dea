"""The operator is told of channels that need somebody, once each, however long the telling takes."""

from pathlib import Path

import orjson
from pydantic import SecretStr

from bridge.models import Alert
from bridge.pipeline.alert import alert_card
from tests.pipeline.running import Says, Teams, running, settings, until
from tests.store.making import NOW, a_subscription, an_endpoint


def alerts(teams: Teams, name: str = "operators") -> list[str]:
    return [orjson.loads(body)["summary"] for path, body in teams.bodies if path == name]


async def test_a_channel_that_is_gone_is_told(tmp_path: Path, teams: Teams) -> None:
    given = settings(tmp_path, alert_channel=SecretStr(teams.connector("operators")))
    async with running(given) as bridge:
        endpoint = await bridge.endpoint("Radio calls")
        await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(410))
        await bridge.call(endpoint, "lost")
        await until(lambda: len(alerts(teams)) == 1)
        assert alerts(teams)[0].startswith("A channel is gone: The channel answered 410")
        card = next(body for path, body in teams.bodies if path == "operators").decode()
        assert "Radio calls" in card
        assert "IncomingWebhook" not in card

        async def all_told() -> bool:
            return await bridge.bridge.store.alerts.first() is None

        await until(all_told)


async def test_one_that_needs_attention_is_told_at_once_and_only_once(
    tmp_path: Path, teams: Teams
) -> None:
    given = settings(tmp_path, alert_channel=SecretStr(teams.connector("operators")))
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(401), Says(403), Says(401))
        await bridge.call(endpoint, "in the end")
        await bridge.settled()
        assert teams.titles("one") == ["in the end"] * 4
        await until(lambda: len(alerts(teams)) == 1)
        assert alerts(teams)[0].startswith("A channel needs attention: The channel answered 401")


async def test_an_alert_waits_until_its_channel_takes_it(tmp_path: Path, teams: Teams) -> None:
    given = settings(tmp_path, alert_channel=SecretStr(teams.connector("operators")))
    teams.says("operators", Says(503))
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(410))
        await bridge.call(endpoint, "lost")
        await until(lambda: len(alerts(teams)) == 1)
        kept = await bridge.bridge.store.alerts.first()
        assert kept is not None
        assert kept[1].event == "gone"
    async with running(given):
        await until(lambda: len(alerts(teams)) == 2)


async def test_without_an_alert_channel_none_is_kept(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(410))
        await bridge.call(endpoint, "lost")
        await bridge.settled()
        assert await bridge.bridge.store.alerts.first() is None


def test_many_subscriptions_are_counted() -> None:
    many = [a_subscription(an_endpoint(), name=f"number {number}") for number in range(13)]
    card = alert_card(Alert(NOW, "ch_1", "given up", "It was down."), many)
    said = card.facts[-1].value[0].text
    assert said.startswith("number 0, number 1, ")
    assert said.endswith("number 9 and 3 more")
