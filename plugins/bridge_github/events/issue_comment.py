"""`issue_comment`: somebody says something about an issue or a pull request."""

from bridge_github.events.issues import issue
from bridge_github.node import Node
from bridge_github.parts import person, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions."""
    node, comment = required(payload, "issue"), required(payload, "comment")
    url = node.link("html_url") if action == "deleted" else comment.link("html_url")
    return Reading(
        action,
        node,
        url or node.link("html_url"),
        {
            **issue(node),
            "issue_url": node.link("html_url"),
            "commenter": person(comment.at("user")),
            "words": comment.text("body"),
        },
    )
