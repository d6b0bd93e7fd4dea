"""`label`: a label itself, apart from what it is put on."""

from urllib.parse import quote

from bridge_github.node import Node
from bridge_github.parts import change, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions."""
    label, labels = required(payload, "label"), payload.link("repository", "html_url")
    name = label.text("name")
    url = f"{labels}/labels" if labels else None
    if url and name and action != "deleted":
        url = f"{url}/{quote(name, safe='')}"
    return Reading(
        action,
        label,
        url,
        {
            "name": name,
            "description": label.text("description"),
            "colour": label.text("color"),
            "was": {
                "name": change(payload, "name"),
                "description": change(payload, "description"),
                "colour": change(payload, "color"),
            },
        },
    )
