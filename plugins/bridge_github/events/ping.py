"""`ping`: the webhook was just added, or somebody pressed the button that tries it."""

from bridge_github.node import Node
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's zen, and which events the webhook will send."""
    hook = payload.at("hook")
    events = hook.words("events")
    url = payload.link("repository", "html_url") or payload.link("organization", "html_url")
    return Reading(
        action,
        hook,
        url,
        {"zen": payload.text("zen"), "events": events, "everything": "*" in events},
    )
