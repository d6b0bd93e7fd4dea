"""Which event type a webhook is: by Jira's name for it, and for an update by what changed."""

import re
from collections.abc import Collection

from bridge_jira.catalogue import DELETED_VERSION, UPDATED, WEBHOOKS, WORKED
from bridge_jira.changes import Change
from bridge_jira.reading import Object, node, text

_SAID = {
    "issue_commented": "comment.created",
    "issue_comment_edited": "comment.updated",
    "issue_comment_deleted": "comment.deleted",
    "issue_work_logged": "worklog.created",
    "issue_worklog_updated": "worklog.updated",
    "issue_worklog_deleted": "worklog.deleted",
}
"""What Data Center says of an update in `issue_event_type_name`, where that is no change of the issue."""

_LONGEST = 100
_NOT_IN_A_TYPE = re.compile(r"[^a-z0-9_.-]+")


def read_kind(payload: Object, changes: Collection[Change]) -> str:
    """The event type; one that Jira has added since is named after its own name."""
    event = text(payload.get("webhookEvent"))
    if event in {UPDATED, WORKED}:
        return _SAID.get(text(payload.get("issue_event_type_name"))) or (
            _update(payload, changes) if event == UPDATED else "worklog.updated"
        )
    if event == DELETED_VERSION and node(payload, "mergedTo"):
        return "version.merged"
    return WEBHOOKS.get(event) or _named_after(event)


def _named_after(event: str) -> str:
    subject, _, verb = event.removeprefix("jira:").rpartition("_")
    named_so = f"{subject or 'webhook'}.{verb or 'received'}".lower()
    return _NOT_IN_A_TYPE.sub("_", named_so)[:_LONGEST]


def _update(payload: Object, changes: Collection[Change]) -> str:
    """What an update was, by what changed: old servers do not say, and newer ones say `issue_generic`."""
    changed = {change.field for change in changes}
    if "project" in changed:
        return "issue.moved"
    if "status" in changed:
        return "issue.transitioned"
    if changed == {"assignee"} or payload.get("issue_event_type_name") == "issue_assigned":
        return "issue.assigned"
    comment = node(payload, "comment")
    if comment and not changes:
        edited = text(comment.get("updated")) != text(comment.get("created"))
        return "comment.updated" if edited else "comment.created"
    return "issue.updated"
