"""An issue, and what people add to one: comments and work logs, as their cards show them."""

from typing import Any

from bridge_jira.address import issue_number, issue_page, issue_page_by_number, site
from bridge_jira.changes import duration
from bridge_jira.people import People, account_of, person_name
from bridge_jira.prose import markdown
from bridge_jira.reading import Object, named, names, node, nodes, text

_CATEGORIES = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}
"""Jira's three kinds of status, by their keys: their names may be in any language."""

INTERNAL = "Internal note"
"""What a comment is called that a service desk's customers do not see."""


def read_issue(payload: Object, people: People, *, described: bool) -> dict[str, Any]:
    """The issue of a webhook. Its description is read only where it is `described`: reading it takes time."""
    issue = node(payload, "issue")
    fields = node(issue, "fields")
    key, base = text(issue.get("key")), site(issue)
    status = fields.get("status")
    category = node(status, "statusCategory")
    parent = node(fields, "parent")
    parent_key = text(parent.get("key"))
    return {
        "key": key,
        "url": issue_page(base, key),
        "summary": text(fields.get("summary")),
        "description": markdown(fields.get("description"), people) if described else "",
        "type": named(fields.get("issuetype")),
        "project": named(fields.get("project")),
        "status": named(status),
        "status_category": _CATEGORIES.get(text(category.get("key"))) or text(category.get("name")),
        "priority": named(fields.get("priority")),
        "resolution": named(fields.get("resolution")),
        "assignee": person_name(fields.get("assignee")),
        "assignee_account": account_of(fields.get("assignee")),
        "reporter": person_name(fields.get("reporter")),
        "labels": names(fields.get("labels")),
        "components": names(fields.get("components")),
        "fix_versions": names(fields.get("fixVersions")),
        "due": text(fields.get("duedate")),
        "security_level": named(fields.get("security")),
        "parent": {
            "key": parent_key,
            "url": issue_page(base, parent_key),
            "summary": text(node(parent, "fields").get("summary")),
        },
        "done": category.get("key") == "done",
    }


def read_comment(payload: Object, issue_url: str, people: People) -> dict[str, Any]:
    """The comment of a webhook. An old server's comes without its issue, but its own address has the issue's number."""
    comment = node(payload, "comment")
    number = text(comment.get("id"))
    url = f"{issue_url}?focusedCommentId={number}" if issue_url and number else ""
    return {
        "text": markdown(comment.get("body"), people),
        "url": url or issue_page_by_number(site(comment), issue_number(comment)),
        "author": person_name(comment.get("author")),
        "is_reply": "parentId" in comment,
        **_restriction(comment),
    }


def read_worklog(payload: Object, issue_url: str, people: People) -> dict[str, Any]:
    """Work that was logged. Data Center has it as a change of the issue's time spent."""
    worklog = node(payload, "worklog")
    number = text(worklog.get("issueId")) or issue_number(worklog)
    return {
        "text": markdown(worklog.get("comment"), people),
        "url": issue_url or issue_page_by_number(site(worklog), number),
        "author": person_name(worklog.get("author")),
        "spent": text(worklog.get("timeSpent")) or _spent(payload),
        "started": text(worklog.get("started")),
        **_restriction(worklog),
    }


def _spent(payload: Object) -> str:
    for item in nodes(node(payload, "changelog").get("items")):
        if item.get("field") == "timespent":
            before, after = text(item.get("from")) or "0", text(item.get("to")) or "0"
            if before.isdecimal() and after.isdecimal():
                return duration(str(abs(int(after[:12]) - int(before[:12]))))
    return ""


def _restriction(value: Object) -> dict[str, str]:
    """Who alone may see it: `restricted` names the role or group, `restricted_to` says what it is."""
    visibility = node(value, "visibility")
    kind = text(visibility.get("type"))
    name = text(visibility.get("value")) or kind
    if name:
        told = f"{name} ({kind})" if kind and kind != name else name
        return {"restricted": name, "restricted_to": told}
    if value.get("jsdPublic") is False:
        return {"restricted": INTERNAL, "restricted_to": f"{INTERNAL}, not for customers"}
    return {"restricted": "", "restricted_to": ""}
