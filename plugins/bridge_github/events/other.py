"""Every event without a module of its own: what it is about, and the best link that can be found."""

from collections.abc import Iterator
from itertools import chain

from bridge_github.node import Node
from bridge_github.parts import place
from bridge_github.reading import Reader, Reading

_AROUND = {
    "changes",
    "client_payload",
    "enterprise",
    "inputs",
    "installation",
    "organization",
    "repository",
    "sender",
}
_LINKS = ("html_url", "target_url", "details_url")
_NAMES = ("title", "name", "summary", "full_name", "login", "key_name", "ref")
_WORDS = ("description", "body", "message")
_THREADS = ("pull_request", "issue", "discussion")


def reader(event: str) -> Reader:
    """A reader of this event that needs to know nothing about it."""

    def read(payload: Node, action: str | None) -> Reading:
        subject = next(_subjects(event, payload), Node())
        # An alert's name is that of what it warns of.
        told = (subject, subject.at("rule"), subject.at("security_advisory"))
        return Reading(
            action,
            subject,
            _link(payload, subject),
            {
                "name": _first(told, _NAMES)
                or subject.text("rule", "description")
                or payload.text("context"),
                "words": _first(told[:1], _WORDS) or payload.text("description"),
                "state": _first((subject, payload), ("state", "status")),
                "threads": list(_threads(payload, subject)),
            },
        )

    return read


def _subjects(event: str, payload: Node) -> Iterator[Node]:
    """What the event may be about, likeliest first: the member named like it, then those with a page of their own."""
    words = event.split("_")
    named = (payload.at("_".join(words[start:])) for start in range(len(words)))
    members = [node for name, node in payload.members().items() if name not in _AROUND]
    with_page = (node for node in members if node.link("html_url"))
    return filter(None, chain(named, with_page, members))


def _link(payload: Node, subject: Node) -> str | None:
    own = (node.link(name) for node in (subject, payload) for name in _LINKS)
    references = (node.link("url") for node in subject.each("references"))
    around = (place(payload)["url"], payload.link("sender", "html_url"))
    return next(filter(None, chain(own, references, around)), None)


def _threads(payload: Node, subject: Node) -> Iterator[dict[str, object]]:
    """The conversations that it belongs to."""
    for name in _THREADS:
        node = payload.at(name)
        if node and node != subject:
            yield {
                "noun": name.replace("_", " ").capitalize(),
                "number": node.number("number"),
                "title": node.text("title"),
                "url": node.link("html_url"),
            }


def _first(nodes: tuple[Node, ...], names: tuple[str, ...]) -> str | None:
    return next(filter(None, (node.text(name) for node in nodes for name in names)), None)
