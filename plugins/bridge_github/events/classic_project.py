"""`project`, `project_card` and `project_column`: the projects that GitHub had before."""

import re

from bridge_github.node import Node
from bridge_github.parts import change, in_repository, place, required
from bridge_github.reading import Reading

_ISSUE = re.compile(r"/issues/(\d+)$")


def read(payload: Node, action: str | None) -> Reading:
    """A project itself."""
    project = required(payload, "project")
    gone = action == "deleted"
    return Reading(
        action,
        project,
        (None if gone else project.link("html_url")) or place(payload)["url"],
        {
            "name": project.text("name"),
            "body": project.text("body"),
            "was": {"name": change(payload, "name")},
            "body_changed": "body" in payload.at("changes"),
        },
        {"project": project.text("name")},
    )


def read_column(payload: Node, action: str | None) -> Reading:
    """A column. GitHub does not say of which project."""
    column = required(payload, "project_column")
    return Reading(
        action,
        column,
        place(payload)["url"],
        {"name": column.text("name"), "was": {"name": change(payload, "name")}},
    )


def read_card(payload: Node, action: str | None) -> Reading:
    """A card: a note, or an issue whose number stands in an address only."""
    card = required(payload, "project_card")
    found = _ISSUE.search(card.text("content_url") or "")
    number = found[1] if found else None
    return Reading(
        action,
        card,
        in_repository(payload, "issues", number) or place(payload)["url"],
        {"number": number, "note": card.text("note"), "was": {"note": change(payload, "note")}},
    )
