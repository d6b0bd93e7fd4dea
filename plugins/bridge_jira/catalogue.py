"""Jira's webhooks and the event types that a subscriber can choose, with the words a person reads there.

`jira:issue_updated` hides what subscribers tell apart: what it becomes is read from what changed (`kind.py`). So does
`jira:worklog_updated` of Data Center. Everything else has one event type; whatever Jira adds still arrives, named after it.
"""

from collections.abc import Mapping
from typing import NamedTuple

from bridge.plugin import EventType


class Kind(NamedTuple):
    """An event type: Jira's names for it, its words, and whether it is ticked on a new subscription."""

    name: str
    label: str
    webhooks: tuple[str, ...]
    default: bool = False


UPDATED = "jira:issue_updated"
WORKED = "jira:worklog_updated"
DELETED_VERSION = "jira:version_deleted"

_ISSUE = (
    Kind("issue.created", "An issue is created", ("jira:issue_created",), True),
    Kind("issue.transitioned", "An issue's status changes", (UPDATED,), True),
    Kind("issue.assigned", "An issue is assigned", (UPDATED,), True),
    Kind("issue.moved", "An issue is moved to another project", (UPDATED,)),
    Kind("issue.updated", "An issue's other fields change", (UPDATED,)),
    Kind("issue.deleted", "An issue is deleted", ("jira:issue_deleted",)),
)
_ON_ISSUES = (
    Kind("comment.created", "A comment is added", ("comment_created", UPDATED), True),
    Kind("comment.updated", "A comment is edited", ("comment_updated", UPDATED)),
    Kind("comment.deleted", "A comment is deleted", ("comment_deleted", UPDATED)),
    Kind("worklog.created", "Work is logged", ("worklog_created", WORKED)),
    Kind("worklog.updated", "A work log is edited", ("worklog_updated", WORKED)),
    Kind("worklog.deleted", "A work log is deleted", ("worklog_deleted", WORKED)),
    Kind("attachment.created", "A file is attached", ("attachment_created",)),
    Kind("attachment.deleted", "An attached file is removed", ("attachment_deleted",)),
    Kind("issuelink.created", "Two issues are linked", ("issuelink_created",)),
    Kind("issuelink.deleted", "The link of two issues is removed", ("issuelink_deleted",)),
    Kind("issue_property.set", "An app sets a property of an issue", ("issue_property_set",)),
    Kind(
        "issue_property.deleted", "An app removes an issue's property", ("issue_property_deleted",)
    ),
)
_PLANS = (
    Kind("sprint.created", "A sprint is created", ("sprint_created",)),
    Kind("sprint.updated", "A sprint's name, goal or dates change", ("sprint_updated",)),
    Kind("sprint.started", "A sprint is started", ("sprint_started",)),
    Kind("sprint.closed", "A sprint is completed", ("sprint_closed",)),
    Kind("sprint.deleted", "A sprint is deleted", ("sprint_deleted",)),
    Kind("version.created", "A version is created", ("jira:version_created",)),
    Kind("version.updated", "A version is edited", ("jira:version_updated",)),
    Kind("version.released", "A version is released", ("jira:version_released",)),
    Kind("version.unreleased", "A version's release is undone", ("jira:version_unreleased",)),
    Kind("version.moved", "A version is moved in the list", ("jira:version_moved",)),
    Kind(
        "version.merged",
        "A version is merged into another",
        ("jira:version_merged", DELETED_VERSION),
    ),
    Kind("version.deleted", "A version is deleted", (DELETED_VERSION,)),
    Kind("board.created", "A board is created", ("board_created",)),
    Kind("board.updated", "A board is edited", ("board_updated",)),
    Kind(
        "board.configuration_changed",
        "A board's columns or estimation change",
        ("board_configuration_changed",),
    ),
    Kind("board.deleted", "A board is deleted", ("board_deleted",)),
)
_PROJECTS = (
    Kind("project.created", "A project is created", ("project_created",)),
    Kind("project.updated", "A project is edited", ("project_updated",)),
    Kind("project.soft_deleted", "A project is moved to the trash", ("project_soft_deleted",)),
    Kind(
        "project.restored_deleted",
        "A project is restored from the trash",
        ("project_restored_deleted",),
    ),
    Kind("project.archived", "A project is archived", ("project_archived",)),
    Kind(
        "project.restored_archived",
        "A project is restored from the archive",
        ("project_restored_archived",),
    ),
    Kind("project.deleted", "A project is deleted", ("project_deleted",)),
)
_SITE = (
    Kind("issuetype.created", "An issue type is created", ("issuetype_created",)),
    Kind("issuetype.updated", "An issue type is edited", ("issuetype_updated",)),
    Kind("issuetype.deleted", "An issue type is deleted", ("issuetype_deleted",)),
    Kind("filter.created", "A filter is created", ("filter_created",)),
    Kind("filter.updated", "A filter is edited", ("filter_updated",)),
    Kind("filter.deleted", "A filter is deleted", ("filter_deleted",)),
    Kind("user.created", "A user is created", ("user_created",)),
    Kind("user.updated", "A user's profile changes", ("user_updated",)),
    Kind("user.deleted", "A user is deleted", ("user_deleted",)),
    Kind("option.voting_changed", "Voting is switched", ("option_voting_changed",)),
    Kind("option.watching_changed", "Watching is switched", ("option_watching_changed",)),
    Kind(
        "option.unassigned_issues_changed",
        "Unassigned issues are allowed or not",
        ("option_unassigned_issues_changed",),
    ),
    Kind("option.subtasks_changed", "Sub-tasks are switched", ("option_subtasks_changed",)),
    Kind("option.attachments_changed", "Attachments are switched", ("option_attachments_changed",)),
    Kind("option.issuelinks_changed", "Issue links are switched", ("option_issuelinks_changed",)),
    Kind(
        "option.timetracking_changed",
        "Time tracking is switched",
        ("option_timetracking_changed",),
    ),
    Kind(
        "option.timetracking_provider_changed",
        "The time tracking provider changes",
        ("option_timetracking_provider_changed",),
    ),
)

KINDS = (*_ISSUE, *_ON_ISSUES, *_PLANS, *_PROJECTS, *_SITE)
"""In the order in which they are offered."""

EVENT_TYPES = tuple(
    EventType(kind.name, kind.label, kind.default, opens=kind.name == "issue.created")
    for kind in KINDS
)

WEBHOOKS: Mapping[str, str] = {
    webhook: kind.name
    for kind in KINDS
    for webhook in kind.webhooks
    if webhook not in {UPDATED, WORKED}
}
"""The event type of each webhook that has one alone, by the name in `webhookEvent`."""
