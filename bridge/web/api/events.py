"""/api/v1/events."""

from typing import Literal, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import EventState, Selection
from bridge.services import views
from bridge.web.api.wire import Input, Time, answer, choice, page, read, services, who


class BulkReplay(Input):
    """Which events to route again: those received in this time, in a state or of an endpoint if that is given."""

    state: Literal["routed", "failed"] | None = None
    since: Time
    until: Time | None = None
    endpoint: str | None = None


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


async def replay_many(request: Request) -> Response:
    """Route every one of a selection again; how many."""
    wanted = await read(request, BulkReplay)
    count = await services(request).events.replay_selected(
        who(request), Selection(**wanted.model_dump())
    )
    return answer({"replayed": count}, 202)


routes = (
    Route("/events", list_, methods=["GET"]),
    Route("/events/replay", replay_many, methods=["POST"]),
    Route("/events/{id}", show, methods=["GET"]),
    Route("/events/{id}/replay", replay, methods=["POST"]),
)
