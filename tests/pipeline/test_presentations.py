"""Cards look as their subscription says today: on the way of a webhook, out of the store, in a digest, and in the end."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from bridge.cards.card import Card
from bridge.cards.messagecard import COLOURS
from bridge.models import Subscription
from bridge.services.access import OPERATOR
from tests.pipeline.running import Running, Says, Teams, running, settings, until

OWN = """{% extends "card.j2" %}
{% block title %}Own: {{ title }}{% endblock %}
{% block text %}{{ 12 / share }}{% endblock %}"""
COMPACT = {"style": "compact", "accent": "good"}


def cards(teams: Teams, name: str) -> list[dict[str, Any]]:
    return [orjson.loads(body) for path, body in teams.bodies if path == name]


async def change(bridge: Running, subscription: Subscription, wanted: Mapping[str, Any]) -> None:
    service = bridge.bridge.services.subscriptions
    await service.update(OPERATOR, subscription.id, presentation=wanted)


async def test_each_subscription_has_its_own_looks(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("plain"))
    await bridge.subscribe(endpoint, teams.connector("good"), presentation=COMPACT)
    await bridge.subscribe(endpoint, teams.connector("own"), presentation={"template": OWN})
    await bridge.call(endpoint, "hello", share=3)
    await bridge.settled()
    assert teams.titles("plain") == teams.titles("good") == ["hello"]
    assert cards(teams, "plain")[0]["themeColor"] == COLOURS["neutral"]
    assert cards(teams, "good")[0]["themeColor"] == COLOURS["good"]
    assert teams.titles("own") == ["Own: hello"]
    assert {one.reason for one in await bridge.deliveries()} == {None}


async def test_a_template_is_for_the_event_types_that_it_names(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    wanted = {"template": {"call.ended": OWN}}
    await bridge.subscribe(endpoint, teams.connector("own"), presentation=wanted)
    await bridge.call(endpoint, "one", share=3)
    await bridge.call(endpoint, "two", share=3, type="call.ended")
    await bridge.settled()
    assert teams.titles("own") == ["one", "Own: two"]


async def test_a_thousand_channels_with_few_looks_cost_few_cards(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    looks: list[dict[str, Any]] = [{}, COMPACT, {"template": OWN}]
    for number in range(30):
        url = teams.connector(f"c{number}")
        await bridge.subscribe(endpoint, url, presentation=looks[number % 3])
    rendered: list[str | None] = []
    composer = bridge.bridge.worker._crew.composer  # noqa: SLF001  # nothing else shows what was rendered
    render = composer._render  # noqa: SLF001  # as above

    def counted(*args: Any, **kwargs: Any) -> Card:
        rendered.append(kwargs.get("template"))
        return render(*args, **kwargs)

    composer._render = counted  # noqa: SLF001  # as above
    await bridge.call(endpoint, "hello", share=3)
    await bridge.settled()
    assert len(teams.bodies) == 30
    assert sorted(rendered, key=str) == sorted([None, None, OWN], key=str)


@pytest.mark.parametrize("restart", [True, False])
async def test_what_waits_is_sent_as_its_subscription_says_by_then(
    tmp_path: Path, teams: Teams, restart: bool
) -> None:
    given = settings(tmp_path, digest_after=0)
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        subscription = await bridge.subscribe(
            endpoint, teams.connector("one"), presentation={"accent": "warning"}
        )
        await bridge.pause(subscription)
        await bridge.resume(subscription)
        go_on = asyncio.Event()
        teams.says("one", Says(when=go_on))
        await bridge.call(endpoint, "first")
        await until(lambda: bool(teams.titles("one")))
        await bridge.routed(await bridge.call(endpoint, "second"))
        await change(bridge, subscription, {"accent": "attention"})
        if restart:
            await bridge.bridge.worker.stop(within=0.05)
        go_on.set()
        if not restart:
            await bridge.settled()
    async with running(given) as bridge:
        await bridge.settled()
        assert teams.titles("one")[-1] == "second"
        colours = [card["themeColor"] for card in cards(teams, "one")]
        assert (colours[0], colours[-1]) == (COLOURS["warning"], COLOURS["attention"])


async def test_a_template_that_fails_costs_nobody_a_card(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    wanted = {**COMPACT, "template": OWN}
    await bridge.subscribe(endpoint, teams.connector("own"), presentation=wanted)
    await bridge.call(endpoint, "hello", share=0)
    await bridge.settled()
    (card,) = cards(teams, "own")
    assert card["summary"] == "hello"
    (delivery,) = await bridge.deliveries()
    assert delivery.state == "delivered"
    assert delivery.reason == (
        "This is Radio's own card; the one asked for failed: the subscription's template, line 3: ZeroDivisionError while the card was rendered."
    )
    assert "This is Radio's own card" in str(card["sections"])


async def test_a_digest_is_told_in_the_subscriber_s_way(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path, digest_after=5)) as bridge:
        endpoint = await bridge.endpoint()
        wanted = {"accent": "good", "style": "compact", "template": OWN}
        await bridge.subscribe(endpoint, teams.connector("one"), presentation=wanted)
        go_on = asyncio.Event()
        teams.says("one", Says(when=go_on))
        await bridge.call(endpoint, "first", share=3)
        await until(lambda: bool(teams.titles("one")))
        calls = [await bridge.call(endpoint, f"call {one}", share=one) for one in range(5)]
        await bridge.routed(*calls)
        go_on.set()
        await bridge.settled()
        _, digest = cards(teams, "one")
        assert digest["themeColor"] == COLOURS["good"]
        said = str(digest["sections"])
        assert "Own: call 1" in said
        assert "Own: call 0" not in said
        assert "call 0" in said
        reasons = [one.reason for one in reversed(await bridge.deliveries())]
        assert [bool(reason) for reason in reasons] == [False, True, False, False, False, False]
