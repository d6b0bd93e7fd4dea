"""`pull_request_review_comment` and `pull_request_review_thread`: what is said about lines of a pull request."""

from bridge_github.events.pull_request import pull_request
from bridge_github.node import Node
from bridge_github.parts import only, person, required, spot
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """A comment comes, changes or goes."""
    node, comment = required(payload, "pull_request"), required(payload, "comment")
    url = node.link("html_url") if action == "deleted" else comment.link("html_url")
    return Reading(
        action,
        node,
        url or node.link("html_url"),
        {
            **pull_request(node),
            "commenter": person(comment.at("user")),
            "words": comment.text("body"),
            "reply": comment.number("in_reply_to_id") is not None,
            "spot": spot(comment),
        },
        {"on": "pull request", "paths": only(comment.text("path"))},
    )


def read_thread(payload: Node, action: str | None) -> Reading:
    """A conversation is resolved, or opened again; its first comment says what it was about."""
    node, comments = required(payload, "pull_request"), payload.each("thread", "comments")
    first = comments[0] if comments else Node()
    return Reading(
        action,
        node,
        first.link("html_url") or node.link("html_url"),
        {
            **pull_request(node),
            "commenter": person(first.at("user")),
            "words": first.text("body"),
            "spot": spot(first),
            "count": len(comments),
        },
        {"on": "pull request", "paths": only(first.text("path"))},
    )
