"""webhook-bridge events: what an operator types who is asked why a card did not come."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.app import Bridge, open_bridge
from bridge.models import Refusal
from bridge.settings import load_settings
from bridge.signatures import sign_hmac_sha256
from bridge.store.records import Recorded
from tests.cli.conftest import Done, Prompt

CELLAR = b'{"happened": "door.opened", "room": "Cellar 12"}'
ATTIC = b'{"happened": "door.closed", "room": "Attic 3"}'
CHANNEL = "http://127.0.0.1:9/webhookb2/a@b/IncomingWebhook/hall/c"
"""Nobody listens there: what is owed stays so."""


@dataclass
class Day:
    """Two doors that moved, and one who wants to hear of attics only."""

    prompt: Prompt
    endpoint: Any
    attics: Any
    cellar: str
    attic: str

    def run(self, *arguments: str) -> Done:
        return self.prompt.well("events", *arguments)


@pytest.fixture
def day(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> Day:
    monkeypatch.setenv("BRIDGE_ALLOWED_CHANNELS", "http://127.0.0.1:*")
    endpoint = prompt.json("endpoints", "create", "doors", "Front door")
    attics = prompt.json(
        *("subscriptions", "create", endpoint["id"], "--event", "*", "--name", "Attics"),
        *("--where", "room=Attic*"),
        BRIDGE_CHANNEL_URL=CHANNEL,
    )
    for name, value in prompt.env.items():
        monkeypatch.setenv(name, value)

    async def post() -> tuple[str, str]:
        async with open_bridge(load_settings(), work=True) as bridge:
            cellar, attic = [await received(bridge, endpoint, body) for body in (CELLAR, ATTIC)]
            for event in (cellar, attic):
                async with asyncio.timeout(30):
                    while await waits(bridge, event):  # noqa: ASYNC110  # it looks into the database
                        await asyncio.sleep(0.02)
            return cellar, attic

    return Day(prompt, endpoint, attics, *asyncio.run(post()))


async def received(bridge: Bridge, endpoint: Any, body: bytes) -> str:
    found = await bridge.receiver.find(endpoint["id"])
    signature = sign_hmac_sha256(body, endpoint["secret"])
    recorded = await bridge.receiver.receive(found, {"x-door-signature": signature}, body)
    assert isinstance(recorded, Recorded)
    return recorded.event_id


async def waits(bridge: Bridge, event: str) -> bool:
    found = await bridge.store.events.get(event)
    return found is None or found.state == "received"


def test_why_a_card_did_not_come_is_one_command(day: Day) -> None:
    (line,) = day.run("list", "--text", "12", "--subscription", day.attics["id"]).out.splitlines()[
        1:
    ]
    assert line.startswith(day.cellar)
    assert "The door of Cellar 12 moved" in line
    assert line.endswith("room is Cellar 12, not Attic*")
    shown = day.run("show", day.cellar).out
    assert "✗ Attics: room is Cellar 12, not Attic*" in shown
    assert "Verified  by x-door-signature, with the secret key_" in shown


def test_events_are_found_in_many_ways(day: Day) -> None:
    both = [day.attic, day.cellar]
    for arguments, wanted in (
        ((), both),
        (("--text", "attic moved"), [day.attic]),
        (("--type", "door.opened"), [day.cellar]),
        (("--since", "1h"), both),
        (("--until", "1h"), []),
        (("--endpoint", day.endpoint["id"], "--state", "routed"), both),
        (("--subscription", day.attics["id"]), both),
        (("--limit", "1"), [day.attic]),
    ):
        found = day.prompt.json("events", "list", *arguments)
        assert [item["id"] for item in found["items"]] == wanted, arguments


def test_a_search_goes_through_as_many_parts_as_it_needs(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.services.events.LOOKED_AT", 1)
    found = day.prompt.json("events", "list", "--text", "cellar")
    assert [item["id"] for item in found["items"]] == [day.cellar]
    monkeypatch.setattr("bridge.cli.events.PARTS", 1)
    found = day.prompt.json("events", "list", "--text", "cellar", "--limit", "1")
    assert found["items"] == []
    (on,) = day.prompt.json(
        *("events", "list", "--text", "cellar", "--limit", "1", "--cursor", found["next"])
    )["items"]
    assert on["id"] == day.cellar


def test_what_was_turned_away_is_where_the_search_leads(day: Day) -> None:
    async def refuse() -> None:
        async with open_bridge(load_settings(), work=False) as bridge:
            refusal = Refusal(datetime.now(UTC), 401, "The signature does not match.")
            await bridge.store.endpoints.refuse(day.endpoint["id"], refusal)

    asyncio.run(refuse())
    for narrowed in ((), ("--endpoint", day.endpoint["id"]), ("--subscription", day.attics["id"])):
        said = day.run("list", "--text", "nonesuch", *narrowed).err
        assert "No events." in said
        assert "Front door turned away 1 webhook" in said
        assert f"webhook-bridge endpoints show {day.endpoint['id']}" in said
    assert "turned away" not in day.run("list", "--until", "1h").err
    assert "turned away" not in day.run("list").err
    missing = day.prompt.run("events", "show", "ev_nowhere")
    assert missing.status == 1
    assert "turned away" in missing.err
