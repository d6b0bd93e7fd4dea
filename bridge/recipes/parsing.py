"""What a webhook says, read as a description says: pure, and raising nothing but its declared errors."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bridge.cards.times import read_time
from bridge.cards.vocabulary import CALLS
from bridge.errors import ParseError, UnreadableRequest
from bridge.models import AttributeValue, InboundRequest, ParsedEvent
from bridge.recipes import cloudevents, values
from bridge.recipes.description import Description
from bridge.recipes.expressions import Header, Scope
from bridge.recipes.metering import Meter
from bridge.recipes.reading import format_of, read_body

RECEIVED: Final = "received"
"""The type of an event that does not say its own."""

MOST_PARTS: Final = 1000
"""Events that one webhook may be."""

_IDENTIFIER: Final = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Part:
    """One event of a webhook before it is mapped: what expressions are asked of, and the CloudEvent it came in, if any."""

    scope: Scope
    envelope: Mapping[str, Any] | None = None


def identify(request: InboundRequest, description: Description) -> str | None:
    """The vendor's id of this delivery, if there is one. Raises `UnreadableRequest`, `UnsupportedMediaType`.

    Before a webhook is acknowledged, this is what notices that it is of a kind that is not read at all.
    """
    wanted = description.delivery_id
    if wanted is None:
        return _own_id(request, description)
    body = None if isinstance(wanted, Header) else _whole(request, description)
    found = wanted.find(Scope(body, body, request, Meter()))
    if isinstance(found, str | int | float) and found != "":
        return str(found)
    if isinstance(wanted, Header):
        return None
    raise UnreadableRequest(f"The body has no delivery id at {wanted}.")


def parse(request: InboundRequest, description: Description) -> list[ParsedEvent]:
    """The events of a webhook. Raises `ParseError`, `UnreadableRequest`, `UnsupportedMediaType`.

    Each has `actor` and `actor_is_bot`, the attributes of the description, and of a CloudEvent `source` and `subject`. The
    names of its context are the fields of the part, but for those that are a template's own words; `payload` is the part,
    `whole` the body it was split from, and `cloudevent` what it came in, or None.
    """
    return [_event(part, description) for part in parts(request, description)]


def parts(request: InboundRequest, description: Description) -> Iterator[Part]:
    """What is to become an event each."""
    meter = Meter()
    if description.format is None and cloudevents.is_cloud_event(request):
        for envelope in _few(cloudevents.cloud_events(request)):
            for value in _split(envelope, request, description, meter):
                yield Part(Scope(value, envelope, request, meter), envelope)
        return
    whole = read_body(request, description.format, description.form_field)
    for value in _split(whole, request, description, meter):
        yield Part(Scope(value, whole, request, meter))


def _own_id(request: InboundRequest, description: Description) -> str | None:
    """The id that a standard gives a delivery."""
    if description.format is None:
        if cloudevents.is_cloud_event(request):
            return cloudevents.delivery_id(request)
        format_of(request)
    standard = description.verification.scheme == "standard-webhooks"
    return request.header("webhook-id") if standard else None


def _whole(request: InboundRequest, description: Description) -> Any:
    if description.format is None and cloudevents.is_cloud_event(request):
        found = cloudevents.cloud_events(request)
        return found[0] if len(found) == 1 else found
    return read_body(request, description.format, description.form_field)


def _split(
    whole: Any, request: InboundRequest, description: Description, meter: Meter
) -> list[Any]:
    if description.split is None:
        return [whole]
    found = description.split.find(Scope(whole, whole, request, meter))
    if description.split.builds:
        meter.walk(found)  # it may be small in memory, and endless for whoever goes through it
    if isinstance(found, Mapping):
        return [found]
    if not isinstance(found, list):
        raise ParseError(f"There is no list of events at {description.split}.")
    return _few(found)


def _few(found: list[Any]) -> list[Any]:
    if len(found) > MOST_PARTS:
        raise ParseError(f"It holds {len(found)} events; of one webhook {MOST_PARTS} are read.")
    return found


def _event(part: Part, description: Description) -> ParsedEvent:
    scope, envelope = part.scope, part.envelope or {}
    kinds = [one.find(scope) for one in description.event_type] or [envelope.get("type")]
    address = [one.find(scope) for one in description.url]
    return ParsedEvent(
        type=values.event_type(kinds) or RECEIVED,
        attributes=_attributes(scope, envelope, description),
        context=_context(scope, part.envelope),
        url=values.link(address),
        object=_object(scope, envelope, description),
        at=read_time(description.time.find(scope) if description.time else envelope.get("time")),
    )


def _attributes(
    scope: Scope, envelope: Mapping[str, Any], description: Description
) -> dict[str, AttributeValue]:
    own = {name: envelope[name] for name in ("source", "subject") if name in envelope}
    found = {name: values.attribute(value) for name, value in own.items()}
    mapped = {
        name: values.attribute(expression.find(scope))
        for name, expression in description.attributes.items()
    }
    return {
        "actor": None,
        **found,
        **mapped,
        "actor_is_bot": mapped.get("actor_is_bot") in {True, "yes", "true"},
    }


def _object(scope: Scope, envelope: Mapping[str, Any], description: Description) -> str | None:
    if description.object:
        return values.key(one.find(scope) for one in description.object)
    if "subject" in envelope:
        return values.key([envelope.get("source"), envelope["subject"]])
    return None


def _context(scope: Scope, envelope: Mapping[str, Any] | None) -> dict[str, Any]:
    fields = scope.value if isinstance(scope.value, Mapping) else {}
    return {
        **{
            name: value
            for name, value in fields.items()
            if name not in CALLS and _IDENTIFIER.fullmatch(name)
        },
        "payload": scope.value,
        "whole": scope.whole,
        "cloudevent": envelope,
    }
