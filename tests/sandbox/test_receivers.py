from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from tests.sandbox.conftest import User

MESSAGE_CARD: dict[str, Any] = {
    "@type": "MessageCard",
    "@context": "https://schema.org/extensions",
    "summary": "Opened",
    "title": "Opened **#5**",
}
ADAPTIVE: dict[str, Any] = {
    "type": "message",
    "attachments": [
        {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": None,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [{"type": "TextBlock", "text": "Opened", "wrap": True}],
            },
        }
    ],
}
CARDS: dict[str, dict[str, Any]] = {"general": MESSAGE_CARD, "build": ADAPTIVE}
BOTH = pytest.mark.parametrize("channel", CARDS)


async def _post(
    user: User, url: str, card: Any, headers: dict[str, str] | None = None
) -> tuple[int, str, Mapping[str, str]]:
    body = card if isinstance(card, bytes) else orjson.dumps(card)
    sent = {"content-type": "application/json", **(headers or {})}
    async with user.http.post(url, data=body, headers=sent) as answer:
        return (
            answer.status,
            await answer.text(),
            {name.lower(): value for name, value in answer.headers.items()},
        )


async def _fault(user: User, channel: str, fault: str) -> None:
    await user.well("PUT", f"/teams/channels/{channel}/fault", {"fault": fault})


@pytest.mark.parametrize(("channel", "status", "text"), [("general", 200, "1"), ("build", 202, "")])
async def test_a_card_is_taken_and_shown(user: User, channel: str, status: int, text: str) -> None:
    connector = await user.connector(channel)
    assert (await _post(user, connector["webhookUrl"], CARDS[channel]))[:2] == (status, text)
    (post,) = await user.posts()
    assert (post["channel"], post["connector"], post["note"]) == (channel, "Octo", "")
    assert post["payload"] == CARDS[channel]
    assert "Opened" in post["html"]


@pytest.mark.parametrize(
    ("channel", "fault", "status", "text"),
    [
        ("general", "hidden_429", 200, "HTTP error 429"),
        ("general", "throttled", 429, "Too many"),
        ("build", "throttled", 429, "Too many"),
        ("general", "unavailable", 503, "Unavailable"),
        ("build", "unavailable", 503, "Unavailable"),
        ("general", "gone", 410, "removed"),
        ("build", "gone", 404, "WorkflowNotFound"),
    ],
)
async def test_a_fault_refuses_every_card_and_says_so_in_the_channel(
    user: User, channel: str, fault: str, status: int, text: str
) -> None:
    connector = await user.connector(channel)
    await _fault(user, channel, fault)
    answered, body, headers = await _post(user, connector["webhookUrl"], CARDS[channel])
    assert answered == status
    assert text in body
    if status == 429:
        assert headers["retry-after"] == "3"
    (post,) = await user.posts()
    assert post["format"] == ""
    assert post["answer"].startswith(str(status))
    await _fault(user, "all", "normal")
    assert (await _post(user, connector["webhookUrl"], CARDS[channel]))[0] < 300


@BOTH
async def test_a_slow_channel_takes_the_card(user: User, channel: str) -> None:
    connector = await user.connector(channel)
    await _fault(user, channel, "slow")
    assert (await _post(user, connector["webhookUrl"], CARDS[channel]))[0] < 300
    assert len(await user.posts()) == 1


async def test_a_fault_is_one_channels_own(user: User) -> None:
    connector = await user.connector("general")
    await _fault(user, "incidents", "unavailable")
    assert (await _post(user, connector["webhookUrl"], MESSAGE_CARD))[0] == 200


@pytest.mark.parametrize(
    ("channel", "card", "headers", "expected"),
    [
        ("general", {**MESSAGE_CARD, "text": "x" * 29_000}, {}, (200, "HTTP error 413")),
        ("build", {**ADAPTIVE, "padding": "x" * 29_000}, {}, (413, "Too Large")),
        ("general", b"not json", {}, (400, "not JSON")),
        ("build", b"not json", {}, (400, "not JSON")),
        ("general", MESSAGE_CARD, {"content-type": "text/plain"}, (415, "application/json")),
        ("build", ADAPTIVE, {"content-type": "text/plain"}, (415, "application/json")),
        ("general", {"@type": "MessageCard"}, {}, (400, "")),
        ("general", [], {}, (400, "")),
        ("build", {"type": "message", "attachments": []}, {}, (400, "")),
        ("build", [], {}, (400, "")),
        ("build", ADAPTIVE, {"authorization": "Bearer x"}, (401, "Authorization")),
    ],
)
async def test_what_teams_would_not_take(
    user: User, channel: str, card: Any, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    connector = await user.connector(channel)
    answered, body, _ = await _post(user, connector["webhookUrl"], card, headers)
    assert answered == expected[0]
    assert expected[1] in body
    (post,) = await user.posts()
    assert post["note"]
    assert post["html"] == ""


async def test_the_rate_limit_is_kept_where_asked(user: User) -> None:
    connector = await user.connector("general")
    await user.well("PUT", "/teams/switches", {"quota": True})
    answers = [(await _post(user, connector["webhookUrl"], MESSAGE_CARD))[1] for _ in range(150)]
    assert answers[:4] == ["1"] * 4
    assert "HTTP error 429" in answers[-1]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/webhookb2/a@b/IncomingWebhook/c/d", 410),
        ("/workflows/a/triggers/manual/paths/invoke?sig=b", 404),
        ("/workflows/a/triggers/manual/paths/invoke", 401),
    ],
)
async def test_an_unknown_url_answers_as_teams_does(user: User, path: str, status: int) -> None:
    assert (await _post(user, user.origin + path, MESSAGE_CARD))[0] == status


@pytest.mark.parametrize(("channel", "status"), [("general", 410), ("build", 404)])
async def test_a_removed_connector_is_gone(user: User, channel: str, status: int) -> None:
    connector = await user.connector(channel)
    await user.well("DELETE", f"/teams/connectors/{connector['id']}")
    assert (await _post(user, connector["webhookUrl"], CARDS[channel]))[0] == status
    assert await user.posts() == []


async def test_a_workflow_checks_its_signature(user: User) -> None:
    connector = await user.connector("build")
    assert (await _post(user, connector["webhookUrl"] + "x", ADAPTIVE))[0] == 404
