"""/api/v1/events."""

from dataclasses import fields
from typing import Literal, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import EventState, Selection
from bridge.services import views
from bridge.services.find import Query
from bridge.web.api.wire import Input, Time, answer, choice, moment, page, read, services, who


class BulkReplay(Input):
    """Which events to route again: those received in this time, in a state or of an endpoint if that is given."""

    state: Literal["routed", "failed"] | None = None
    since: Time
    until: Time | None = None
    endpoint: str | None = None


async def list_(request: Request) -> Response:
    """The events, newest first, narrowed by what is given; with `subscription`, what that made of each.

    Their cards' titles are told where they had to be looked at anyway, or are asked for (`titles=true`).
    """
    wanted = page(request, *(one.name for one in fields(Query)))
    given = request.query_params
    query = Query(
        endpoint=given.get("endpoint"),
        state=choice(request, "state", get_args(EventState)),
        type=given.get("type"),
        text=given.get("text"),
        since=moment(request, "since"),
        until=moment(request, "until"),
        subscription=given.get("subscription"),
        titles="text" in given or choice(request, "titles", ("true", "false")) == "true",
    )
    part = await services(request).events.find(who(request), wanted, query)
    return answer(request, views.listing(part, views.found))


async def show(request: Request) -> Response:
    """One event with its body and its trace."""
    shown = await services(request).events.show(who(request), request.path_params["id"])
    return answer(request, views.trace(shown))


async def replay(request: Request) -> Response:
    """Route it again."""
    event = await services(request).events.replay(who(request), request.path_params["id"])
    return answer(request, views.event(event), 202)


async def replay_many(request: Request) -> Response:
    """Route every one of a selection again; how many."""
    wanted = await read(request, BulkReplay)
    count = await services(request).events.replay_selected(
        who(request), Selection(**wanted.model_dump())
    )
    return answer(request, {"replayed": count}, 202)


routes = (
    Route("/events", list_, methods=["GET"]),
    Route("/events/replay", replay_many, methods=["POST"]),
    Route("/events/{id}", show, methods=["GET"]),
    Route("/events/{id}/replay", replay, methods=["POST"]),
)
