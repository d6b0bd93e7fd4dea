"""`content_reference`: somebody writes an address that an app wants to know of. GitHub sent it until Server 3.3."""

from bridge_github.node import Node
from bridge_github.parts import place, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's one action. Where the address is written, GitHub does not say."""
    node = required(payload, "content_reference")
    address = node.link("reference")
    return Reading(
        action,
        Node(),
        address or place(payload)["url"],
        {"address": address, "reference": node.text("reference")},
    )
