"""`code_scanning_alert`: a tool finds something wrong in the code."""

from bridge_github.node import Node
from bridge_github.parts import (
    branch_of,
    in_repository,
    only,
    people,
    person,
    required,
    revision,
    severity_of,
    spot,
)
from bridge_github.reading import Reading

_HEADS = "refs/heads/"


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions."""
    alert = required(payload, "alert")
    instances = alert.each("instances")
    instance = alert.first("most_recent_instance") or (instances[0] if instances else Node())
    rule, location = alert.at("rule"), instance.at("location")
    ref = payload.text("ref") or instance.text("ref") or ""
    branch = ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else None
    name = rule.text("description") or rule.text("name") or rule.text("id")
    severity = severity_of(rule.text("security_severity_level"), rule.text("severity"))
    number = alert.number("number")
    return Reading(
        action,
        alert,
        alert.link("html_url") or in_repository(payload, "security/code-scanning", number),
        {
            "number": number,
            "name": name,
            "rule": rule.text("id"),
            "severity": severity,
            "tool": alert.text("tool", "name"),
            "message": instance.text("message", "text"),
            "spot": spot(location),
            "branch": branch_of(payload, branch),
            "head": revision(payload, payload.text("commit_oid") or instance.text("commit_sha")),
            "reason": alert.text("dismissed_reason"),
            "comment": alert.text("dismissed_comment"),
            "approver": person(alert.at("dismissal_approved_by")),
            "assignees": people(alert, "assignees"),
        },
        {
            "title": name,
            "severity": severity,
            "rule": rule.text("id"),
            "app": alert.text("tool", "name"),
            "branch": branch,
            "paths": only(location.text("path")),
            "state_reason": alert.text("dismissed_reason"),
        },
    )
