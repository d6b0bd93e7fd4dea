"""What changed in an issue, as people read it: fields by their names, and each value before and after."""

import re
from dataclasses import dataclass

from bridge_jira.people import SOMEBODY, People, is_account
from bridge_jira.reading import Object, node, nodes, text

LONG = 120
"""A value with more characters is not shown beside the one before."""

_MOST = 100
_PROSE = frozenset({"description", "environment"})
_PEOPLE = frozenset({"assignee", "reporter", "creator"})
_SECONDS = frozenset({"timespent", "timeestimate", "timeoriginalestimate"})
_INNER = frozenset({"worklogid", "workflow"})
"""Numbers and names of Jira's own machinery, which say nothing to a reader."""

_NAMES = {
    "duedate": "Due date",
    "issuetype": "Issue type",
    "timeestimate": "Remaining estimate",
    "timeoriginalestimate": "Original estimate",
    "timespent": "Time spent",
    "RemoteIssueLink": "Linked page",
    "IssueParentAssociation": "Parent",
    "security": "Security level",
}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Change:
    """One field's change. `field` is Jira's name for it in small letters, `told` what a card says."""

    field: str
    name: str
    before: str
    after: str
    told: str

    @property
    def is_short(self) -> bool:
        """Whether the values fit into a line."""
        return len(self.before) <= LONG and len(self.after) <= LONG


def read_changes(payload: Object, people: People) -> tuple[Change, ...]:
    """The changes of an update. A new issue's are none: Cloud lists what it began with."""
    if payload.get("webhookEvent") == "jira:issue_created":
        return ()
    items = nodes(node(payload, "changelog").get("items"))
    found = (_change(item, text(item.get("field")), people) for item in items[:_MOST])
    return tuple(change for change in found if change.field and change.field not in _INNER)


def _change(item: Object, field: str, people: People) -> Change:
    small = field.lower()
    before, after = _side(item, "from", small, people), _side(item, "to", small, people)
    return Change(small, _name(item, field), before, after, _told(small, before, after))


def _name(item: Object, field: str) -> str:
    if field in _NAMES:
        return _NAMES[field]
    words = field if item.get("fieldtype") == "custom" else _CAMEL.sub(" ", field)
    return words[:1].upper() + words[1:]


def _side(item: Object, side: str, field: str, people: People) -> str:
    shown, raw = text(item.get(f"{side}String")), text(item.get(side))
    if field in _SECONDS:
        return duration(raw or shown)
    if field == "duedate":
        return raw or shown
    if shown and not is_account(shown):
        # Labels have no spaces of their own, and Jira puts nothing else between them.
        return ", ".join(shown.split()) if field == "labels" else shown
    raw = raw or shown
    if raw and (field in _PEOPLE or is_account(raw)):
        return people.name(raw) or SOMEBODY
    return raw


def _told(field: str, before: str, after: str) -> str:
    if field in _PROSE or max(len(before), len(after)) > LONG:
        return "edited" if before and after else "added" if after else "removed"
    if before == after:
        return "changed"  # from one whom nobody can name to another
    if before and after:
        return f"{before} → {after}"
    return after or f"{before} → none"


def duration(seconds: str) -> str:
    """Seconds as people write them in Jira: `3h 30m`. A day's length is each site's own, so hours it is."""
    if not seconds.isdecimal():
        return seconds
    hours, minutes = divmod(int(seconds[:12]) // 60, 60)
    parts = (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "")
    return " ".join(filter(None, parts)) or "0m"
