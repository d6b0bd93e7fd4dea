"""/api/v1/deliveries."""

from typing import Literal, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import DeliveryState, Selection
from bridge.services import views
from bridge.web.api.wire import Input, Time, answer, choice, page, read, services, who


class BulkReplay(Input):
    """Which deliveries to owe once more: those that ended in this state in this time, of a subscription or endpoint."""

    state: Literal["dead", "dropped", "delivered"]
    since: Time
    until: Time | None = None
    subscription: str | None = None
    endpoint: str | None = None


async def list_(request: Request) -> Response:
    """The deliveries, newest first; `state` and `subscription` narrow it."""
    state: DeliveryState | None = choice(request, "state", get_args(DeliveryState))
    part = await services(request).deliveries.list(
        who(request),
        page(request, "state", "subscription"),
        state,
        request.query_params.get("subscription"),
    )
    return answer(request, views.listing(part, views.delivery))


async def show(request: Request) -> Response:
    """One delivery with every try at it."""
    delivery, attempts = await services(request).deliveries.show(
        who(request), request.path_params["id"]
    )
    return answer(request, views.delivery_with_attempts(delivery, attempts))


async def replay(request: Request) -> Response:
    """Owe it once more."""
    delivery = await services(request).deliveries.replay(who(request), request.path_params["id"])
    return answer(request, views.delivery(delivery), 202)


async def replay_many(request: Request) -> Response:
    """Owe every one of a selection once more; how many."""
    wanted = await read(request, BulkReplay)
    count = await services(request).deliveries.replay_selected(
        who(request), Selection(**wanted.model_dump())
    )
    return answer(request, {"replayed": count}, 202)


routes = (
    Route("/deliveries", list_, methods=["GET"]),
    Route("/deliveries/replay", replay_many, methods=["POST"]),
    Route("/deliveries/{id}", show, methods=["GET"]),
    Route("/deliveries/{id}/replay", replay, methods=["POST"]),
)
