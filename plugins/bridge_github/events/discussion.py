"""`discussion` and `discussion_comment`: what people talk about apart from issues."""

from typing import Any

from bridge_github.node import Node
from bridge_github.parts import change, person, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions."""
    node = required(payload, "discussion")
    answer = payload.first("answer", "old_answer")
    new, gone = payload.at("changes", "new_discussion"), action == "deleted"
    url = (
        payload.link("repository", "html_url")
        if gone
        else (new.link("html_url") or payload.link("answer", "html_url"))
    )
    return Reading(
        action,
        node,
        url or node.link("html_url"),
        {
            **discussion(node),
            "label": payload.text("label", "name"),
            "reason": (node.text("state_reason") or "").replace("_", " "),
            "was": {
                "title": change(payload, "title"),
                "category": payload.text("changes", "category", "from", "name"),
            },
            "body_changed": "body" in payload.at("changes"),
            "answer": answer.text("body"),
            "answerer": person(answer.at("user")),
            "moved": {
                "number": new.number("number"),
                "place": payload.text("changes", "new_repository", "full_name"),
            },
        },
        {"category": node.text("category", "name")},
    )


def read_comment(payload: Node, action: str | None) -> Reading:
    """Somebody says something in a discussion."""
    node, comment = required(payload, "discussion"), required(payload, "comment")
    url = node.link("html_url") if action == "deleted" else comment.link("html_url")
    return Reading(
        action,
        node,
        url or node.link("html_url"),
        {
            **discussion(node),
            "commenter": person(comment.at("user")),
            "words": comment.text("body"),
            "reply": comment.number("parent_id") is not None,
        },
        {"category": node.text("category", "name"), "on": "discussion"},
    )


def discussion(node: Node) -> dict[str, Any]:
    """What a card says of a discussion, whoever did what to it."""
    return {
        "noun": "discussion",
        "number": node.number("number"),
        "title": node.text("title"),
        "body": node.text("body"),
        "author": person(node.at("user")),
        "category": node.text("category", "name"),
        "labels": node.names("labels", by="name"),
    }
