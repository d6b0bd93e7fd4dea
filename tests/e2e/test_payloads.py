"""Every real payload that can be had becomes a card that reads well, in both formats, through a running bridge."""

import json
import os
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.signatures import sign_hmac_sha256
from tests.e2e.running import Serve, receiver, serve, until

ROOT = Path(__file__).parent.parent.parent
OCTOKIT = ROOT / "node_modules/@octokit/webhooks-examples/api.github.com/index.json"
JIRA = ROOT.parent / "shared/payloads/jira"
SECRET = "It's a Secret to Everybody"
LIMIT = 28 * 1024


@dataclass(frozen=True)
class Posted:
    """A webhook to post, as its system would."""

    name: str
    body: bytes
    headers: Mapping[str, str]


def github() -> list[Posted]:
    if not OCTOKIT.is_file():
        pytest.skip("GitHub's examples are not here: install Node with npm, then `make test`")
    return [
        Posted(
            f"{event['name']}-{number}",
            json.dumps(example).encode(),
            {"X-GitHub-Event": event["name"], "X-GitHub-Delivery": str(uuid.uuid4())},
        )
        for event in json.loads(OCTOKIT.read_text())
        for number, example in enumerate(event["examples"])
    ]


def jira() -> list[Posted]:
    if not JIRA.is_dir():
        pytest.skip(
            "The real Jira bodies are not here: they stand beside the repository in shared/"
        )
    return [
        Posted(path.stem, path.read_bytes(), {"X-Atlassian-Webhook-Identifier": str(uuid.uuid4())})
        for path in sorted(JIRA.glob("*.json"))
    ]


ONE_BY_ONE = {"BRIDGE_CHANNEL_RATE": "off", "BRIDGE_DIGEST_AFTER": "0"}
"""Every webhook is to become a card of its own, however fast they come."""


async def post(bridge: Serve, url: str, webhook: Posted) -> str:
    signature = sign_hmac_sha256(webhook.body, SECRET)
    name = "X-Hub-Signature-256" if "X-GitHub-Event" in webhook.headers else "X-Hub-Signature"
    headers = {"Content-Type": "application/json", name: signature, **webhook.headers}
    async with bridge.session.post(url, data=webhook.body, headers=headers) as answer:
        assert answer.status == 202, f"{webhook.name}: {answer.status} {await answer.text()}"
        return str((await answer.json())["event"])


def texts(card: Any) -> Iterator[str]:
    """Everything in a card that a person reads."""
    shown = ("text", "title", "value", "name", "summary", "activityTitle", "activitySubtitle")
    if isinstance(card, dict):
        for name, value in card.items():
            if isinstance(value, str) and name in (*shown, "activityText", "altText"):
                yield value
            else:
                yield from texts(value)
    elif isinstance(card, list):
        for item in card:
            yield from texts(item)


UNRENDERED = re.compile(r"\bNone\b|\bundefined\b|\{\{|[\[{]\s*\\?['\"]\w+\\?['\"]\s*:")


def unrendered(card: Any, body: bytes) -> list[str]:
    """Texts with a value that was not there, a template's own code, or raw JSON — unless people wrote just that."""
    return [
        text
        for text in texts(card)
        for found in UNRENDERED.findall(text)
        if found.replace("\\", "") not in body.decode().replace("\\", "")
    ]


@pytest.mark.parametrize(("source", "count"), [("github", 329), ("jira", 14)])
async def test_every_real_payload_arrives_as_a_card(
    tmp_path: Path, source: str, count: int
) -> None:
    webhooks = {"github": github, "jira": jira}[source]()
    assert len(webhooks) == count
    async with receiver() as teams, serve(tmp_path, env=ONE_BY_ONE) as bridge:
        endpoint = await bridge.api(
            "POST", "/endpoints", {"source": source, "name": "all", "secret": SECRET}
        )
        for url in (teams.connector("all"), teams.workflow("all")):
            await bridge.api(
                "POST",
                "/subscriptions",
                {"endpoint": endpoint["id"], "channel": {"url": url}, "events": ["*"]},
            )
        sent = [await post(bridge, endpoint["url"], webhook) for webhook in webhooks]

        async def all_ended() -> bool:
            waiting = await bridge.every("/deliveries?state=pending")
            events = await bridge.every("/events")
            return not waiting and all(event["state"] != "received" for event in events)

        await until(all_ended)
        events = {event["id"]: event for event in await bridge.every("/events")}
        deliveries = await bridge.every("/deliveries")
        assert {events[name]["state"] for name in sent} == {"routed"}
        assert {delivery["state"] for delivery in deliveries} == {"delivered"}
        assert len({delivery["event"] for delivery in deliveries}) == count
    connector = teams.of("IncomingWebhook/all")
    workflow = teams.of("workflows/all")
    assert len(connector) == len(workflow) == count
    assert max(map(len, connector + workflow)) <= LIMIT
    # A channel gets its cards in the order of their webhooks, so each card stands beside its own.
    for webhook, message, adaptive in zip(webhooks, connector, workflow, strict=True):
        for card in map(json.loads, (message, adaptive)):
            assert unrendered(card, webhook.body) == [], webhook.name
        assert check_message_card(json.loads(message)) == [], webhook.name
        assert check_adaptive_message(json.loads(adaptive)) == [], webhook.name


def test_in_ci_the_real_bodies_are_there() -> None:
    if os.environ.get("CI"):
        assert OCTOKIT.is_file()
        assert JIRA.is_dir()
