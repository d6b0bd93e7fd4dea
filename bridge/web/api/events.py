"""/api/v1/events."""

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import EventState
from bridge.services import views
from bridge.web.api.wire import answer, choice, page, services, who


async def list_(request: Request) -> Response:
    """The events, newest first; `endpoint` and `state` narrow it."""
    state: EventState | None = choice(request, "state", get_args(EventState))
    part = await services(request).events.list(
        who(request),
        page(request, "endpoint", "state"),
        request.query_params.get("endpoint"),
        state,
    )
    return answer(views.listing(part, views.event))


async def show(request: Request) -> Response:
    """One event with its body and its trace."""
    shown = await services(request).events.show(who(request), request.path_params["id"])
    return answer(views.trace(shown))


async def replay(request: Request) -> Response:
    """Route it again."""
    event = await services(request).events.replay(who(request), request.path_params["id"])
    return answer(views.event(event), 202)


routes = (
    Route("/events", list_, methods=["GET"]),
    Route("/events/{id}", show, methods=["GET"]),
    Route("/events/{id}/replay", replay, methods=["POST"]),
)
