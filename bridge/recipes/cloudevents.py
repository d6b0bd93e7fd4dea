"""CloudEvents 1.0 over HTTP: structured, binary and in batches; told by how it was sent.

Whichever way it came, an event is read as its JSON form: `type`, `source`, `subject`, `time`, `id`, extensions, `data`.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from bridge.errors import UnreadableRequest, UnsupportedMediaType
from bridge.models import InboundRequest
from bridge.recipes.reading import read_body

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
ANY: Final = "application/cloudevents"
HEADER: Final = "ce-"
REQUIRED: Final = ("id", "source", "specversion", "type")

_NAME: Final = re.compile(r"[a-z0-9]{1,50}")
_MOST_ATTRIBUTES: Final = 100


def is_cloud_event(request: InboundRequest) -> bool:
    """Whether a request carries CloudEvents."""
    return request.content_type.startswith(ANY) or request.header("ce-specversion") is not None


def cloud_events(request: InboundRequest) -> list[dict[str, Any]]:
    """The events of a request, in their JSON form. Raises `UnreadableRequest`, `UnsupportedMediaType`."""
    kind = request.content_type
    if kind == BATCH:
        given = read_body(request, "json")
        if not isinstance(given, list):
            raise UnreadableRequest("A batch of CloudEvents is a list.")
        return [_checked(one) for one in given]
    if kind == STRUCTURED:
        return [_checked(read_body(request, "json"))]
    if kind.startswith(ANY):
        raise UnsupportedMediaType(f"Send CloudEvents as {STRUCTURED} or {BATCH}.")
    return [_checked({**dict(_attributes(request)), **_data(request)})]


def delivery_id(request: InboundRequest) -> str | None:
    """What tells an event from every other: its source and its id. A batch has none. Raises `UnreadableRequest`."""
    if request.content_type == BATCH:
        return None
    if request.content_type == STRUCTURED:
        (event,) = cloud_events(request)
    else:
        event = dict(_attributes(request))
    source, identifier = event.get("source"), event.get("id")
    return f"{source} {identifier}" if source and identifier else None


def _attributes(request: InboundRequest) -> Iterator[tuple[str, str]]:
    """The attributes in the headers of binary mode, in which letters beyond ASCII are percent-encoded."""
    names = [name for name in request.headers if name.startswith(HEADER)]
    for header in names[:_MOST_ATTRIBUTES]:
        name = header.removeprefix(HEADER)
        if _NAME.fullmatch(name) and name != "data":
            value = (request.header(header) or "").strip()
            quoted = len(value) > 1 and value[0] == value[-1] == '"'
            yield name, unquote(value[1:-1].replace('\\"', '"') if quoted else value)
    if content_type := request.header("content-type"):
        yield "datacontenttype", content_type


def _data(request: InboundRequest) -> dict[str, Any]:
    return {"data": read_body(request)} if request.body else {}


def _checked(event: Any) -> dict[str, Any]:
    if not isinstance(event, Mapping):
        raise UnreadableRequest("A CloudEvent is an object.")
    lacking = [name for name in REQUIRED if not isinstance(event.get(name), str) or not event[name]]
    if lacking:
        raise UnreadableRequest(f"The CloudEvent has no {', '.join(lacking)}.")
    if not event["specversion"].startswith("1."):
        raise UnreadableRequest("Only CloudEvents of version 1.0 are read.")
    encoded = event.get("data_base64")
    if encoded is None:
        return dict(event)
    return {**event, "data": _decoded(event, encoded)}


def _decoded(event: Mapping[str, Any], encoded: Any) -> Any:
    """Data that came as base64: what its content type says."""
    try:
        body = base64.b64decode(encoded, validate=True)
    except (ValueError, TypeError):
        raise UnreadableRequest("The CloudEvent's data_base64 is not base64.") from None
    content_type = event.get("datacontenttype")
    kind = content_type if isinstance(content_type, str) else "application/json"
    try:
        return read_body(InboundRequest({"content-type": kind}, body))
    except UnsupportedMediaType:
        return encoded  # an image, say: nothing to be read, and nothing wrong
