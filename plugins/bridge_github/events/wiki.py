"""`gollum`: pages of a wiki, which are written with Gollum, are created or edited."""

from bridge_github.node import Node
from bridge_github.parts import place
from bridge_github.reading import Reading

SHOWN = 10
"""How many pages a card lists."""


def read(payload: Node, _action: str | None) -> Reading:
    """GitHub has no action here: each page has its own."""
    pages = [
        {
            "title": page.text("title") or page.text("page_name"),
            "done": page.text("action"),
            "summary": page.text("summary"),
            "url": page.link("html_url"),
        }
        for page in payload.each("pages")
    ]
    repository = payload.link("repository", "html_url")
    wiki = f"{repository}/wiki" if repository else place(payload)["url"]
    return Reading(
        None,
        Node(),
        (pages[0]["url"] if len(pages) == 1 else None) or wiki,
        {"pages": pages[:SHOWN], "count": len(pages), "more": max(0, len(pages) - SHOWN)},
        {"title": tuple(page["title"] for page in pages if page["title"])},
    )
