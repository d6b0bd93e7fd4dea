"""`pull_request_review`: somebody approved, asked for changes, or commented."""

from bridge_github.events.pull_request import pull_request
from bridge_github.node import Node
from bridge_github.parts import person, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions; the verdict is the attribute `state`."""
    node, review = required(payload, "pull_request"), required(payload, "review")
    url = review.link("html_url") or node.link("html_url")
    return Reading(
        action,
        node,
        url,
        {
            **pull_request(node),
            "state": (review.text("state") or "").lower(),
            "reviewer": person(review.at("user")),
            "words": review.text("body"),
        },
    )
