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
from bridge.source import EventType
from bridge.testing import SourceChecks, endpoint_of
from bridge_jira.catalogue import EVENT_TYPES
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


def fixture(name: str) -> dict[str, Any]:
    return dict(json.loads(JIRA.sample(name).body))


def facts(payload: Any) -> dict[str, str]:
    return {fact.name: plain(fact.value) for fact in card(payload).facts}


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("cloud-comment-created", "comment.created", "Test User commented on TES-41: Unit test summary 1"),
        ("cloud-comment-updated", "comment.updated", "Test User edited a comment on TES-41: Unit test summary 1"),
        ("issue-created", "issue.created", "Test User created story TES-41: Unit test summary"),
        ("issue-deleted", "issue.deleted", "Test User deleted IDT-19: hey"),
        ("issue-updated-assigned", "issue.assigned", "Test User took TES-41: Unit test summary 1"),
        ("issue-updated-edited", "issue.updated", "Test User edited the description of TES-41: Unit test summary 1"),
        ("issue-updated-labels", "issue.updated", "Test User changed Labels of TES-41: Unit test summary 1"),
        ("issue-updated-multiple-values", "issue.updated", "Test User updated TES-41: Unit test summary 1"),
        ("issue-updated-resolved", "issue.transitioned", "Test User moved TES-41 to Done: Unit test summary 1"),
        ("issue-updated-sprint", "issue.updated", "Test User put TES-41 into sprint Sprint 2: Unit test summary 1"),
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


def test_every_real_webhook_is_of_a_declared_type() -> None:
    kinds = {kind.name for kind in EVENT_TYPES}
    for path in REAL.glob("*.json"):
        assert parse(json.loads(path.read_text())).type in kinds, path.name


@pytest.mark.parametrize("payload", [[], "x", 3, None, {}, {"zen": "x"}])
def test_what_no_jira_sends_is_refused(payload: Any) -> None:
    with pytest.raises(ParseError):
        parse(payload)


def test_every_event_type_has_a_card_of_its_own() -> None:
    cards = {path.stem for path in (JIRA.folder / "cards").glob("*.j2")}
    assert {kind.group for kind in EVENT_TYPES} <= cards


def test_what_jira_has_learnt_since_is_named_after_its_own_name() -> None:
    assert parse({"webhookEvent": "jira:Fuel Tank_refilled"}).type == "fuel_tank.refilled"
    assert plain(card({"webhookEvent": "tank_refilled"}).title) == "Tank was refilled"
    payload = fixture("comment_created__cloud") | {"webhookEvent": "tank_refilled"}
    assert plain(card(payload).title).startswith("Tank refilled: ROCKET-41: Fuel valve")
    assert parse({"issue": {}}).type == "webhook.received"


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.name)
def test_another_verb_is_taken_for_no_known_one(kind: EventType) -> None:
    """What Jira will say of known things some day, such as that a comment is pinned, is said in its own words."""
    name = next(sample.name for sample in JIRA.samples if sample.name.startswith(_stem(kind)))
    payload = fixture(name) | {"webhookEvent": f"{kind.group}_pinned"}
    assert "pinned" in plain(card(payload).title)


def _stem(kind: EventType) -> str:
    return kind.name.replace(".", "_") + "__"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"visibility": {"type": "role", "value": "Developers"}}, "Developers (role)"),
        ({"visibility": {"type": "group", "value": "staff"}}, "staff (group)"),
        ({"visibility": {"type": "group", "identifier": "6f1c"}}, "group"),
        ({"jsdPublic": False}, "Internal note, not for customers"),
        ({"jsdPublic": True}, None),
        ({"visibility": {}, "jsdPublic": "false"}, None),
    ],
)
def test_a_restricted_comment_says_so_and_can_be_excluded(
    value: dict[str, Any], expected: str | None
) -> None:
    payload = fixture("comment_created__cloud")
    payload["comment"] |= {"jsdPublic": True, **value}
    assert facts(payload).get("Restricted to") == expected
    restricted = parse(payload).attributes.get("restricted")
    assert restricted == (
        expected and expected.removesuffix(", not for customers").partition(" (")[0]
    )


def test_who_removed_a_thing_is_not_taken_for_whose_it_was() -> None:
    for name in ("comment_deleted__cloud", "worklog_deleted__cloud", "attachment_deleted__cloud"):
        assert parse(fixture(name)).attributes["actor"] == "", name
    assert parse(fixture("user_created__cloud")).attributes["actor"] == ""
    assert parse(fixture("comment_deleted__by_server")).attributes["actor"] == "Mara Lindqvist"


def test_an_account_s_id_is_never_shown_as_a_name() -> None:
    """Cloud gives of somebody who left no more than the id; Data Center's keys say as little."""
    ids = (
        "5b10ac8d82e05b22cc7d4ef5",
        "712020:11111111-2222-3333-4444-555555555555",
        "JIRAUSER10100",
    )
    for number in ids:
        payload = fixture("issue_updated__several_fields")
        payload["user"] = {"accountId": number, "name": number, "key": number}
        payload["issue"]["fields"] |= {
            "assignee": {"accountId": number, "name": number},
            "reporter": {"key": number},
        }
        payload["changelog"]["items"] = [
            {"field": "assignee", "from": None, "to": number, "toString": None},
            {"field": "Pilot", "fieldtype": "custom", "from": number, "toString": number},
        ]
        shown = card(payload)
        assert number not in repr(shown)
        assert number not in repr(parse(payload).attributes)
        assert plain(shown.title).startswith("Somebody updated ROCKET-41")


def test_names_are_found_wherever_the_payload_has_them() -> None:
    payload = fixture("issue_updated__several_fields")
    payload["issue"]["fields"]["customfield_10071"] = {
        "accountId": "712020:11111111-2222-3333-4444-555555555555",
        "displayName": "Zoe Adams",
    }
    payload["changelog"]["items"] = [
        {"field": "Pilot", "to": "712020:11111111-2222-3333-4444-555555555555"}
    ]
    assert facts(payload)["Pilot"] == "Zoe Adams"


@pytest.mark.parametrize(
    ("item", "name", "told"),
    [
        ({"field": "labels", "fromString": "a b", "toString": "b c"}, "Labels", "a, b → b, c"),
        ({"field": "priority", "fromString": "Low", "toString": "High"}, "Priority", "Low → High"),
        ({"field": "resolution", "fromString": "Done"}, "Resolution", "Done → none"),
        ({"field": "timeestimate", "from": "5400", "to": "0"}, "Remaining estimate", "1h 30m → 0m"),
        ({"field": "duedate", "to": "2026-12-04", "toString": "2026-12-04 00:00:00.0"}, "Due date", "2026-12-04"),
        ({"field": "description", "toString": "b"}, "Description", "added"),
        ({"field": "environment", "fromString": "b"}, "Environment", "removed"),
        ({"field": "Pilot", "from": "JIRAUSER1", "to": "JIRAUSER2"}, "Pilot", "changed"),
        ({"field": "Notes", "fieldtype": "custom", "fromString": "x" * 121, "toString": "y"}, "Notes", "edited"),
        ({"field": "IssueParentAssociation", "toString": "ROCKET-7"}, "Parent", "ROCKET-7"),
        ({"field": "fixVersions", "toString": "4.3.0"}, "Fix Versions", "4.3.0"),
        ({"field": "DevOps Team", "fieldtype": "custom", "toString": "North"}, "DevOps Team", "North"),
        ({"field": "story points", "fieldtype": "custom", "from": "3", "to": "5"}, "Story points", "3 → 5"),
    ],
)  # fmt: skip
def test_changes_are_told_as_people_say_them(item: dict[str, Any], name: str, told: str) -> None:
    payload = fixture("issue_updated__several_fields")
    payload["changelog"]["items"] = [item]
    assert facts(payload)[name] == told
    assert parse(payload).attributes["changed_fields"] == (name,)


def test_what_the_title_says_is_no_fact() -> None:
    payload = fixture("issue_updated__several_fields")
    edited = {"field": "description", "fromString": "a", "toString": "b"}
    payload["changelog"]["items"] = [edited]
    assert "Description" not in facts(payload)
    payload["changelog"]["items"] = [edited, {"field": "status", "toString": "Done"}]
    assert list(facts(payload).items())[:2] == [("Status", "Done"), ("Description", "edited")]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"field": "Sprint", "fromString": "12"}, "took ROCKET-41 out of sprint 12"),
        ({"field": "Attachment", "fromString": "a.png"}, "removed a.png from ROCKET-41"),
        ({"field": "Attachment", "toString": "a" * 500}, "changed Attachment of ROCKET-41"),
        ({"field": "Link", "fromString": "This blocks ROCKET-9"}, "unlinked ROCKET-41"),
        ({"field": "Flagged", "fromString": "Impediment"}, "unflagged ROCKET-41"),
        ({"field": "description", "fromString": "a" * 500}, "edited the description of ROCKET-41"),
    ],
)
def test_one_change_has_words_of_its_own(item: dict[str, Any], said: str) -> None:
    payload = fixture("issue_updated__several_fields")
    payload["changelog"]["items"] = [item]
    title = plain(card(payload).title)
    assert title == f"Mara Lindqvist {said}: Fuel valve sticks below -40 °C"


def test_jira_s_own_machinery_is_no_change() -> None:
    payload = fixture("issue_updated__several_fields")
    payload["changelog"]["items"] = [
        {"field": "WorklogId", "to": "7"},
        {"field": "Workflow", "to": "8"},
    ]
    assert "changed_fields" not in parse(payload).attributes


def test_custom_fields_are_attributes_by_their_names_and_take_no_other_s() -> None:
    payload = fixture("issue_updated__custom_fields")
    payload["issue"]["names"] |= {"customfield_10066": "Status", "customfield_10067": "Actor"}
    payload["issue"]["fields"] |= {"customfield_10066": "forged", "customfield_10067": "forged"}
    attributes = parse(payload).attributes
    assert attributes["Story Points"] == 5
    assert attributes["Pad"] == "North / Pad 2"
    assert attributes["Weather"] == ("Cold", "Wet")
    assert attributes["status"] == "To Do"
    assert "forged" not in attributes.values()


def test_an_update_without_words_of_jira_is_what_changed() -> None:
    payload = fixture("comment_created__old_server")
    assert parse(payload).type == "comment.created"
    payload["changelog"] = {"items": [{"field": "status", "toString": "Done"}]}
    assert parse(payload).type == "issue.transitioned"
    payload["changelog"]["items"].append({"field": "project", "toString": "Launch pad"})
    assert parse(payload).type == "issue.moved"


def test_nothing_leads_to_what_is_gone() -> None:
    for name in (
        "issue_deleted__cloud",
        "attachment_deleted__cloud",
        "project_soft_deleted__cloud",
    ):
        shown = card(fixture(name))
        assert (shown.url, shown.actions) == (None, ())
        assert not any(span.link for span in shown.title)


def test_a_version_that_is_merged_is_not_deleted() -> None:
    """Cloud says `jira:version_deleted` of both."""
    merged = fixture("version_merged__cloud")
    assert parse(merged).type == "version.merged"
    assert facts(merged)["Merged into"] == "4.3.0"
    del merged["mergedTo"]
    assert parse(merged).type == "version.deleted"


def test_a_sprint_s_change_that_is_told_in_part_tells_no_more() -> None:
    payload = fixture("sprint_updated__cloud")
    payload["oldValue"] = {"goal": "Ready to fuel"}
    assert facts(payload) == {"Goal": "Ready to fuel → Ready to launch"}
