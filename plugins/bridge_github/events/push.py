"""`push`: commits, a tag, a rewritten history or a deletion. GitHub has no action here; the flags tell them apart."""

from itertools import chain
from typing import Any

from bridge_github.node import Node
from bridge_github.parts import commit, in_repository
from bridge_github.reading import Reading

SHOWN = 5
"""How many commits a card lists."""
PATHS = 3000
"""How many changed files can be filtered on: as many as GitHub itself lists of one commit."""
_CHANGES = ("added", "modified", "removed")


def read(payload: Node, _action: str | None) -> Reading:
    """`branch`, `force`, `tag` or `delete`."""
    ref = payload.text("ref") or ""
    is_tag = ref.startswith("refs/tags/")
    name = ref.removeprefix("refs/tags/").removeprefix("refs/heads/") or None
    deleted, forced = payload.flag("deleted"), payload.flag("forced")
    commits = payload.each("commits")
    detail = "delete" if deleted else "tag" if is_tag else "force" if forced else "branch"
    ref_url = in_repository(payload, "releases/tag" if is_tag else "tree", name)
    head, compare = payload.at("head_commit"), payload.link("compare")
    if deleted:
        url = payload.link("repository", "html_url")
    elif len(commits) == 1 and not forced:
        url = head.link("url") or compare
    else:
        url = (compare if commits else ref_url) or head.link("url")
    return Reading(
        detail,
        payload,
        url,
        {
            "noun": "tag" if is_tag else "branch",
            "ref": {"name": name, "url": None if deleted else ref_url},
            "created": payload.flag("created"),
            "forced": forced,
            "before": _commit_at(payload, "before"),
            "after": _commit_at(payload, "after"),
            "count": len(commits),
            "commits": [commit(item) for item in commits[:SHOWN]],
            "more": max(0, len(commits) - SHOWN),
            "head": commit(head),
            "compare": compare,
        },
        {"paths": _paths(commits), "author": _authors(commits)},
    )


def _commit_at(payload: Node, name: str) -> dict[str, Any]:
    sha = payload.text(name)
    return {"sha": sha, "url": in_repository(payload, "commit", sha)}


def _authors(commits: tuple[Node, ...]) -> tuple[str, ...]:
    """Who wrote the commits, each once; who has no account there is left out."""
    found = (commit.text("author", "username") for commit in commits)
    return tuple(dict.fromkeys(filter(None, found)))


def _paths(commits: tuple[Node, ...]) -> tuple[str, ...]:
    """The files that the commits change, each once."""
    found = chain.from_iterable(commit.words(kind) for commit in commits for kind in _CHANGES)
    return tuple(dict.fromkeys(found))[:PATHS]
