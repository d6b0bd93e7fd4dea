"""`pull_request`: everything that happens to a proposed change, except what people say about it."""

from typing import Any

from bridge_github.node import Node
from bridge_github.parts import change, people, person, required, standing
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions, and `merged`: GitHub says `closed` for both ends."""
    node = required(payload, "pull_request")
    merged = action == "closed" and node.flag("merged")
    return Reading(
        "merged" if merged else action,
        node,
        node.link("html_url"),
        {
            **pull_request(node),
            "label": payload.text("label", "name"),
            "assignee": person(payload.at("assignee")),
            "reviewer": person(payload.first("requested_reviewer", "requested_team")),
            "milestone": payload.text("milestone", "title") or node.text("milestone", "title"),
            "was": {
                "title": change(payload, "title"),
                "base": payload.text("changes", "base", "ref", "from"),
            },
            "body_changed": "body" in payload.at("changes"),
            "before": payload.text("before"),
            "after": payload.text("after"),
            "reason": payload.text("reason"),
            "stack": {
                "size": payload.number("stack", "size"),
                "position": payload.number("stack", "position"),
                "base": payload.text("stack", "base", "ref"),
            },
        },
    )


def pull_request(node: Node) -> dict[str, Any]:
    """What a card says of a pull request, whoever did what to it."""
    return {
        "noun": "pull request",
        "number": node.number("number"),
        "title": node.text("title"),
        "body": node.text("body"),
        "draft": node.flag("draft"),
        "author": person(node.at("user")),
        "branch": _branch(node),
        "base": node.text("base", "ref"),
        "additions": node.number("additions"),
        "deletions": node.number("deletions"),
        "changed_files": node.number("changed_files"),
        "commits": node.number("commits"),
        "reviewers": people(node, "requested_reviewers", "requested_teams"),
        "assignees": people(node, "assignees"),
        "labels": node.names("labels", by="name"),
        "standing": standing(node, merged=node.text("merged_at") is not None),
    }


def _branch(node: Node) -> str | None:
    """The branch that is to be merged, with its owner where it comes from a fork."""
    head, base = node.at("head"), node.at("base")
    fork = head.text("repo", "full_name") != base.text("repo", "full_name")
    return (head.text("label") if fork else None) or head.text("ref")
