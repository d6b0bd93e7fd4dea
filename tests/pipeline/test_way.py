"""The whole way of a webhook, as it happens: from the 202 to the card in the channel."""

from pathlib import Path
from typing import Any

import pytest

from bridge.services.access import OPERATOR
from tests.pipeline.running import Running, Teams


async def test_a_webhook_becomes_a_card_in_every_channel_that_subscribed(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.subscribe(endpoint, teams.workflow("two"))
    event_id = await bridge.call(endpoint, "Hello, is this the radio?")
    await bridge.settled()
    assert teams.titles("one") == ["Hello, is this the radio?"]
    assert len(teams.titles("two")) == 1
    event = await bridge.event(event_id)
    assert (event.state, event.types) == ("routed", ("call.started",))
    assert all(decision.matched for decision in event.decisions)
    deliveries = await bridge.deliveries()
    assert {one.state for one in deliveries} == {"delivered"}
    for delivery in deliveries:
        (attempt,) = await bridge.bridge.store.deliveries.attempts(delivery.id)
        assert attempt.outcome == "delivered"
    for headers in teams.headers:
        assert headers["Content-Type"] == "application/json"
        assert "Authorization" not in headers
        assert "Cookie" not in headers


async def test_a_batch_gives_a_card_for_each_part_that_matches(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    wanted = {"attribute": "station", "any_of": ["north*"]}
    await bridge.subscribe(endpoint, teams.connector("north"), filters=wanted)
    ended = await bridge.subscribe(endpoint, teams.connector("ended"), events=["call.ended"])
    answer = await bridge.post(
        endpoint,
        {"title": "first", "station": "Northern"},
        {"title": "second", "station": "South"},
        {"title": "third", "station": "north sea", "type": "call.ended"},
    )
    await bridge.settled()
    assert teams.titles("north") == ["first", "third"]
    assert teams.titles("ended") == ["third"]
    event = await bridge.event((await answer.json())["event"])
    assert event.types == ("call.started", "call.started", "call.ended")
    reasons = [
        (one.part, one.matched, one.reason)
        for one in event.decisions
        if one.subscription_id == ended.id
    ]
    not_wanted = "call.started is not among its event types (call.ended)"
    assert reasons == [
        (0, False, not_wanted),
        (1, False, not_wanted),
        (2, True, "call.ended is wanted (call.ended)"),
    ]


async def test_what_a_plugin_cannot_parse_is_kept_and_replayed_once_it_is_mended(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    radio = type(bridge.bridge.registry.source("radio"))

    def broken(self: object, request: object, endpoint: object) -> Any:
        raise LookupError("a secret of the payload")

    with monkeypatch.context() as patch:
        patch.setattr(radio, "parse", broken)
        event_id = await bridge.call(endpoint, "at last")
        await bridge.settled()
    event = await bridge.event(event_id)
    assert event.state == "failed"
    assert event.reason
    assert "Radio could not read it: LookupError in test_way.py, line" in event.reason
    assert "secret" not in event.reason
    await bridge.bridge.services.events.replay(OPERATOR, event_id)
    await bridge.settled()
    assert (await bridge.event(event_id)).state == "routed"
    assert teams.titles("one") == ["at last"]


@pytest.mark.parametrize(
    "attribute",
    [{"no": "text"}, object(), "\ud800", 1 << 200],
    ids=["map", "object", "half", "big"],
)
async def test_one_odd_event_holds_up_none_behind_it(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch, attribute: Any
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    radio: Any = type(bridge.bridge.registry.source("radio"))
    parse = radio.parse

    def odd(self: object, request: Any, endpoint: object) -> Any:
        for part in parse(self, request, endpoint):
            if part.context["title"] == "odd":
                part.attributes["station"] = attribute
            yield part

    monkeypatch.setattr(radio, "parse", odd)
    await bridge.call(endpoint, "odd")
    await bridge.call(endpoint, "next")
    await bridge.settled()
    assert teams.titles("one")[-1] == "next"
    assert {one.state for one in await bridge.events()} <= {"routed", "failed"}


async def test_a_card_that_cannot_be_rendered_is_a_dead_letter_until_its_template_is_mended(
    bridge: Running, teams: Teams, tmp_path: Path
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    template = tmp_path / "plugins" / "radio" / "cards" / "default.j2"
    good = template.read_text()
    template.write_text('{% extends "card.j2" %}{% block title %}{{ 1 / 0 }}{% endblock %}')
    await bridge.call(endpoint, "unspeakable")
    await bridge.settled()
    (dead,) = await bridge.deliveries("dead")
    assert dead.reason
    assert "default.j2" in dead.reason
    assert dead.attempts == 0
    template.write_text(good)
    assert teams.titles("one") == []
