"""`release`: a version is drafted, published, changed or withdrawn."""

from bridge_github.node import Node
from bridge_github.parts import change, in_repository, person, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions. Publishing alone sends `published` and `released` (or `prereleased`), mostly `created` too."""
    node = required(payload, "release")
    tag = node.text("tag_name")
    gone = action == "deleted"
    url = payload.link("repository", "html_url") if gone else node.link("html_url")
    return Reading(
        action,
        node,
        url,
        {
            "tag": tag,
            "tag_url": None if gone else in_repository(payload, "releases/tag", tag),
            "name": node.text("name"),
            "notes": node.text("body"),
            "author": person(node.at("author")),
            "prerelease": node.flag("prerelease"),
            "draft": node.flag("draft"),
            "target": node.text("target_commitish"),
            "assets": len(node.each("assets")),
            "was": {"name": change(payload, "name")},
        },
        {"title": node.text("name") or tag},
    )
