"""`sub_issues`, `issue_dependencies` and `issue_relates_to`: what one issue is to another.

GitHub tells both sides: the repository of each issue gets a webhook of its own, named after its own side. The event is
about the issue on that side.
"""

from typing import Any

from bridge_github.node import Node
from bridge_github.parts import required
from bridge_github.reading import Reading

_SIDES = {
    "sub_issue": ("parent_issue", "sub_issue"),
    "parent_issue": ("sub_issue", "parent_issue"),
    "blocked_by": ("blocked_issue", "blocking_issue"),
    "blocking": ("blocking_issue", "blocked_issue"),
    "relates_to": ("issue", "related_issue"),
}
"""For each action, less its `_added` or `_removed`: the issue on this side, and the other one."""
_ROLES = {
    "parent_issue": "Parent",
    "sub_issue": "Sub-issue",
    "blocked_issue": "Blocked",
    "blocking_issue": "Blocked by",
    "issue": "Issue",
    "related_issue": "Related",
}


def read_sub_issues(payload: Node, action: str | None) -> Reading:
    """A part of an issue."""
    return _read(payload, action, "sub_issue")


def read_dependencies(payload: Node, action: str | None) -> Reading:
    """An issue that has to wait for another."""
    return _read(payload, action, "blocked_by")


def read_relations(payload: Node, action: str | None) -> Reading:
    """Two issues that have to do with each other. GitHub leaves out the other one where it is elsewhere."""
    return _read(payload, action, "relates_to")


def _read(payload: Node, action: str | None, usual: str) -> Reading:
    relation = (action or "").removesuffix("_added").removesuffix("_removed")
    here, there = _SIDES.get(relation) or _SIDES[usual]
    node, other = required(payload, here), payload.at(there)
    parent = node if here == "parent_issue" else other if there == "parent_issue" else Node()
    return Reading(
        action,
        node,
        node.link("html_url"),
        {
            "relation": relation,
            "it": {"role": _ROLES[here], **_reference(node)},
            "other": {
                "role": _ROLES[there],
                **_reference(other, payload.at(f"{there}_repo"), payload.at("repository")),
            },
            "labels": node.names("labels", by="name"),
            "parts": {
                "total": parent.number("sub_issues_summary", "total"),
                "done": parent.number("sub_issues_summary", "completed"),
            },
        },
    )


def _reference(node: Node, place: Node | None = None, home: Node | None = None) -> dict[str, Any]:
    """An issue as people write it: `#98`, with its repository's name where it is another one."""
    number, name = node.number("number"), place.text("full_name") if place else None
    elsewhere = name if name and home and name != home.text("full_name") else ""
    return {
        "name": f"{elsewhere}#{number}" if number is not None else None,
        "title": node.text("title"),
        "url": node.link("html_url"),
    }
