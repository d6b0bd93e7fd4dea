"""What came to an endpoint lately, and what of it a subscription would get or got: the page's dry run and recent events."""

from typing import Any, Final

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import Page
from bridge.services import views
from bridge.services.find import Query
from bridge.services.sentence import sentence
from bridge.services.validation import Problems, check_events, check_where
from bridge.web.api.wire import Input, answer, read, services, who

TOLD: Final = 20
"""Events whose cards' titles and fates are told at a time."""


class Wanted(Input):
    """What the form says so far; without an endpoint there is only a sentence to tell of it."""

    source: str
    events: tuple[str, ...]
    filters: dict[str, Any] = Field(default_factory=dict)
    endpoint: str | None = None


async def dry_run(request: Request) -> Response:
    """The sentence, and which of the endpoint's last events would have come. Raises `Invalid`, `NotFound`."""
    wanted = await read(request, Wanted)
    if wanted.endpoint is not None:
        tried = await services(request).dry_runs.run(
            who(request), wanted.endpoint, wanted.events, wanted.filters
        )
        return answer(request, views.dry_run(tried))
    source = request.app.state.bridge.registry.source(wanted.source)
    problems = Problems()
    events = check_events(problems, wanted.events, source)
    check_where(problems, wanted.filters, source)
    problems.settle()
    said = sentence(source, events, wanted.filters)
    return answer(
        request, {"endpoint": None, "sentence": said, "looked_at": 0, "matched": 0, "items": []}
    )


async def recent(request: Request) -> Response:
    """The endpoint's last events with the titles of their cards, and what became of them in a `subscription`."""
    query = Query(
        endpoint=request.path_params["id"], subscription=request.query_params.get("subscription")
    )
    wanted = Page(TOLD, request.query_params.get("cursor"))
    part = await services(request).events.find(who(request), wanted, query)
    return answer(request, views.listing(part, views.found))


async def show(request: Request) -> Response:
    """One event and what it meant to one's own subscriptions; without its headers and body."""
    shown = views.trace(
        await services(request).events.show(who(request), request.path_params["id"])
    )
    return answer(request, {name: value for name, value in shown.items() if name not in _WHOLE})


_WHOLE: Final = frozenset({"headers", "body", "body_bytes", "content_type", "verified"})
"""What the page has no use for."""

routes: Final = (
    Route("/dry-run", dry_run, methods=["POST"]),
    Route("/endpoints/{id}/recent", recent, methods=["GET"]),
    Route("/events/{id}", show, methods=["GET"]),
)
