"""What was done, in the words around the thing it was done to: `moved` … `to Done`, `restored` … `from the trash`."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from bridge_jira.changes import Change

Phrase: TypeAlias = tuple[str, str]
"""The words before the thing, and those after it."""

_DONE: Mapping[str, Phrase] = {
    "board.configuration_changed": ("reconfigured", ""),
    "project.restored_archived": ("restored", "from the archive"),
    "project.restored_deleted": ("restored", "from the trash"),
    "project.soft_deleted": ("moved", "to the trash"),
    "sprint.closed": ("completed", ""),
    "version.moved": ("moved", "in the list of versions"),
    "version.merged": ("merged", "into another version"),
    "version.unreleased": ("marked", "as unreleased"),
}
"""Where Jira's own verb does not say it."""

_EDITED: Mapping[str, Callable[[Change], Phrase]] = {
    "attachment": lambda change: (
        (f"attached {change.after} to", "")
        if change.after
        else (f"removed {change.before} from", "")
    ),
    "description": lambda _: ("edited the description of", ""),
    "flagged": lambda change: ("flagged" if change.after else "unflagged", ""),
    "link": lambda change: ("linked" if change.after else "unlinked", ""),
    "sprint": lambda change: (
        ("put", f"into sprint {change.after}")
        if change.after
        else ("took", f"out of sprint {change.before}")
    ),
    "summary": lambda _: ("renamed", ""),
}
"""Changes of one field alone that have words of their own."""


def phrase(kind: str) -> Phrase:
    """What was done, by the event type alone."""
    return _DONE.get(kind) or (kind.partition(".")[2].replace("_", " "), "")


def byline(actor: str, place: str) -> str:
    """Who did it, and where."""
    return f"{actor} in {place}" if actor and place else actor or place


def issue_phrase(
    kind: str, actor: str, issue: Mapping[str, Any], changes: Collection[Change]
) -> Phrase:
    """What was done to an issue."""
    after = {change.field: change.after for change in changes}
    if kind == "issue.transitioned":
        return "moved", f"to {after.get('status') or issue['status']}"
    if kind == "issue.moved":
        return "moved", f"to {after.get('project') or issue['project']}"
    if kind == "issue.assigned":
        assignee = after.get("assignee", issue["assignee"])
        if not assignee:
            return "unassigned", ""
        return ("took", "") if assignee == actor else ("assigned", f"to {assignee}")
    if kind == "issue.updated" and len(changes) == 1:
        (change,) = changes
        edited = _EDITED.get(change.field)
        return edited(change) if edited else (f"changed {change.name} of", "")
    return phrase(kind)
