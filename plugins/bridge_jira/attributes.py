"""What subscribers filter on: one vocabulary for all of Jira's events, and each custom field by its own name."""

from collections.abc import Collection, Mapping
from typing import Any

from bridge.plugin import Attribute, AttributeValue
from bridge_jira.changes import Change
from bridge_jira.custom import read_custom, read_sprints
from bridge_jira.people import Person
from bridge_jira.reading import Object, node, text

ATTRIBUTES = (
    Attribute("project", "Project key", ("ROCKET", "OPS"), phrase="in project {}"),
    Attribute("issue_type", "Issue type", ("Bug", "Story", "Task", "Epic"), phrase="of type {}"),
    Attribute(
        "priority", "Priority", ("Highest", "High", "Medium", "Low"), phrase="with priority {}"
    ),
    Attribute("status", "Status", ("To Do", "In Progress", "Done"), phrase="in status {}"),
    Attribute(
        "status_category",
        "Kind of status",
        ("To Do", "In Progress", "Done"),
        phrase="in a status that means {}",
    ),
    Attribute(
        "resolution", "Resolution", ("Done", "Won't Do", "Duplicate"), phrase="resolved as {}"
    ),
    Attribute("labels", "Labels", phrase="labelled {}"),
    Attribute("components", "Components", phrase="in component {}"),
    Attribute("fix_versions", "Fix versions", phrase="to be fixed in {}"),
    Attribute("sprint", "Sprint", phrase="in sprint {}"),
    Attribute("assignee", "Assignee", phrase="assigned to {}"),
    Attribute("reporter", "Reporter", phrase="reported by {}"),
    Attribute(
        "changed_fields",
        "Changed fields",
        ("Status", "Assignee", "Priority"),
        of_event=True,
        phrase="changing {}",
    ),
    Attribute("key", "Issue key", ("ROCKET-*",), phrase="with key {}"),
    Attribute("summary", "Summary", ("*urgent*",), phrase="titled {}"),
    Attribute("parent", "Key of the parent or epic", ("ROCKET-7",), phrase="under {}"),
    Attribute(
        "restricted",
        "Role or group that alone sees the comment",
        ("Developers",),
        of_event=True,
        phrase="seen only by {}",
    ),
    Attribute("security_level", "Security level", ("Staff only",), phrase="with security level {}"),
    Attribute("version", "Version that it is about", ("4.3.0", "4.*"), phrase="about version {}"),
    Attribute("board", "Board that it is about", ("Launch vehicle",), phrase="about board {}"),
    Attribute("actor", "Who did it", phrase="by {}"),
    Attribute("actor_is_bot", "Done by an app", ("true", "false"), phrase="by apps"),
)

_NAMES = frozenset(attribute.name for attribute in ATTRIBUTES)
_SUBJECTS = {"sprint": "sprint", "version": "version", "board": "board"}


def issue_attributes(
    payload: Object, issue: Mapping[str, Any], changes: Collection[Change]
) -> dict[str, AttributeValue]:
    """Those of an issue; custom fields keep their own names, and take none of these."""
    fields = node(payload, "issue", "fields")
    project = text(node(fields, "project").get("key")) or issue["key"].rpartition("-")[0]
    custom = read_custom(payload, fields, changes)
    return {
        **{name: value for name, value in custom if _plain(name) not in _NAMES},
        "project": project,
        "key": issue["key"],
        "summary": issue["summary"],
        "issue_type": issue["type"],
        "priority": issue["priority"],
        "status": issue["status"],
        "status_category": issue["status_category"],
        "resolution": issue["resolution"],
        "labels": issue["labels"],
        "components": issue["components"],
        "fix_versions": issue["fix_versions"],
        "assignee": issue["assignee"],
        "reporter": issue["reporter"],
        "parent": issue["parent"]["key"],
        "security_level": issue["security_level"],
        "sprint": read_sprints(fields, changes),
        "changed_fields": tuple(change.name for change in changes),
    }


def subject_attributes(kind: str, it: Mapping[str, Any]) -> dict[str, AttributeValue]:
    """Those of what is no issue: the project's key, and the thing's name under what it is."""
    about = kind.partition(".")[0]
    found: dict[str, AttributeValue] = {"project": it.get("project") or it.get("key")}
    if about in _SUBJECTS:
        name = it["name"]
        found[_SUBJECTS[about]] = (name,) if about == "sprint" and name else name
    return found


def with_actor(found: Mapping[str, AttributeValue], actor: Person) -> dict[str, AttributeValue]:
    """The attributes that say something, and those that every event has."""
    return {
        "actor": actor.name,
        "actor_is_bot": actor.is_bot,
        **{name: value for name, value in found.items() if value not in ("", (), None)},
    }


def _plain(name: str) -> str:
    return name.lower().replace(" ", "_")
