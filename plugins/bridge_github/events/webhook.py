"""`meta`: the webhook itself is deleted. Its address is not repeated: who knows it could send."""

from bridge_github.node import Node
from bridge_github.parts import place
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's one action: the last that is heard of it."""
    hook = payload.at("hook")
    return Reading(action, Node(), place(payload)["url"], {"kind": hook.text("type")})
