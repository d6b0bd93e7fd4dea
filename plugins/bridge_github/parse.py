"""From GitHub's request to the bridge's event: which event it is, its payload, and what the event's reader makes of it."""

import re

from bridge.plugin import InboundRequest, ParsedEvent, ParseError, UnreadableRequest
from bridge_github.attributes import read_attributes
from bridge_github.emoji import with_emoji
from bridge_github.events import READERS, other
from bridge_github.node import Node
from bridge_github.parts import actor, place
from bridge_github.things import read_thing

_EVENT = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NOT_IN_A_TYPE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_ACTION = 64


def event_name(request: InboundRequest) -> str:
    """GitHub's name for what happened. Raises `UnreadableRequest` where the request is none of GitHub's."""
    event = request.header("x-github-event") or ""
    if not _EVENT.fullmatch(event):
        raise UnreadableRequest(
            "The X-GitHub-Event header is missing or is not the name of an event: is it GitHub that sends to this endpoint?"
        )
    return event


def parse(request: InboundRequest) -> ParsedEvent:
    """Read one webhook. Raises `UnreadableRequest` and `ParseError`."""
    event = event_name(request)
    payload = _payload(request)
    action = _word(payload.text("action"))
    reading = (READERS.get(event) or other.reader(event))(payload, action)
    who, where = actor(payload), place(payload)
    thing, at = read_thing(event, payload, where["name"])
    return ParsedEvent(
        type=f"{event}.{reading.detail}" if reading.detail else event,
        attributes=read_attributes(payload, reading, who["name"]),
        context={
            "what": event.replace("_", " "),
            "action": action,
            "actor": who,
            "place": where,
            "url": reading.url,
            **with_emoji(reading.context),
        },
        url=reading.url,
        object=thing,
        at=at,
    )


def _payload(request: InboundRequest) -> Node:
    if request.content_type == "application/x-www-form-urlencoded":
        form = request.form()
        if "payload" not in form:
            raise UnreadableRequest("The form has no `payload` field.")
        request = InboundRequest(headers=request.headers, body=form["payload"].encode())
    payload = request.json()
    if not isinstance(payload, dict):
        raise ParseError("GitHub's payload is not a JSON object.")
    return Node(payload)


def _word(action: str | None) -> str | None:
    """An action as a part of an event type: a workflow's own dispatch may be called anything."""
    return _NOT_IN_A_TYPE.sub("_", action or "")[:_LONGEST_ACTION].strip("_") or None
