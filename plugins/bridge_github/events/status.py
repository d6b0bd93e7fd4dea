"""`status`: what a service outside says of a commit. GitHub has no action here; the state tells them apart."""

from bridge_github.node import Node
from bridge_github.parts import ENDS, person, revision
from bridge_github.reading import Reading

STATES = ("pending", *ENDS)


def read(payload: Node, _action: str | None) -> Reading:
    """The state, in place of an action."""
    state, context = payload.text("state"), payload.text("context")
    branches = payload.names("branches", by="name")
    sha = payload.text("sha")
    head = {**revision(payload, sha), "message": payload.text("commit", "commit", "message")}
    return Reading(
        state if state in STATES else None,
        payload,
        payload.link("target_url")
        or payload.link("commit", "html_url")
        or head["url"]
        or payload.link("repository", "html_url"),
        {
            "name": context,
            "state": state,
            "description": payload.text("description"),
            "branches": branches,
            "head": head,
            "author": person(payload.at("commit", "author")),
            "details_url": payload.link("target_url"),
        },
        {
            "author": payload.text("commit", "author", "login"),
            "branch": branches if len(branches) > 1 else "".join(branches) or None,
            "check": context,
            "conclusion": state if state in ENDS else None,
        },
    )
