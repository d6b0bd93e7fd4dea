"""`security_and_analysis`: what GitHub watches for in a repository is turned on or off."""

from bridge_github.node import Node
from bridge_github.parts import in_repository
from bridge_github.reading import Reading


def read(payload: Node, _action: str | None) -> Reading:
    """GitHub has no action here: it gives what was, and the repository says what is."""
    before = payload.at("changes", "from", "security_and_analysis").members()
    now = payload.at("repository", "security_and_analysis")
    changes = [
        {"name": name.replace("_", " "), "was": was.text("status"), "now": now.text(name, "status")}
        for name, was in before.items()
        if was.text("status") != now.text(name, "status")
    ]
    return Reading(
        None,
        Node(),
        in_repository(payload, "settings", "security_analysis"),
        {"changes": changes, "weaker": any(change["now"] == "disabled" for change in changes)},
    )
