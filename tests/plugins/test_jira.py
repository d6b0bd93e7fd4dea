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
