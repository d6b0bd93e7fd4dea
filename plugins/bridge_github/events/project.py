"""`projects_v2`, `projects_v2_item` and `projects_v2_status_update`: an organisation's projects."""

from bridge_github.node import Node
from bridge_github.parts import (
    change,
    date,
    on_server,
    organization_of,
    person,
    place,
    required,
    simple_text,
)
from bridge_github.reading import Reading

_NOUNS = {"Issue": "issue", "PullRequest": "pull request", "DraftIssue": "draft issue"}


def read(payload: Node, action: str | None) -> Reading:
    """A project itself."""
    project = required(payload, "projects_v2")
    number, title = project.number("number"), project.text("title")
    public = project.flag("public")
    return Reading(
        action,
        project,
        _page(payload, None if action == "deleted" else number),
        {
            "title": title,
            "number": number,
            "description": project.text("short_description") or project.text("description"),
            "visibility": None if public is None else "Public" if public else "Private",
            "was": {"title": change(payload, "title")},
            "opened_up": "public" in payload.at("changes"),
        },
        {"project": tuple(filter(None, (title, simple_text(number))))},
    )


def read_item(payload: Node, action: str | None) -> Reading:
    """An issue or pull request in a project. GitHub says neither which one nor, mostly, in which project."""
    item = required(payload, "projects_v2_item")
    value = payload.at("changes", "field_value")
    number = value.number("project_number")
    was, now = payload.text("changes", "content_type", "from"), item.text("content_type")
    return Reading(
        action,
        item,
        _page(payload, number),
        {
            "noun": _NOUNS.get(now or "", "item"),
            "was_noun": _NOUNS.get(was or "", "item"),
            "number": number,
            "field": value.text("field_name") or value.text("field_type"),
            "was": _shown(value.at("from")),
            "now": _shown(value.at("to")),
        },
        {"project": simple_text(number)},
    )


def read_status(payload: Node, action: str | None) -> Reading:
    """Somebody says how a project stands."""
    update = required(payload, "projects_v2_status_update")
    return Reading(
        action,
        update,
        _page(payload, None),
        {
            "status": _words(update.text("status")),
            "was": _words(change(payload, "status")),
            "words": update.text("body"),
            "start": date(update.text("start_date")),
            "target": date(update.text("target_date")),
            "creator": person(update.at("creator")),
        },
    )


def _page(payload: Node, number: int | None) -> str | None:
    """The page of a project, or that of all of them: GitHub gives none."""
    projects = on_server(payload, "orgs", organization_of(payload), "projects")
    page: str | None = place(payload)["url"]
    return (f"{projects}/{number}" if number else projects) if projects else page


def _shown(value: Node) -> str | None:
    """A field's value: a text, a number, an option or an iteration."""
    return simple_text(value.value) or value.text("name") or value.text("title")


def _words(status: str | None) -> str:
    return (status or "").replace("_", " ").lower()
