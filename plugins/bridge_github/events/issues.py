"""`issues`: everything that happens to an issue, except what people say about it."""

from typing import Any

from bridge_github.node import Node
from bridge_github.parts import change, people, person, required, simple_text, standing
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions."""
    node = required(payload, "issue")
    new = payload.at("changes", "new_issue")
    gone = action == "deleted"
    url = payload.link("repository", "html_url") if gone else new.link("html_url")
    return Reading(
        action,
        node,
        url or node.link("html_url"),
        {
            **issue(node),
            "label": payload.text("label", "name"),
            "assignee": person(payload.at("assignee")),
            "milestone": payload.text("milestone", "title") or node.text("milestone", "title"),
            "type": payload.text("type", "name") or node.text("type", "name"),
            "reason": (node.text("state_reason") or "").replace("_", " "),
            "was": {"title": change(payload, "title")},
            "body_changed": "body" in payload.at("changes"),
            "field": _field(payload),
            "moved": {
                "number": new.number("number"),
                "place": payload.text("changes", "new_repository", "full_name"),
            },
        },
    )


def _field(payload: Node) -> dict[str, Any]:
    """A field of the organisation's own: its name, and what it is and was."""
    return {
        "name": payload.text("issue_field", "name"),
        "value": _field_value(payload.at("issue_field_value")),
        "was": _field_value(payload.at("changes", "issue_field_value", "from")),
    }


def _field_value(node: Node) -> str | None:
    options = node.names("options", by="name")
    chosen = ", ".join(options) or node.text("option", "name")
    return chosen or simple_text(node.at("value").value)


def issue(node: Node) -> dict[str, Any]:
    """What a card says of an issue, whoever did what to it. GitHub's issue may be a pull request underneath."""
    return {
        "noun": "pull request" if "pull_request" in node else "issue",
        "number": node.number("number"),
        "title": node.text("title"),
        "body": node.text("body"),
        "author": person(node.at("user")),
        "assignees": people(node, "assignees"),
        "labels": node.names("labels", by="name"),
        "standing": standing(node, merged=node.text("pull_request", "merged_at") is not None),
    }
