"""Every event of GitHub's documentation is declared and shown, and the page about them says what the code does."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import pytest

from bridge.models import ParsedEvent
from bridge.source import EventType
from bridge_github.catalogue.automation import AUTOMATION
from bridge_github.catalogue.code import CODE
from bridge_github.catalogue.organization import ORGANIZATION
from bridge_github.catalogue.planning import PLANNING
from bridge_github.catalogue.repository import REPOSITORY
from bridge_github.catalogue.security import SECURITY
from bridge_github.events import READERS
from bridge_github.events.push import PATHS
from tests.plugins.github import GITHUB, of_sample

PAGE = Path(__file__).parents[2] / "docs/github-events.md"

DOCUMENTED: Mapping[str, str] = {
    "branch_protection_configuration": "disabled enabled",
    "branch_protection_rule": "created deleted edited",
    "bypass_request_secret_scanning": "cancelled completed created response_dismissed response_submitted",
    "cache_sync": "",
    "check_run": "completed created requested_action rerequested",
    "check_suite": "completed requested rerequested",
    "code_scanning_alert": "appeared_in_branch closed_by_user created fixed reopened reopened_by_user updated_assignment",
    "commit_comment": "created",
    "content_reference": "created",
    "create": "",
    "custom_property": "created deleted promote_to_enterprise updated",
    "custom_property_values": "updated",
    "delete": "",
    "dependabot_alert": "assignees_changed auto_dismissed auto_reopened created dismissed fixed reintroduced reopened",
    "deploy_key": "created deleted",
    "deployment": "created",
    "deployment_protection_rule": "requested",
    "deployment_review": "approved rejected requested",
    "deployment_status": "created",
    "discussion": "answered category_changed closed created deleted edited labeled locked pinned reopened transferred unanswered unlabeled unlocked unpinned",
    "discussion_comment": "created deleted edited",
    "dismissal_request_code_scanning": "created response_submitted",
    "dismissal_request_dependabot": "cancelled created response_submitted",
    "dismissal_request_secret_scanning": "cancelled completed created response_dismissed response_submitted",
    "enterprise": "anonymous_access_disabled anonymous_access_enabled",
    "exemption_request_push_ruleset": "cancelled completed created response_dismissed response_submitted",
    "fork": "",
    "github_app_authorization": "revoked",
    "gollum": "",
    "installation": "created deleted new_permissions_accepted suspend unsuspend",
    "installation_repositories": "added removed",
    "installation_target": "renamed",
    "issue_comment": "created deleted edited pinned unpinned",
    "issue_dependencies": "blocked_by_added blocked_by_removed blocking_added blocking_removed",
    "issue_relates_to": "relates_to_added relates_to_removed",
    "issues": "assigned closed deleted demilestoned edited field_added field_removed labeled locked milestoned opened pinned reopened transferred typed unassigned unlabeled unlocked unpinned untyped",
    "label": "archived created deleted edited unarchived",
    "marketplace_purchase": "cancelled changed pending_change pending_change_cancelled purchased",
    "member": "added edited removed",
    "membership": "added removed",
    "merge_group": "checks_requested destroyed",
    "meta": "deleted",
    "milestone": "closed created deleted edited opened",
    "org_block": "blocked unblocked",
    "organization": "deleted member_added member_invited member_removed renamed",
    "organization_custom_property": "created deleted updated",
    "organization_custom_property_values": "updated",
    "package": "published updated",
    "page_build": "",
    "personal_access_token_request": "approved cancelled created denied",
    "ping": "",
    "project": "closed created deleted edited reopened",
    "project_card": "converted created deleted edited moved",
    "project_column": "created deleted edited moved",
    "projects_v2": "closed created deleted edited reopened",
    "projects_v2_item": "archived converted created deleted edited reordered restored",
    "projects_v2_status_update": "created deleted edited",
    "public": "",
    "pull_request": "assigned auto_merge_disabled auto_merge_enabled closed converted_to_draft demilestoned dequeued edited enqueued labeled locked milestoned opened ready_for_review reopened review_request_removed review_requested stacked synchronize unassigned unlabeled unlocked",
    "pull_request_review": "dismissed edited submitted",
    "pull_request_review_comment": "created deleted edited",
    "pull_request_review_thread": "resolved unresolved",
    "push": "",
    "registry_package": "published updated",
    "release": "created deleted edited prereleased published released unpublished",
    "repository": "anonymous_access_disabled anonymous_access_enabled archived created deleted edited privatized publicized renamed transferred unarchived",
    "repository_advisory": "published reported",
    "repository_dispatch": "",
    "repository_import": "",
    "repository_ruleset": "created deleted edited",
    "repository_vulnerability_alert": "create dismiss reopen resolve",
    "secret_scanning_alert": "assigned created metadata_created metadata_removed publicly_leaked reopened resolved unassigned validated",
    "secret_scanning_alert_location": "created",
    "secret_scanning_scan": "completed",
    "security_advisory": "published updated withdrawn",
    "security_and_analysis": "",
    "sponsorship": "cancelled created edited pending_cancellation pending_tier_change tier_changed",
    "star": "created deleted",
    "status": "",
    "sub_issues": "parent_issue_added parent_issue_removed sub_issue_added sub_issue_removed",
    "team": "added_to_repository created deleted edited removed_from_repository",
    "team_add": "",
    "user": "created deleted",
    "watch": "started",
    "workflow_dispatch": "",
    "workflow_job": "completed in_progress queued waiting",
    "workflow_run": "completed in_progress requested",
}
"""GitHub's events with their actions, from its OpenAPI description of webhooks (github.com, Enterprise Cloud, Enterprise
Server 3.19) and from its documentation: `issue_relates_to` and archived labels are newer than the description,
`content_reference` is gone since Enterprise Server 3.3."""

OWN: Mapping[str, tuple[str, ...]] = {
    "create": ("branch", "tag"),
    "delete": ("branch", "tag"),
    "pull_request": ("merged",),
    "push": ("branch", "force", "tag", "delete"),
    "status": ("success", "failure", "error", "pending"),
}
"""What the bridge tells apart where GitHub has no action, or one for several things."""

FAMILIES: Mapping[str, tuple[EventType, ...]] = {
    "Code": CODE,
    "Planning and talk": PLANNING,
    "Automation": AUTOMATION,
    "Security": SECURITY,
    "Repositories": REPOSITORY,
    "Organisations, apps and servers": ORGANIZATION,
}
USUAL = ("actor", "actor_is_bot", "organization", "private", "repository", "visibility")

HEAD = """# GitHub's events

Every event of GitHub's documentation, with each of its actions, is an event type here, with a card of its own: those
of github.com, of Enterprise Cloud, and of Enterprise Server from 3.1 on. This page is made from the code (`pytest
tests/plugins/test_github_events.py --update-cards`), and a test holds it to it.

An event type is `<event>.<action>`: `issues.opened`. *Italics*: GitHub has no action there, or one for several things,
and the second word is the bridge's own. **Bold**: ticked on a new subscription. Without a second word, the event is
the type. A subscription to `issues` gets all its actions; `*` gets everything, also what GitHub invents tomorrow: that
has a plain card with who did what where, and the best link that its payload gives.

Every event has the attributes `actor` and `actor_is_bot`, and those of its place: `repository`, `private`, `visibility`,
`organization`. What else its fixtures have is in the last column. All are explained at the end.
"""

TAIL = f"""
`paths` are the first {PATHS:,} files that a push changes, the file that a comment or an alert points at, or the manifest
of a dependency. `severity` is GitHub's, with `moderate` read as `medium`; code scanning without a security severity has
`error`, `warning` or `note`. A many-valued attribute matches when one of its values does.

GitHub says little of an item in a project: neither its title nor its address, and the project's number only where a
field changes. Such cards lead to the organisation's projects.
"""


def types_of(event: str) -> Iterator[str]:
    actions = DOCUMENTED[event].split()
    own = OWN.get(event, ())
    yield from (f"{event}.{word}" for word in (*actions, *own))
    if not actions and not own:
        yield event


def test_every_documented_event_is_declared_with_each_of_its_actions_and_nothing_else() -> None:
    documented = {kind for event in DOCUMENTED for kind in types_of(event)}
    declared = [kind.name for kind in GITHUB.event_types]
    assert set(declared) == documented
    assert len(declared) == len(set(declared))


@pytest.mark.parametrize("event", DOCUMENTED)
def test_every_documented_event_is_read_and_has_a_card_of_its_own(event: str) -> None:
    assert event in READERS
    assert (GITHUB.folder / "cards" / f"{event}.j2").is_file()


def test_nothing_is_read_that_is_not_documented() -> None:
    assert set(READERS) == set(DOCUMENTED)


def test_the_page_about_them_says_what_the_code_does(pytestconfig: pytest.Config) -> None:
    page = "".join(lines())
    if pytestconfig.getoption("update_cards"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, (
        "docs/github-events.md is out of date: write it with pytest --update-cards."
    )


# The page


def lines() -> Iterator[str]:
    yield HEAD
    yield (
        f"\n{len(DOCUMENTED)} events, {len(GITHUB.event_types)} event types, "
        f"each shown by at least one of {len(GITHUB.samples)} fixtures.\n"
    )
    given = attributes_by_event()
    listed = {"ping"}
    for family, kinds in FAMILIES.items():
        yield f"\n## {family}\n\n| event | event types | attributes |\n| --- | --- | --- |\n"
        for event, group in groupby(kinds, key=lambda kind: kind.group):
            listed.add(event)
            yield f"| `{event}` | {', '.join(map(word, group))} | {given[event]} |\n"
    assert listed == set(DOCUMENTED)
    yield "\n`ping`, with which GitHub tries a new webhook, has a card too.\n"
    yield "\n## Attributes\n\n| attribute | meaning | for example |\n| --- | --- | --- |\n"
    for attribute in GITHUB.attributes:
        examples = ", ".join(f"`{example}`" for example in attribute.examples)
        yield f"| `{attribute.name}` | {attribute.label} | {examples} |\n"
    yield TAIL


def word(kind: EventType) -> str:
    detail = kind.name.partition(".")[2]
    text = f"`{detail or kind.name}`"
    if detail in OWN.get(kind.group, ()):
        text = f"*{text}*"
    return f"**{text}**" if kind.default else text


def attributes_by_event() -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for sample in GITHUB.samples:
        parsed: ParsedEvent = of_sample(sample.name)
        found.setdefault(parsed.type.partition(".")[0], set()).update(parsed.attributes)
    order = [attribute.name for attribute in GITHUB.attributes]
    return {
        event: ", ".join(f"`{name}`" for name in order if name in names and name not in USUAL)
        for event, names in found.items()
    }
