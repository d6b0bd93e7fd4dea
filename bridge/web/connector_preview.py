"""/connector/preview: the card that a sample or a received webhook becomes, and whether the filters let it through."""

import asyncio
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.cards.cut import cut_text
from bridge.cards.literal import one_line
from bridge.cards.vocabulary import text_of
from bridge.errors import Invalid, NotFound
from bridge.models import Endpoint, Page
from bridge.pipeline.filters import check_filters, match_type
from bridge.pipeline.matching import matches
from bridge.services import views
from bridge.services.find import Query
from bridge.services.previews import Preview
from bridge.services.validation import Problems, check_where
from bridge.texts import say
from bridge.web.api.wire import Input, answer, read, services, who

RECEIVED: Final = 20
"""The last webhooks of an endpoint, to choose from."""

VALUES: Final = 200
"""Values of an event that a template's author is shown, and how long each may be."""
VALUE_LENGTH: Final = 80


class WantedPreview(Input):
    """What to show: a sample of an event type, or a webhook that `endpoint` `received`.

    `endpoint` lends a sample its configuration.
    """

    source: str
    event: str | None = None
    received: str | None = None
    filters: dict[str, Any] = Field(default_factory=dict)
    presentation: dict[str, Any] = Field(default_factory=dict)
    endpoint: str | None = None


async def preview(request: Request) -> Response:
    """The card as a safe fragment of HTML. Raises `Invalid` for what is wrong, `NotFound` without a sample or event."""
    wanted = await read(request, WantedPreview)
    problems = Problems()
    check_where(problems, wanted.filters, request.app.state.bridge.registry.source(wanted.source))
    problems.settle()
    endpoint = None
    if wanted.endpoint is not None:
        endpoint = await services(request).endpoints.get(who(request), wanted.endpoint)
    shown = await _shown(request, wanted, endpoint)
    matched, reason = matches(check_filters(wanted.filters), shown.attributes)
    return answer(
        request,
        {
            "event_type": shown.event_type,
            "html": shown.html,
            "matched": matched,
            "reason": reason,
            "note": shown.note,
            "facts": list(shown.facts),
            "values": list(islice(_values(_sayable(shown)), VALUES)),
        },
    )


async def _shown(request: Request, wanted: WantedPreview, endpoint: Endpoint | None) -> Preview:
    service = services(request).previews
    people = await services(request).people.shown(wanted.source, wanted.presentation)
    if wanted.received is not None:
        if endpoint is None:
            raise Invalid({"endpoint": say("Say at which endpoint it was received.")})
        event = await services(request).events.received(who(request), endpoint, wanted.received)
        return service.of_event(event, endpoint, wanted.presentation, people=people)[0]
    kind = wanted.event or "*"
    sample = service.sample_for(wanted.source, kind)
    if sample is None:
        raise NotFound(say("There is no sample of this event."))
    parts = service.of_sample(
        wanted.source, sample.name, endpoint, wanted.presentation, people=people
    )
    return next((it for it in parts if match_type(kind, it.event_type)), parts[0])


def _sayable(shown: Preview) -> Mapping[str, Any]:
    """What a template sees by name; of `event`, what is worth showing."""
    event = {"type": shown.event_type, "attributes": shown.attributes}
    return {**shown.context, "event": event}


def _values(context: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """What a template can show, by the words to say there."""
    if isinstance(context, Mapping):
        for name, value in context.items():
            if str(name).isidentifier():
                yield from _values(value, f"{path}.{name}" if path else str(name))
    elif isinstance(context, list | tuple) and context and isinstance(context[0], Mapping):
        yield from _values(context[0], f"{path}[0]")
    elif text := one_line(text_of(context)):
        yield path, cut_text(text, VALUE_LENGTH)


async def facts(request: Request) -> Response:
    """The names of the facts on the cards of a source's samples, by event type."""
    service = services(request).previews
    return answer(request, await asyncio.to_thread(service.facts, request.path_params["source"]))


async def received(request: Request) -> Response:
    """The last webhooks of an endpoint that can be shown, newest first, with the titles of their cards."""
    query = Query(endpoint=request.path_params["id"])
    part = await services(request).events.find(who(request), Page(RECEIVED), query)
    return answer(request, [views.found(found) for found in part.items if not found.event.removed])


routes: Final = (
    Route("/preview", preview, methods=["POST"]),
    Route("/sources/{source}/facts", facts, methods=["GET"]),
    Route("/endpoints/{id}/received", received, methods=["GET"]),
)
