"""`ping`: the webhook was just added, or somebody pressed the button that tries it."""

from bridge_github.node import Node
from bridge_github.parts import place
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's zen, and which events the webhook will send."""
    hook = payload.at("hook")
    events = hook.words("events")
    return Reading(
        action,
        hook,
        place(payload)["url"],
        {"zen": payload.text("zen"), "events": events, "everything": "*" in events},
    )
