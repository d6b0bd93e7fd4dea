"""`secret_scanning_alert`, `secret_scanning_alert_location`, `secret_scanning_scan`: a secret stands where it must not.

Nothing here reads the secret itself.
"""

from typing import Any

from bridge_github.node import Node
from bridge_github.parts import in_repository, only, person, required, revision, spot, took
from bridge_github.reading import Reading, Value

_PLACES = {
    "wiki_commit": "the wiki",
    "issue_title": "an issue’s title",
    "issue_body": "an issue",
    "issue_comment": "a comment on an issue",
    "discussion_title": "a discussion’s title",
    "discussion_body": "a discussion",
    "discussion_comment": "a comment on a discussion",
    "pull_request_title": "a pull request’s title",
    "pull_request_body": "a pull request",
    "pull_request_comment": "a comment on a pull request",
    "pull_request_review": "a review",
    "pull_request_review_comment": "a comment on changed lines",
}
_SHOWN = 20


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions."""
    alert = required(payload, "alert")
    return Reading(
        action,
        alert,
        _page(payload, alert),
        {
            **_alert(alert),
            "assignee": person(payload.first("assignee") or alert.at("assigned_to")),
            "metadata": [
                {"name": entry.text("key"), "value": entry.text("value")}
                for entry in alert.each("metadata")[:_SHOWN]
            ],
        },
        {**_attributes(alert), "assignees": only(alert.text("assigned_to", "login"))},
    )


def read_location(payload: Node, action: str | None) -> Reading:
    """The secret is found in one more place."""
    alert, location = required(payload, "alert"), payload.at("location")
    kind, details = location.text("type") or "", location.at("details")
    sha, path = details.text("commit_sha"), (details.text("path") or "").lstrip("/") or None
    blob = in_repository(payload, f"blob/{sha}", path) if sha else None
    return Reading(
        action,
        alert,
        _page(payload, alert),
        {
            **_alert(alert),
            "where": _PLACES.get(kind, "the code"),
            "found": {
                "name": spot(details),
                "url": details.link("html_url") or (None if kind == "wiki_commit" else blob),
            },
            "head": revision(payload, sha) if kind != "wiki_commit" else {},
        },
        {**_attributes(alert), "paths": only(path)},
    )


def read_scan(payload: Node, action: str | None) -> Reading:
    """GitHub has looked through everything that was there before."""
    types = payload.words("secret_types")
    return Reading(
        action,
        Node(),
        in_repository(payload, "security", "secret-scanning"),
        {
            "kind": (payload.text("type") or "").replace("-", " "),
            "looked_at": (payload.text("source") or "").replace("-", " "),
            "types": types[:_SHOWN],
            "more": max(0, len(types) - _SHOWN),
            "pattern": payload.text("custom_pattern_name"),
            "took": took(payload, "started_at", "completed_at"),
        },
        {"secret_type": types},
    )


def _alert(alert: Node) -> dict[str, Any]:
    return {
        "number": alert.number("number"),
        "name": alert.text("secret_type_display_name") or alert.text("secret_type"),
        "resolution": (alert.text("resolution") or "").replace("_", " "),
        "comment": alert.text("resolution_comment"),
        "validity": alert.text("validity"),
        "leaked": alert.flag("publicly_leaked"),
        "elsewhere": alert.flag("multi_repo"),
        "bypasser": person(alert.at("push_protection_bypassed_by")),
        "bypassed": alert.flag("push_protection_bypassed"),
    }


def _attributes(alert: Node) -> dict[str, Value]:
    resolution = alert.text("resolution")
    return {
        "title": alert.text("secret_type_display_name") or alert.text("secret_type"),
        "secret_type": alert.text("secret_type"),
        "state": "resolved" if resolution else "open",
        "state_reason": resolution,
    }


def _page(payload: Node, alert: Node) -> str | None:
    return alert.link("html_url") or in_repository(
        payload, "security/secret-scanning", alert.number("number")
    )
