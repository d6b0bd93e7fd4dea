"""`deploy_key`: a key that opens one repository."""

from bridge_github.node import Node
from bridge_github.parts import in_repository, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions. Whether the key can also write is what matters."""
    key = required(payload, "key")
    read_only = key.flag("read_only")
    return Reading(
        action,
        Node(),
        in_repository(payload, "settings", "keys"),
        {
            "title": key.text("title"),
            "writes": read_only is False,
            "access": None if read_only is None else "Read" if read_only else "Read and write",
            "owner": key.text("added_by"),
        },
        {"title": key.text("title")},
    )
