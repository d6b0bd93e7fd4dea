"""`commit_comment`: somebody says something about a commit."""

from bridge_github.node import Node
from bridge_github.parts import in_repository, only, person, required, spot
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's one action."""
    comment = required(payload, "comment")
    sha = comment.text("commit_id")
    commit_url = in_repository(payload, "commit", sha)
    return Reading(
        action,
        Node(),
        comment.link("html_url") or commit_url,
        {
            "sha": sha,
            "commenter": person(comment.at("user")),
            "words": comment.text("body"),
            "spot": spot(comment),
        },
        {"on": "commit", "paths": only(comment.text("path"))},
    )
