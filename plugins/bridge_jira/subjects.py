"""What webhooks are about besides issues, and what happened to it: sprints, versions, projects, boards, settings and more."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bridge_jira.address import board_page, host, issue_page, search_page, site
from bridge_jira.people import People, person, person_name
from bridge_jira.prose import markdown
from bridge_jira.reading import Object, link, named, names, node, nodes, text

Reader: TypeAlias = Callable[[Object, People], dict[str, Any]]
"""Reads a payload. Gives the template's words: `name` and `url` at least, `avatar` where there is a picture."""

Changes: TypeAlias = list[dict[str, str]]
"""Fields by the template's names, with the values before and after."""

_OPTIONS = {
    "attachments": "Attachments",
    "issuelinks": "Issue links",
    "subtasks": "Sub-tasks",
    "timetracking": "Time tracking",
    "timetracking_provider": "Time tracking provider",
    "unassigned_issues": "Unassigned issues",
    "voting": "Voting",
    "watching": "Watching",
}
_GONE = frozenset({"deleted", "soft_deleted", "merged"})
"""What was done to a thing that has no page any more."""

_KILO = 1000


def read_subject(payload: Object, kind: str, people: People) -> tuple[dict[str, Any], Changes]:
    """What a webhook is about, and what was changed in it where it says what was before."""
    about, _, verb = kind.partition(".")
    noun, read = SUBJECTS.get(about, (about.replace("_", " "), _thing(about)))
    it = read(payload, people)
    old = node(payload, "oldValue")
    changes = _changes(it, read({about: old}, people)) if old else []
    gone = {"url": ""} if verb in _GONE else {}
    return {"noun": noun, "avatar": "", **it, **gone}, changes


def _changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> Changes:
    """What differs from before. A value before that is not whole says only what it says."""
    is_whole = bool(before["name"])
    return [
        {"field": field, "before": before[field], "after": now[field]}
        for field in ("name", "goal", "starts", "ends", "state")
        if field in now and now[field] != before[field] and (is_whole or before[field])
    ]


def _thing(about: str) -> Reader:
    """A reader of what no one knows: its name is all that is asked of it."""

    def read(payload: Object, _: People) -> dict[str, Any]:
        value = node(payload, about)
        return {"name": named(value), "url": "", "site": host(site(value))}

    return read


def _sprint(payload: Object, _: People) -> dict[str, Any]:
    sprint = node(payload, "sprint")
    base = site(sprint)
    return {
        "name": text(sprint.get("name")),
        "url": search_page(base, "sprint", sprint.get("id")),
        "site": host(base),
        "board": board_page(base, sprint.get("originBoardId")),
        "state": text(sprint.get("state")).lower(),
        "goal": text(sprint.get("goal")),
        "starts": text(sprint.get("startDate")),
        "ends": text(sprint.get("endDate")),
        "completed": text(sprint.get("completeDate")),
    }


def _version(payload: Object, people: People) -> dict[str, Any]:
    version, merged = node(payload, "version"), node(payload, "mergedTo")
    base = site(version)
    return {
        "name": text(version.get("name")),
        "url": search_page(base, "fixVersion", version.get("id")),
        "site": host(base),
        "description": markdown(version.get("description"), people),
        "starts": text(version.get("startDate")) or text(version.get("userStartDate")),
        "release": text(version.get("releaseDate")) or text(version.get("userReleaseDate")),
        "released": version.get("released") is True,
        "overdue": version.get("overdue") is True,
        "merged": {
            "name": text(merged.get("name")),
            "url": search_page(site(merged), "fixVersion", merged.get("id")),
        },
    }


def _project(payload: Object, _: People) -> dict[str, Any]:
    project = node(payload, "project")
    base, key = site(project), text(project.get("key"))
    return {
        "name": named(project),
        "url": issue_page(base, key),
        "site": host(base),
        "avatar": _picture(project),
        "key": key,
        "lead": person_name(project.get("projectLead") or project.get("lead")),
        "category": named(project.get("projectCategory")),
    }


def _board(payload: Object, _: People) -> dict[str, Any]:
    board, configuration = node(payload, "board"), node(payload, "configuration")
    value = board or configuration
    base = site(value)
    location = node(value, "location") or node(configuration, "location")
    columns = nodes(node(configuration, "columnConfig").get("columns"))
    return {
        "name": text(value.get("name")),
        "url": board_page(base, value.get("id")),
        "site": host(base),
        "type": text(value.get("type")),
        "location": text(location.get("projectName")) or named(location),
        "project": text(location.get("projectKey")) or text(location.get("key")),
        "columns": names(columns),
        "estimation": named(node(configuration, "estimation").get("field")),
    }


def _user(payload: Object, _: People) -> dict[str, Any]:
    value = node(payload, "user")
    who = person(value)
    return {
        "noun": "user" if who.name else "a user",
        "name": who.name,
        "url": "",
        "site": host(site(value)),
        "avatar": who.avatar,
        "is_app": who.is_bot,
        "inactive": value.get("active") is False or value.get("active") == "false",
    }


def _option(payload: Object, _: People) -> dict[str, Any]:
    event = text(payload.get("webhookEvent")).removeprefix("option_").removesuffix("_changed")
    value = text(node(payload, "property").get("value"))
    return {
        "name": _OPTIONS.get(event) or event.replace("_", " "),
        "url": "",
        "site": "",
        "value": value,
        "switched": {"true": "on", "false": "off"}.get(value.lower(), ""),
    }


def _attachment(payload: Object, _: People) -> dict[str, Any]:
    attachment = node(payload, "attachment")
    return {
        "name": text(attachment.get("filename")),
        "url": link(attachment.get("content")),
        "site": host(site(attachment)),
        "author": person_name(attachment.get("author")),
        "size": _size(attachment.get("size")),
        "type": text(attachment.get("mimeType")),
    }


def _issue_link(payload: Object, _: People) -> dict[str, Any]:
    """Jira says of linked issues only their numbers, and not even where it is."""
    value = node(payload, "issueLink")
    kind = node(value, "issueLinkType")
    outward = text(kind.get("outwardName"))
    return {
        "many": True,
        "name": "",
        "url": "",
        "site": "",
        "kind": text(kind.get("name")),
        "outward": outward,
        "inward": text(kind.get("inwardName")),
        "source": text(value.get("sourceIssueId")),
        "target": text(value.get("destinationIssueId")),
    }


def _issue_type(payload: Object, _: People) -> dict[str, Any]:
    value = node(payload, "issueType")
    return {
        "name": text(value.get("name")),
        "url": "",
        "site": host(site(value)),
        "description": text(value.get("description")),
        "subtask": value.get("subtask") is True,
    }


def _filter(payload: Object, _: People) -> dict[str, Any]:
    value = node(payload, "filter")
    return {
        "name": text(value.get("name")),
        "url": link(value.get("viewUrl")),
        "site": host(site(value)),
        "description": text(value.get("description")),
        "query": text(value.get("jql")),
        "owner": person_name(value.get("owner")),
    }


def _picture(value: Object) -> str:
    return link(node(value, "avatarUrls").get("48x48"))


def _size(value: Any) -> str:
    """Bytes as people say them: `245 kB`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return ""
    size = float(value)
    for unit in ("bytes", "kB", "MB"):
        if size < _KILO:
            return f"{size:.0f} {unit}"
        size /= _KILO
    return f"{size:.1f} GB"


SUBJECTS: Mapping[str, tuple[str, Reader]] = {
    "attachment": ("the attachment", _attachment),
    "board": ("board", _board),
    "filter": ("filter", _filter),
    "issuelink": ("two issues", _issue_link),
    "issuetype": ("issue type", _issue_type),
    "option": ("the setting", _option),
    "project": ("project", _project),
    "sprint": ("sprint", _sprint),
    "user": ("user", _user),
    "version": ("version", _version),
}
"""By an event type's first word: what people call it, and who reads it."""
