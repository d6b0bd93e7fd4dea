"""From Jira's webhooks to events: what happened, to what, by whom, and what changed."""

from collections.abc import Collection
from typing import Any

from bridge.plugin import ParsedEvent, ParseError
from bridge_jira.attributes import issue_attributes, subject_attributes, with_actor
from bridge_jira.changes import Change, read_changes
from bridge_jira.issue import read_comment, read_issue, read_worklog
from bridge_jira.kind import read_kind
from bridge_jira.people import NOBODY, People, Person, person
from bridge_jira.reading import Object, node, text
from bridge_jira.sentences import (
    byline,
    of_comment,
    of_issue,
    of_property,
    of_subject,
    of_worklog,
)
from bridge_jira.subjects import SUBJECTS, read_subject
from bridge_jira.things import read_thing, read_time

_ABOUT_ISSUES = frozenset({"issue", "comment", "worklog", "issue_property"})


def parse(payload: Any) -> ParsedEvent:
    """The event of a webhook. Raises `ParseError` for what no Jira sends."""
    if not isinstance(payload, dict):
        raise ParseError("The body is not a JSON object.")
    if not any(name in payload for name in ("webhookEvent", "issue", "comment")):
        raise ParseError("The body has neither webhookEvent nor issue nor comment.")
    people = People(payload)
    changes = read_changes(payload, people)
    kind = read_kind(payload, changes)
    actor = _actor(payload, kind)
    about = kind.partition(".")[0]
    if about in _ABOUT_ISSUES or ("issue" in payload and about not in SUBJECTS):
        return _about_issue(payload, kind, actor, changes, people)
    it, changed = read_subject(payload, kind, people)
    lead, tail = of_subject(kind, actor.name, it)
    return ParsedEvent(
        type=kind,
        attributes=with_actor(subject_attributes(kind, it), actor),
        context={
            "actor": actor,
            "byline": byline(actor.name, it["site"] or "Jira"),
            "lead": lead,
            "tail": tail,
            "it": it,
            "changes": changed,
        },
        url=it["url"] or None,
        object=read_thing(payload, kind),
        at=read_time(payload, kind),
    )


def _about_issue(
    payload: Object, kind: str, actor: Person, changes: Collection[Change], people: People
) -> ParsedEvent:
    now = {change.field: change.after for change in changes}
    is_described = kind == "issue.created" or "description" in now
    issue = read_issue(payload, people, described=is_described)
    if kind == "issue.deleted":
        issue["url"] = ""  # nobody can read it there any more
    url = issue["url"]
    attributes = issue_attributes(payload, issue, changes)
    added: dict[str, Any] = {}
    sentence = of_issue(kind, actor.name, issue, changes)
    if kind.startswith("worklog."):
        added["worklog"] = worklog = read_worklog(payload, url, people)
        attributes["restricted"], url = worklog["restricted"], worklog["url"]
        sentence = of_worklog(kind, actor.name, worklog)
    elif kind.startswith("comment.") or "comment" in payload:
        added["comment"] = comment = read_comment(payload, url, people)
        attributes["restricted"] = comment["restricted"]
        # A comment that is gone can be read nowhere but in its issue.
        url = (url or comment["url"]) if kind == "comment.deleted" else comment["url"] or url
        if kind.startswith("comment."):
            sentence = of_comment(kind, actor.name, comment)
    elif kind.startswith("issue_property."):
        name = text(node(payload, "property").get("key"))
        sentence = of_property(kind, actor.name, name)
    context = {
        "actor": actor,
        "byline": byline(actor.name, issue["project"]),
        "lead": sentence.lead,
        "tail": sentence.tail,
        "issue": issue,
        "changes": changes,
        "now": now,
        "happened": kind.replace("_", " ").replace(".", " "),
        **added,
    }
    return ParsedEvent(
        type=kind,
        attributes=with_actor(attributes, actor),
        context=context,
        url=url or None,
        object=read_thing(payload, kind),
        at=read_time(payload, kind),
    )


def _actor(payload: Object, kind: str) -> Person:
    """Who did it. Jira says it of issues; else it is whose thing it is, unless that may be anybody who removed it."""
    about, _, verb = kind.partition(".")
    if about == "user":
        return NOBODY
    if user := node(payload, "user"):
        return person(user)
    if verb == "deleted":
        return NOBODY
    thing = node(payload, about) if about != "issue" else node(payload, "comment")
    creator = node(payload, "issue", "fields", "creator") if kind == "issue.created" else {}
    return person(node(thing, "updateAuthor") or node(thing, "author") or creator)
