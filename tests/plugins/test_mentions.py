"""Whom the cards of GitHub and Jira are for: whoever these say it is, and nobody whom a writer only spells like it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from bridge.cards.adaptive import adaptive_card
from bridge.cards.card import Mention
from bridge.cards.mentions import mention
from bridge.cards.templates import CardRenderer
from bridge.models import Endpoint, InboundRequest
from bridge.source import Source
from bridge_github.source import GitHub
from bridge_jira.source import Jira

KENJI = Mention(SecretStr("kenji@example.com"), "Kenji M.")


def mentioned(source: Source, headers: Mapping[str, str], body: bytes, user: str) -> list[str]:
    """The texts of an Adaptive Card that mention this user, the only one who is known."""
    endpoint = Endpoint(
        "ep_1", source.name, "x", (), "operator", datetime(2026, 11, 23, tzinfo=UTC)
    )
    (event,) = source.parse(InboundRequest(headers, body), endpoint)
    shown = adaptive_card(
        mention(CardRenderer().render(source, endpoint, event), {user.lower(): KENJI})
    )
    entities = shown["msteams"].get("entities", [])
    texts = [text for text in _texts(shown["body"]) if "<at" in text.lower()]
    assert sum(text.lower().count("<at") for text in texts) == len(entities)
    return texts


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in _texts(item)]


def changed(source: Source, name: str, text: str, *path: str) -> tuple[Mapping[str, str], bytes]:
    """A sample with another text in one place."""
    sample = source.sample(name)
    body = orjson.loads(sample.body)
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = text
    return sample.headers, orjson.dumps(body)


def test_who_is_assigned_and_asked_on_github() -> None:
    source = GitHub()
    for name in ("issues__assigned", "pull_request__review_requested", "pull_request__assigned"):
        sample = source.sample(name)
        user = orjson.loads(sample.body)
        who = (user.get("requested_reviewer") or user.get("assignee"))["login"]
        assert len(mentioned(source, sample.headers, sample.body, who)) == 1, name


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Look, @Kenji-Mori!", 1),
        ("kenji-mori <at>Kenji M.</at> @kenji-mori-x @x/kenji-mori", 0),
        ("[kenji-mori](person:kenji-mori) `@kenji-mori` a@kenji-mori.com", 0),
        ("@everyone @here @channel", 0),
    ],
)
def test_who_is_named_in_a_comment_on_github(text: str, times: int) -> None:
    source = GitHub()
    headers, body = changed(source, "issue_comment__created", text, "comment", "body")
    given = orjson.loads(body)
    given["issue"]["assignees"] = []
    assert len(mentioned(source, headers, orjson.dumps(given), "kenji-mori")) == times


def test_a_team_is_not_taken_for_somebody_of_its_name() -> None:
    source = GitHub()
    sample = source.sample("pull_request__review_requested")
    body = orjson.loads(sample.body)
    body.pop("requested_reviewer")
    body["requested_team"] = {"name": "kenji-mori", "slug": "kenji-mori"}
    body["pull_request"] |= {"requested_reviewers": [], "assignees": []}
    body["pull_request"]["requested_teams"] = [body["requested_team"]]
    assert mentioned(source, sample.headers, orjson.dumps(body), "kenji-mori") == []


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Look, [~accountid:5f0kenji]!", 1),
        ("[~kenji]", 0),
        ("[x|person:5f0kenji] [x](person:5f0kenji) <at>Kenji M.</at> @5f0kenji", 0),
        ("[~accountid:5f0kenji](person:x) {{[~accountid:5f0kenji]}}", 1),
        ({"type": "doc", "content": [{"type": "paragraph", "content": [
            {"type": "mention", "attrs": {"id": "5f0kenji", "text": "@](person:x)"}}]}]}, 1),
        ({"type": "doc", "content": [{"type": "paragraph", "content": [
            {"type": "text", "text": "@x", "marks": [{"type": "link", "attrs": {"href": "person:5f0kenji"}}]}]}]}, 0),
    ],
)  # fmt: skip
def test_who_is_mentioned_in_jira(text: Any, times: int) -> None:
    source = Jira()
    name = next(one.name for one in source.samples if one.name.startswith("comment_created"))
    headers, body = changed(source, name, text, "comment", "body")
    given = orjson.loads(body)
    given.get("issue", {}).get("fields", {}).pop("assignee", None)
    assert len(mentioned(source, headers, orjson.dumps(given), "5f0kenji")) == times


def test_who_is_assigned_in_jira() -> None:
    source = Jira()
    found = [
        one.name
        for one in source.samples
        if b"5f0kenji" in one.body
        and mentioned(source, one.headers, one.body, "5f0kenji")
        and one.name.startswith("issue")
    ]
    assert any("assigned" in name for name in found)
    assert any("created" in name for name in found)
