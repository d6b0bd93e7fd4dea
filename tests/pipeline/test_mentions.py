"""Mentions on the whole way: whoever is known is mentioned where a subscription asks for it, and nobody else."""

from typing import Any

import orjson

from bridge.services.access import OPERATOR
from tests.pipeline.running import Running, Teams

ADA = {"user": "Ada", "teams_id": "ada@example.com", "name": "Ada Okafor"}
TEMPLATE = '{% extends "card.j2" %}{% block title %}{{ title }} for {{ person(who) }}{% endblock %}'
WANTED = {"template": TEMPLATE, "mentions": True}


def cards(teams: Teams, name: str) -> list[Any]:
    """What a workflow got."""
    found = [orjson.loads(body) for channel, body in teams.bodies if channel == name]
    return [message["attachments"][0]["content"] for message in found]


def mentioned(card: Any) -> list[tuple[str, str]]:
    return [(one["text"], one["mentioned"]["id"]) for one in card["msteams"].get("entities", [])]


async def test_who_is_known_is_mentioned_where_that_is_wanted(
    bridge: Running, teams: Teams
) -> None:
    await bridge.bridge.services.people.replace(OPERATOR, "radio", [ADA])
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.workflow("wants"), presentation=WANTED)
    await bridge.subscribe(endpoint, teams.workflow("plain"), presentation={"template": TEMPLATE})
    await bridge.subscribe(endpoint, teams.connector("old"), presentation=WANTED)
    await bridge.call(endpoint, "<at>Ada Okafor</at>", who="ADA")
    await bridge.call(endpoint, "A call", who="bob")
    await bridge.settled()
    first, second = cards(teams, "wants")
    assert mentioned(first) == [("<at>Ada Okafor</at>", "ada@example.com")]
    assert orjson.dumps(first).decode().count("<at>") == 2
    assert mentioned(second) == []
    assert [mentioned(card) for card in cards(teams, "plain")] == [[], []]
    assert teams.titles("old")[1] == "A call for bob"
    everything = b"".join(body for channel, body in teams.bodies if channel != "wants")
    assert b"<at>" not in everything
    assert b"ada@example.com" not in everything


async def test_a_change_is_heeded_by_the_next_card_and_costs_the_others_no_question(
    bridge: Running, teams: Teams, monkeypatch: Any
) -> None:
    store = bridge.bridge.store
    asked = 0
    of_source = store.people.of_source

    async def counting(source: str) -> Any:
        nonlocal asked
        asked += 1
        return await of_source(source)

    monkeypatch.setattr(store.people, "of_source", counting)
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.workflow("wants"), presentation=WANTED)
    for number in range(3):
        await bridge.call(endpoint, f"Call {number}", who="ada")
    await bridge.settled()
    assert asked == 1
    await bridge.bridge.services.people.replace(OPERATOR, "radio", [ADA])
    for number in range(3, 6):
        await bridge.call(endpoint, f"Call {number}", who="ada")
    await bridge.settled()
    assert asked == 2
    assert [bool(mentioned(card)) for card in cards(teams, "wants")] == [False] * 3 + [True] * 3
