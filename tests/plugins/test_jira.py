"""Jira's webhooks become cards that say who did what to which issue, whatever Jira sends them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bridge.cards.card import Card, plain
from bridge.cards.templates import CardRenderer
from bridge.errors import ParseError
from bridge.models import InboundRequest, ParsedEvent
from bridge.testing import SourceChecks, endpoint_of
from bridge_jira.prose import LONGEST, markdown
from bridge_jira.source import Jira

JIRA = Jira()
RENDERER = CardRenderer()
REAL = Path(__file__).parent.parent.parent.parent / "shared/payloads/jira"


class TestJira(SourceChecks):
    source = JIRA


def parse(payload: Any) -> ParsedEvent:
    request = InboundRequest({"content-type": "application/json"}, json.dumps(payload).encode())
    (event,) = JIRA.parse(request, endpoint_of(JIRA))
    return event


def card(payload: Any) -> Card:
    return RENDERER.render(JIRA, endpoint_of(JIRA), parse(payload))


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("cloud-comment-created", "comment.created", "Test User commented on TES-41 Unit test summary 1"),
        ("cloud-comment-updated", "comment.updated", "Test User edited a comment on TES-41 Unit test summary 1"),
        ("issue-created", "issue.created", "Test User created story TES-41 Unit test summary"),
        ("issue-deleted", "issue.deleted", "Test User deleted IDT-19"),
        ("issue-updated-assigned", "issue.assigned", "Test User took TES-41"),
        ("issue-updated-edited", "issue.updated", "Test User updated TES-41"),
        ("issue-updated-labels", "issue.updated", "Test User updated TES-41"),
        ("issue-updated-multiple-values", "issue.updated", "Test User updated TES-41"),
        ("issue-updated-resolved", "issue.transitioned", "Test User moved TES-41"),
        ("issue-updated-sprint", "issue.updated", "Test User updated TES-41"),
        ("server-comment-created", "comment.created", "Lev Brouk commented on an issue"),
        ("server-issue-updated-closed", "issue.transitioned", "Test User moved TES-4"),
        ("server-issue-updated-commented-1", "comment.created", "Lev Brouk commented on PRJX-14"),
        ("server-old-issue-updated-no-event-type-commented", "comment.created", "Lev Brouk commented on PRJX-14"),
    ],
)  # fmt: skip
def test_real_webhooks(name: str, kind: str, title: str) -> None:
    path = REAL / f"webhook-{name}.json"
    if not path.is_file() and not os.environ.get("CI"):
        pytest.skip(
            "The real Jira bodies are not here: they stand beside the repository in shared/"
        )
    payload = json.loads(path.read_text())
    assert parse(payload).type == kind
    assert plain(card(payload).title).startswith(title)


@pytest.mark.parametrize("payload", [[], "x", 3, None, {}, {"zen": "x"}])
def test_what_no_jira_sends_is_refused(payload: Any) -> None:
    with pytest.raises(ParseError):
        parse(payload)


@pytest.mark.parametrize(
    ("wiki", "expected"),
    [
        ("*bold* and _it_ and -gone-", "**bold** and _it_ and ~~gone~~"),
        ("2 * 3 * 4, a-b-c, -1", "2 * 3 * 4, a-b-c, -1"),
        ("h2. Title\n* one\n** two\n# three", "## Title\n- one\n  - two\n1. three"),
        ("{{mono}} [text|https://a.example] [https://b.example]", "`mono` [text](https://a.example) https://b.example"),
        ("[~kenji] {color:red}red{color}", "@kenji red"),
        ("[~accountid:5f0kenji], [~accountid:5f0gone]", "@Kenji Mori, @someone"),
        ("{code:java}\na *b* [c|https://d.example]\n{code}x", "\n```\na *b* [c|https://d.example]\n```\nx"),
        ("{quote}one\ntwo{quote}", "\n> one\n> two\n\n"),
        ("bq. theirs\nmine", "> theirs\n\nmine"),
        ("{code}never closed", "{code}never closed"),
        ("[text|javascript:alert(1)]", "[text|javascript:alert(1)]"),
        ("!screen.png|thumbnail!", "(screen.png)"),
    ],
)  # fmt: skip
def test_wiki_markup(wiki: str, expected: str) -> None:
    assert markdown(wiki, {"5f0kenji": "Kenji Mori"}) == expected


def test_the_document_format() -> None:
    nested: dict[str, Any] = {"type": "paragraph", "content": [{"type": "text", "text": "deep"}]}
    for _ in range(200):
        nested = {"type": "blockquote", "content": [nested]}
    assert "deep" not in markdown({"type": "doc", "content": [nested]}, {})
    text = {"type": "text", "text": " both ", "marks": [{"type": "strong"}, {"type": "em"}]}
    broken = [{"type": "paragraph", "content": [text, None, {"type": "text"}, {"type": "emoji"}]}]
    assert markdown({"type": "doc", "content": broken}, {}) == "_**both**_"


@pytest.mark.parametrize("piece", ["{code}a{code}", "{code:", "[~a", "[https://", "{quote}", "*a "])
def test_markup_without_end_is_read_no_further_than_a_card_shows(piece: str) -> None:
    assert len(markdown(piece * 30_000, {})) < 4 * LONGEST
