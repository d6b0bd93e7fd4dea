"""`merge_group`: the merge queue tries pull requests together on a branch of its own."""

import re

from bridge_github.node import Node
from bridge_github.parts import in_repository, required, revision
from bridge_github.reading import Reading

_HEADS = "refs/heads/"
_MERGE = "Merge pull request #"
_PULL_REQUEST = re.compile(r"gh-readonly-queue/.+/pr-(\d+)-")


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions; why a group is gone is the attribute `state_reason`."""
    group = required(payload, "merge_group")
    branch = (group.text("head_ref") or "").removeprefix(_HEADS) or None
    base = (group.text("base_ref") or "").removeprefix(_HEADS) or None
    # GitHub says which pull request is the group's last only in the name of its branch.
    found = _PULL_REQUEST.match(branch or "")
    number = found[1] if found else None
    pull_url = in_repository(payload, "pull", number)
    reason = payload.text("reason")
    return Reading(
        action,
        group,
        pull_url or in_repository(payload, "queue", base) or payload.link("repository", "html_url"),
        {
            "number": number,
            "title": _title(group.text("head_commit", "message")),
            "base": base,
            "head": revision(payload, group.text("head_sha"), group.at("head_commit")),
            "reason": reason,
        },
        {
            "branch": branch,
            "base_branch": base,
            "state_reason": reason,
            "title": _title(group.text("head_commit", "message")),
        },
    )


def _title(message: str | None) -> str | None:
    """The pull request's title: the second line that says something of the merge that GitHub makes of it."""
    lines = list(filter(None, map(str.strip, (message or "").splitlines())))
    return lines[1] if len(lines) > 1 and lines[0].startswith(_MERGE) else None
