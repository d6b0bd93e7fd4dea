"""The pieces that many events have in common, as their cards need them."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urljoin

from bridge.plugin import ParseError
from bridge_github.node import Node

ENDS = ("success", "failure", "error")
"""The states of a deployment or a commit's status in which it has ended."""
PAIRS = 10
"""How many members of an object that somebody filled as they liked a card shows."""
_MINUTE, _HOUR = 60, 3600


def required(payload: Node, name: str) -> Node:
    """The object that an event is about. Raises `ParseError`: without it there is nothing to tell."""
    node = payload.at(name)
    if not node:
        raise ParseError(f"GitHub's payload has no `{name}` object.")
    return node


def person(node: Node) -> dict[str, Any]:
    """Someone with an account: a person, a bot, an organisation or a team, which has no login."""
    return {
        "login": node.text("login"),
        "name": node.text("login") or node.text("name"),
        "url": node.link("html_url"),
        "avatar": node.link("avatar_url"),
    }


def people(node: Node, *lists: str) -> list[dict[str, Any]]:
    """Everybody in the lists of these names."""
    found = (person(item) for name in lists for item in node.each(name))
    return [item for item in found if item["name"]]


def actor(payload: Node) -> dict[str, Any]:
    """Who did it. Events that nobody sends are GitHub's own."""
    sender = person(payload.at("sender"))
    if not sender["name"]:
        sender = person(payload.at("pusher"))
    return sender if sender["name"] else {**sender, "name": "GitHub"}


def is_bot(sender: Node) -> bool:
    """Whether an account is a machine's: GitHub says so by its type or by its name."""
    return sender.text("type") == "Bot" or (sender.text("login") or "").endswith("[bot]")


def place(payload: Node) -> dict[str, Any]:
    """Where it happened: the repository, else the organisation."""
    repository, organization = payload.at("repository"), payload.first("organization", "enterprise")
    name = repository.text("full_name") or repository.text("name")
    if name:
        return {"name": name, "url": repository.link("html_url")}
    name = organization.text("login") or organization.text("slug")
    return {"name": name, "url": organization.link("html_url") or on_server(payload, name)}


def on_server(payload: Node, *path: str | None) -> str | None:
    """A page that GitHub does not give, by its path on the server that the event comes from."""
    page = payload.link("repository", "html_url") or payload.link("sender", "html_url")
    steps = [quote(step, safe="") for step in path if step]
    return urljoin(page, "/" + "/".join(steps)) if page and len(steps) == len(path) else None


def organization_of(payload: Node) -> str | None:
    """The organisation's name, where the event belongs to one."""
    return payload.text("organization", "login")


def commit(node: Node) -> dict[str, Any]:
    """A commit of a push or a run."""
    author = node.at("author")
    return {
        "sha": node.text("id") or node.text("sha"),
        "message": node.text("message"),
        "author": author.text("username") or author.text("name"),
        "url": node.link("url"),
    }


def revision(payload: Node, sha: str | None, node: Node | None = None) -> dict[str, Any]:
    """A commit of the event's repository by its hash, with what `node` tells of it."""
    told = commit(node) if node else {}
    found = told.get("sha") or sha
    return {**told, "sha": found, "url": in_repository(payload, "commit", found)}


def branch_of(payload: Node, name: str | None) -> dict[str, str | None]:
    """A branch of the event's repository."""
    return {"name": name, "url": in_repository(payload, "tree", name)}


def in_repository(payload: Node, kind: str, name: str | int | None) -> str | None:
    """The page of a branch (`tree`), tag (`releases/tag`), commit (`commit`) … in the event's repository."""
    base = payload.link("repository", "html_url")
    return f"{base}/{kind}/{quote(str(name))}" if base and name else None


def change(payload: Node, name: str) -> str | None:
    """What a field was before an edit."""
    return payload.text("changes", name, "from")


def took(node: Node, start: str, end: str) -> str | None:
    """How long it took, for people: `3 min 12 s`."""
    started, ended = node.time(start), node.time(end)
    if started is None or ended is None or ended < started:
        return None
    return duration(ended - started)


def duration(length: timedelta) -> str:
    """A length of time for people."""
    seconds = int(length.total_seconds())
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min {seconds % _MINUTE} s"
    return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"


def pairs(node: Node) -> list[dict[str, str]]:
    """The first members of an object that somebody filled as they liked, those that are simple values."""
    values = node.value.items() if node else ()
    simple = [(name, simple_text(value)) for name, value in values]
    return [{"name": name, "value": text} for name, text in simple if text][:PAIRS]


def standing(node: Node, *, merged: bool) -> str | None:
    """What has become of an issue or a pull request, where it is not simply open."""
    if merged:
        return "Merged"
    if node.text("state") != "closed":
        return "Draft" if node.flag("draft") else None
    reason = {"not_planned": " as not planned", "duplicate": " as a duplicate"}
    return "Closed" + reason.get(node.text("state_reason") or "", "")


def date(text: str | None) -> str | None:
    """The day of an instant."""
    return text[:10] if text else None


def simple_text(value: object) -> str | None:
    """A text, a number or a truth value as people write it in JSON, or None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def severity_of(*found: str | None) -> str | None:
    """The first severity, one word for each: GitHub once said `moderate`."""
    word = next(filter(None, found), None)
    return {"moderate": "medium"}.get(word.lower(), word.lower()) if word else None


def score(node: Node) -> str | None:
    """How bad a vulnerability is, from 0 to 10: the newest measure that was taken."""
    measures = (
        node.at("cvss_severities", "cvss_v4", "score"),
        node.at("cvss_severities", "cvss_v3", "score"),
        node.at("cvss", "score"),
    )
    taken = (measure.value for measure in measures if measure.value)
    return next(filter(None, map(simple_text, taken)), None)


def spot(node: Node) -> str | None:
    """The place in a file that a comment or an alert points at: `src/main.py:14`."""
    path = node.text("path")
    line = next(filter(None, map(node.number, ("line", "original_line", "start_line"))), None)
    return f"{path}:{line}" if path and line else path


def only(text: str | None) -> tuple[str, ...]:
    """The values of a many-valued attribute of which there is one at most."""
    return (text,) if text else ()
