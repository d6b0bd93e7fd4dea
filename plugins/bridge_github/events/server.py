"""`enterprise`, `user` and `cache_sync`: what only an Enterprise Server tells of itself."""

from bridge_github.node import Node
from bridge_github.parts import branch_of, in_repository, person, place, required, revision
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """The server lets anybody read, or no more."""
    page = payload.link("enterprise", "html_url") or payload.link("sender", "html_url")
    return Reading(action, Node(), page)


def read_user(payload: Node, action: str | None) -> Reading:
    """An account comes or goes."""
    user = required(payload, "user")
    gone = action == "deleted"
    return Reading(
        action,
        Node(),
        (None if gone else user.link("html_url")) or payload.link("sender", "html_url"),
        {"member": person(user)},
        {"member": user.text("login")},
    )


def read_cache(payload: Node, _action: str | None) -> Reading:
    """A copy of a repository elsewhere has caught up. GitHub has no action here."""
    ref = payload.text("ref") or ""
    is_branch = ref.startswith("refs/heads/")
    name = ref.removeprefix("refs/heads/").removeprefix("refs/tags/") or None
    before = payload.text("before")
    return Reading(
        None,
        Node(),
        (in_repository(payload, "tree", name) if is_branch else None) or place(payload)["url"],
        {
            "location": payload.text("cache_location"),
            "ref": branch_of(payload, name) if is_branch else {"name": name, "url": None},
            "before": revision(payload, before if before and before.strip("0") else None),
            "after": revision(payload, payload.text("after")),
        },
    )
