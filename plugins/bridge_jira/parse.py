"""From Jira's webhooks to events: what happened, to which issue, by whom, and what changed."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bridge.plugin import AttributeValue, ParsedEvent, ParseError
from bridge_jira.people import People
from bridge_jira.prose import markdown
from bridge_jira.reading import named, names, node, nodes, text

_LONG = 120
"""A changed value with more characters is not shown beside the one before."""

_FIELDS = {
    "duedate": "Due date",
    "issuetype": "Issue type",
    "timeestimate": "Remaining estimate",
    "timeoriginalestimate": "Original estimate",
    "timespent": "Time spent",
    "WorklogId": "Worklog",
    "RemoteIssueLink": "Linked page",
    "IssueParentAssociation": "Parent",
}
_SERVER_SPRINT = re.compile(r"\bname=([^,\]]+)")
_COMMENTED = {
    "issue_commented": "comment.created",
    "issue_comment_edited": "comment.updated",
    "issue_comment_deleted": "comment.deleted",
}
_PLAIN = {
    "jira:issue_created": "issue.created",
    "jira:issue_deleted": "issue.deleted",
    "comment_created": "comment.created",
    "comment_updated": "comment.updated",
    "comment_deleted": "comment.deleted",
}


def parse(payload: Any) -> ParsedEvent:
    """The event of a webhook. Raises `ParseError` for what no Jira sends."""
    if not isinstance(payload, Mapping):
        raise ParseError("The body is not a JSON object.")
    if not any(name in payload for name in ("webhookEvent", "issue", "comment")):
        raise ParseError("The body has neither webhookEvent nor issue nor comment.")
    changes = _changes(payload)
    actor = _actor(payload)
    people = People(payload)
    issue = _issue(payload, people)
    comment = _comment(payload, issue, people)
    kind = _type(payload, changes)
    subject = _subject(payload, kind)
    return ParsedEvent(
        type=kind,
        attributes=_attributes(payload, actor, changes),
        context={
            "actor": actor,
            "issue": issue,
            "comment": comment,
            "changes": changes,
            "happened": kind.replace("_", " ").replace(".", " "),
            "subject": subject,
            "spent": text(node(payload, "worklog").get("timeSpent")),
        },
        url=_url(kind, comment, issue),
    )


def _url(kind: str, comment: Mapping[str, Any], issue: Mapping[str, Any]) -> str | None:
    """Where it can be read: a comment that is gone nowhere but in its issue."""
    first, second = (issue, comment) if kind == "comment.deleted" else (comment, issue)
    return first["url"] or second["url"] or None


def _type(payload: Mapping[str, Any], changes: list[dict[str, Any]]) -> str:
    event = text(payload.get("webhookEvent"))
    if event in _PLAIN:
        return _PLAIN[event]
    if event != "jira:issue_updated":
        subject, _, verb = event.removeprefix("jira:").rpartition("_")
        named_so = f"{subject or 'webhook'}.{verb or 'received'}".lower()
        return re.sub(r"[^a-z0-9_.-]+", "_", named_so)[:100]
    return _COMMENTED.get(text(payload.get("issue_event_type_name"))) or _update(payload, changes)


def _update(payload: Mapping[str, Any], changes: list[dict[str, Any]]) -> str:
    """What an update was, by what changed: old servers do not say, and newer ones say `issue_generic`."""
    changed = {change["field"] for change in changes}
    comment = node(payload, "comment")
    if "status" in changed:
        return "issue.transitioned"
    if changed == {"assignee"} or payload.get("issue_event_type_name") == "issue_assigned":
        return "issue.assigned"
    if comment and not changes:
        edited = text(comment.get("updated")) != text(comment.get("created"))
        return "comment.updated" if edited else "comment.created"
    return "issue.updated"


def _actor(payload: Mapping[str, Any]) -> dict[str, Any]:
    comment = node(payload, "comment")
    people = (
        *(node(payload, "user"), node(comment, "updateAuthor"), node(comment, "author")),
        *(node(payload, "worklog", "updateAuthor"), node(payload, "issue", "fields", "creator")),
    )
    person = next(filter(None, people), {})
    avatars = node(person, "avatarUrls")
    return {
        "name": named(person),
        "avatar": text(avatars.get("48x48")) or text(avatars.get("32x32")),
        "is_bot": person.get("accountType") == "app",
    }


def _issue(payload: Mapping[str, Any], people: People) -> dict[str, Any]:
    issue = node(payload, "issue")
    fields = node(issue, "fields")
    key = text(issue.get("key"))
    base = _base(issue.get("self"))
    return {
        "key": key,
        "url": f"{base}/browse/{key}" if base and key else "",
        "summary": text(fields.get("summary")),
        "description": markdown(fields.get("description"), people),
        "type": named(fields.get("issuetype")),
        "project": named(fields.get("project")),
        "status": named(fields.get("status")),
        "priority": named(fields.get("priority")),
        "resolution": named(fields.get("resolution")),
        "assignee": named(fields.get("assignee")),
        "reporter": named(fields.get("reporter")),
        "labels": names(fields.get("labels")),
        "components": names(fields.get("components")),
        "fix_versions": names(fields.get("fixVersions")),
        "due": text(fields.get("duedate")),
        "done": node(fields, "status", "statusCategory").get("key") == "done",
    }


def _comment(
    payload: Mapping[str, Any], issue: Mapping[str, Any], people: People
) -> dict[str, Any]:
    comment = node(payload, "comment")
    number = text(comment.get("id"))
    url = f"{issue['url']}?focusedCommentId={number}" if issue["url"] and number else ""
    base, place = (
        _base(comment.get("self")),
        re.search(r"/issue/(\d+)/comment/", str(comment.get("self"))),
    )
    if not url and base and place:
        # An old server's comment comes without its issue: only the issue's number is in the comment's own address.
        url = f"{base}/secure/ViewIssue.jspa?id={place[1]}"
    return {"text": markdown(comment.get("body"), people), "url": url}


def _base(address: Any) -> str:
    """Where Jira is, out of an object's REST address: everything before `/rest/`."""
    base, found, _ = text(address).partition("/rest/")
    return base if found and urlsplit(base).scheme in {"http", "https"} else ""


def _changes(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    if payload.get("webhookEvent") == "jira:issue_created":
        return []  # Cloud lists what a new issue began with
    return [
        {
            "field": text(item.get("field")).lower(),
            "name": _readable(text(item.get("field"))),
            "before": _side(item, "from"),
            "after": _side(item, "to"),
            "long": max(len(_side(item, "from")), len(_side(item, "to"))) > _LONG
            or text(item.get("field")).lower() in {"description", "environment"},
        }
        for item in nodes(node(payload, "changelog").get("items"))
        if text(item.get("field"))
    ]


def _side(item: Mapping[str, Any], side: str) -> str:
    shown = text(item.get(f"{side}String")) or text(item.get(side))
    # Labels have no spaces of their own, and Jira puts nothing else between them.
    return ", ".join(shown.split()) if item.get("field") == "labels" else shown


def _readable(field: str) -> str:
    if field in _FIELDS:
        return _FIELDS[field]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field)
    return words[:1].upper() + words[1:]


def _subject(payload: Mapping[str, Any], kind: str) -> dict[str, str]:
    """What an event is about that is about no issue: a sprint, a version, a project."""
    subject = node(payload, kind.partition(".")[0])
    base = _base(subject.get("self"))
    key = text(subject.get("key"))
    return {"name": named(subject), "url": f"{base}/browse/{key}" if base and key else ""}


def _sprints(fields: Mapping[str, Any], changes: list[dict[str, Any]]) -> tuple[str, ...]:
    found: list[str] = []
    for name, value in fields.items():
        if not name.startswith("customfield_") or not isinstance(value, list):
            continue
        for item in value:
            if isinstance(item, Mapping) and {"id", "name", "state"} <= set(item):
                found.append(named(item))
            elif isinstance(item, str) and "greenhopper" in item:
                found += _SERVER_SPRINT.findall(item)[:1]
    found += [change["after"] for change in changes if change["field"] == "sprint"]
    return tuple(dict.fromkeys(filter(None, found)))


def _attributes(
    payload: Mapping[str, Any], actor: Mapping[str, Any], changes: list[dict[str, Any]]
) -> dict[str, AttributeValue]:
    fields = node(payload, "issue", "fields")
    return {
        "actor": actor["name"],
        "actor_is_bot": actor["is_bot"],
        "project": text(node(fields, "project").get("key"))
        or text(node(payload, "issue").get("key")).rpartition("-")[0],
        "key": text(node(payload, "issue").get("key")),
        "issue_type": named(fields.get("issuetype")),
        "priority": named(fields.get("priority")),
        "status": named(fields.get("status")),
        "resolution": named(fields.get("resolution")),
        "labels": names(fields.get("labels")),
        "components": names(fields.get("components")),
        "fix_versions": names(fields.get("fixVersions")),
        "assignee": named(fields.get("assignee")),
        "reporter": named(fields.get("reporter")),
        "sprint": _sprints(fields, changes),
        "changed_fields": tuple(change["name"] for change in changes),
    }
