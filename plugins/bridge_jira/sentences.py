"""What happened, in one sentence: the words before the thing that it happened to, which a card links, and those after it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from bridge_jira.changes import Change


class Sentence(NamedTuple):
    """`Kenji Mori moved` [ROCKET-41] `to Done`."""

    lead: str
    tail: str = ""


SOMEBODY = "Somebody"
"""Who begins a sentence where Jira does not say who did it."""

_EDITED: Mapping[str, Callable[[Change], Sentence]] = {
    "attachment": lambda change: (
        Sentence(f"attached {change.after} to")
        if change.after
        else Sentence(f"removed {change.before} from")
    ),
    "flagged": lambda change: Sentence("flagged" if change.after else "unflagged"),
    "link": lambda change: Sentence("linked" if change.after else "unlinked"),
    "sprint": lambda change: (
        Sentence("put", f"into sprint {change.after}")
        if change.after
        else Sentence("took", f"out of sprint {change.before}")
    ),
    "summary": lambda _: Sentence("renamed"),
}
"""Changes of one field alone that have words of their own."""

_DONE: Mapping[str, Sentence] = {
    "attachment.created": Sentence("attached"),
    "attachment.deleted": Sentence("removed"),
    "comment.updated": Sentence("edited"),
    "worklog.updated": Sentence("edited"),
    "board.configuration_changed": Sentence("reconfigured"),
    "issuelink.created": Sentence("linked"),
    "issuelink.deleted": Sentence("unlinked"),
    "project.restored_archived": Sentence("restored", "from the archive"),
    "project.restored_deleted": Sentence("restored", "from the trash"),
    "project.soft_deleted": Sentence("moved", "to the trash"),
    "sprint.closed": Sentence("completed"),
    "version.moved": Sentence("moved", "in the list of versions"),
    "version.merged": Sentence("merged", "into another version"),
    "version.unreleased": Sentence("marked", "as unreleased"),
}
"""Where Jira's own verb does not say it."""


def byline(who: str, place: str) -> str:
    """Who did it, and where."""
    return f"{who} in {place}" if who and place else who or place


def of_issue(
    kind: str, who: str, issue: Mapping[str, Any], changes: Collection[Change]
) -> Sentence:
    """What was done to an issue."""
    did, tail = _issue_done(kind, who, issue, changes)
    return Sentence(f"{who or SOMEBODY} {did}", tail)


def _issue_done(
    kind: str, who: str, issue: Mapping[str, Any], changes: Collection[Change]
) -> Sentence:
    now = {change.field: change.after for change in changes}
    if kind == "issue.created":
        return Sentence(f"created {issue['type'].lower() or 'issue'}")
    if kind == "issue.transitioned":
        return Sentence("moved", f"to {now.get('status') or issue['status']}")
    if kind == "issue.moved":
        return Sentence("moved", f"to {now.get('project') or issue['project']}")
    if kind == "issue.assigned":
        return _assigned(who, now.get("assignee", issue["assignee"]))
    is_one = kind == "issue.updated" and len(changes) == 1
    return _edited(*changes) if is_one else _done(kind)


def _edited(change: Change) -> Sentence:
    if change.field == "description":
        return Sentence("edited the description of")
    edited = _EDITED.get(change.field) if change.is_short else None
    return edited(change) if edited else Sentence(f"changed {change.name} of")


def _assigned(who: str, assignee: str) -> Sentence:
    if not assignee:
        return Sentence("unassigned")
    return Sentence("took") if assignee == who else Sentence("assigned", f"to {assignee}")


def of_comment(kind: str, who: str, comment: Mapping[str, Any]) -> Sentence:
    """What was done with a comment. Who deleted it may be unknown, whose it was is not."""
    author = comment["author"]
    if kind == "comment.created":
        said = "replied to a comment on" if comment["is_reply"] else "commented on"
        return Sentence(f"{who or author or SOMEBODY} {said}")
    return _of_text(kind, who, author, "comment")


def of_worklog(kind: str, who: str, worklog: Mapping[str, Any]) -> Sentence:
    """What was done with a work log."""
    author = worklog["author"]
    if kind == "worklog.created":
        return Sentence(f"{who or author or SOMEBODY} logged {worklog['spent'] or 'work'} on")
    return _of_text(kind, who, author, "work log")


def _of_text(kind: str, who: str, author: str, noun: str) -> Sentence:
    did = _done(kind).lead
    its = f"{author}’s {noun}" if author and author != who else f"a {noun}"
    return Sentence(f"{who} {did} {its} on") if who else Sentence(f"{_upper(its)} on", f"was {did}")


def of_property(kind: str, who: str, name: str) -> Sentence:
    """What an app did to a property of an issue."""
    return Sentence(f"{who or 'An app'} {_done(kind).lead} {name and f'{name}, '}a property of")


def of_subject(kind: str, who: str, it: Mapping[str, Any]) -> Sentence:
    """What was done to what is no issue."""
    did, tail = _done(kind)
    if kind.startswith("option.") and did.endswith(" changed"):
        did, tail = ("switched", it["switched"]) if it["switched"] else ("changed", "")
    if kind == "version.merged" and it["merged"]["name"]:
        tail = f"into {it['merged']['name']}"
    noun = it["noun"]
    if kind == "attachment.created":
        return Sentence(f"{who or SOMEBODY} {did}", tail)
    if who:
        return Sentence(f"{who} {did} {noun}", tail)
    verb = "were" if it.get("many") else "was"
    return Sentence(_upper(noun), f"{verb} {did} {tail}".strip())


def _done(kind: str) -> Sentence:
    return _DONE.get(kind) or Sentence(kind.partition(".")[2].replace("_", " "))


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
