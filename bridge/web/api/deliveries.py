"""/api/v1/deliveries."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AwareDatetime, BeforeValidator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import DeliveryState
from bridge.services import views
from bridge.web.api.wire import Input, answer, choice, page, read, services, who


def _text(given: Any) -> Any:
    # A number would be taken for seconds since 1970, and almost any is long ago.
    if not isinstance(given, str):
        raise ValueError("Give a time as in 2026-11-23T14:05:00Z")  # noqa: TRY004  # what pydantic turns into a fault of the field
    return given


class BulkReplay(Input):
    """Which deliveries to owe once more."""

    state: Literal["dead"]
    since: Annotated[AwareDatetime, BeforeValidator(_text)]
    subscription: str | None = None


async def list_(request: Request) -> Response:
    """The deliveries, newest first; `state` and `subscription` narrow it."""
    state: DeliveryState | None = choice(request, "state", get_args(DeliveryState))
    part = await services(request).deliveries.list(
        who(request),
        page(request, "state", "subscription"),
        state,
        request.query_params.get("subscription"),
    )
    return answer(views.listing(part, views.delivery))


async def show(request: Request) -> Response:
    """One delivery with every try at it."""
    delivery, attempts = await services(request).deliveries.show(
        who(request), request.path_params["id"]
    )
    return answer(views.delivery_with_attempts(delivery, attempts))


async def replay(request: Request) -> Response:
    """Owe it once more."""
    delivery = await services(request).deliveries.replay(who(request), request.path_params["id"])
    return answer(views.delivery(delivery), 202)


async def replay_many(request: Request) -> Response:
    """Owe every dead one since a time once more; how many."""
    wanted = await read(request, BulkReplay)
    count = await services(request).deliveries.replay_dead(
        who(request), wanted.since, wanted.subscription
    )
    return answer({"replayed": count}, 202)


routes = (
    Route("/deliveries", list_, methods=["GET"]),
    Route("/deliveries/replay", replay_many, methods=["POST"]),
    Route("/deliveries/{id}", show, methods=["GET"]),
    Route("/deliveries/{id}/replay", replay, methods=["POST"]),
)
