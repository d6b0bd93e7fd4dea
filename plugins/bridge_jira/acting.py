"""What can be done from Jira's cards, by its REST API, whose second version Cloud, Data Center and old servers know."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bridge.plugin import Action, Call, Done, Invalid, ParsedEvent, Reply, TextInput

_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[0-9]+", re.ASCII)
_ACCOUNT_ID = re.compile(r"[0-9a-f]{24}|[0-9]+:[0-9a-f-]{36}")


def offered(part: ParsedEvent) -> Iterator[Action]:
    """What can be done about an event's issue."""
    if _key(part) is None or part.type == "issue.deleted":
        return
    yield Action(
        "comment",
        "Comment",
        (TextInput("comment", "Comment", required=True, multiline=True, longest=10_000),),
        part.url,
    )
    yield Action(
        "transition",
        "Move on",
        (TextInput("to", "To which status, such as Done", required=True, longest=100),),
        part.url,
    )
    yield Action(
        "assign",
        "Assign",
        (TextInput("to", "Account id, or user name on a server; empty for nobody", longest=200),),
        part.url,
    )


def act(
    action: str,
    entered: Mapping[str, tuple[str, ...]],
    part: ParsedEvent,
    replies: Sequence[Reply],
) -> Call | Done:
    """Comments and assignments are one call; moving on asks first which ways there are."""
    path = f"/rest/api/2/issue/{_key(part)}"
    if replies and not replies[-1].ok:
        return Done(_refused(replies[-1]), ok=False)
    given = "".join(entered.get("comment") or entered.get("to") or ())
    match action, len(replies):
        case "comment", 0:
            return Call("POST", f"{path}/comment", {"body": given})
        case "assign", 0:
            name = "accountId" if _ACCOUNT_ID.fullmatch(given) else "name"
            return Call("PUT", f"{path}/assignee", {name: given or None})
        case "transition", 0:
            return Call("GET", f"{path}/transitions")
        case "transition", 1:
            return Call(
                "POST",
                f"{path}/transitions",
                {"transition": {"id": _transition(given, replies[0])}},
            )
    said = {
        "comment": "The comment is in Jira.",
        "assign": "It is assigned." if given else "It is assigned to nobody.",
        "transition": f"It is moved to {given}.",
    }
    return Done(said[action])


def _transition(wanted: str, reply: Reply) -> str:
    """The way to a status, by the status's name or the way's own. Raises `Invalid`, naming the ways there are."""
    said = reply.json()
    ways = said.get("transitions") if isinstance(said, dict) else None
    names: dict[str, str] = {}
    for way in ways if isinstance(ways, list) else ():
        if isinstance(way, dict) and isinstance(way.get("id"), str):
            to = way.get("to")
            status = to.get("name") if isinstance(to, dict) else None
            for name in (way.get("name"), status):
                if isinstance(name, str):
                    names[name.casefold()] = way["id"]
    found = names.get(wanted.strip().casefold())
    if found is None:
        known = ", ".join(sorted(names)) or "none"
        raise Invalid({"to": f"From here it cannot go to {wanted}. It can go to: {known}."})
    return found


def _refused(reply: Reply) -> str:
    said = reply.json()
    texts: list[str] = []
    if isinstance(said, dict):
        for value in (said.get("errorMessages"), said.get("errors")):
            found = value.values() if isinstance(value, dict) else value
            texts += [text for text in found or () if isinstance(text, str)]
    reason = f": {' '.join(texts)}" if texts else "."
    return f"Jira refused it ({reply.status}){reason}"


def _key(part: ParsedEvent) -> str | None:
    """The key of its issue, from its attributes or its address: what comes from outside goes into no path unread."""
    if part.object and part.object.startswith("issue "):
        key = part.object.removeprefix("issue ")
    else:
        key = (part.url or "").partition("/browse/")[2].partition("?")[0]
    return key if _KEY.fullmatch(key) else None
