"""`create` and `delete`: a branch or a tag comes or goes."""

from bridge_github.node import Node
from bridge_github.parts import in_repository
from bridge_github.reading import Reading

_PAGES = {"branch": "tree", "tag": "releases/tag"}


def read(payload: Node, _action: str | None) -> Reading:
    """`branch` or `tag`, in place of an action."""
    noun, name = payload.text("ref_type"), payload.text("ref")
    known = noun if noun in _PAGES else None
    ref_url = in_repository(payload, _PAGES[known], name) if known else None
    return Reading(
        known,
        payload,
        # A `delete` carries no `master_branch`: what it names has no page any more.
        (ref_url if "master_branch" in payload else None) or payload.link("repository", "html_url"),
        {"noun": known, "ref": {"name": name, "url": ref_url}},
    )
