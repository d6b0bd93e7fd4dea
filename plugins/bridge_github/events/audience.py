"""`fork`, `star` and `watch`: somebody takes an interest in a repository."""

from bridge_github.node import Node
from bridge_github.parts import required
from bridge_github.reading import Reading


def read_fork(payload: Node, _action: str | None) -> Reading:
    """Somebody makes a copy of one's own. GitHub has no action here."""
    fork = required(payload, "forkee")
    return Reading(
        None,
        Node(),
        fork.link("html_url"),
        {"fork": fork.text("full_name"), "forks": payload.number("repository", "forks_count")},
    )


def read_star(payload: Node, action: str | None) -> Reading:
    """A star comes or goes."""
    repository = required(payload, "repository")
    stars = repository.number("stargazers_count")
    return Reading(action, Node(), repository.link("html_url"), {"stars": stars})


def read_watch(payload: Node, action: str | None) -> Reading:
    """Somebody wants to know of everything that happens here."""
    repository = required(payload, "repository")
    return Reading(action, Node(), repository.link("html_url"))
