"""`milestone`: a milestone itself, apart from what is planned for it."""

from bridge_github.node import Node
from bridge_github.parts import change, date, person, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions."""
    milestone = required(payload, "milestone")
    gone = action == "deleted"
    return Reading(
        action,
        milestone,
        payload.link("repository", "html_url") if gone else milestone.link("html_url"),
        {
            "title": milestone.text("title"),
            "description": milestone.text("description"),
            "due": date(milestone.text("due_on")),
            "open": milestone.number("open_issues"),
            "closed": milestone.number("closed_issues"),
            "creator": person(milestone.at("creator")),
            "was": {"title": change(payload, "title"), "due": date(change(payload, "due_on"))},
            "description_changed": "description" in payload.at("changes"),
        },
    )
