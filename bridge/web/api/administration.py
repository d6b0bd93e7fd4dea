"""/api/v1/administration: what is on and off for tenants and teams."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.services import views
from bridge.web.api.wire import Input, answer, page, read, services, who


class Wanted(Input):
    """What is to be on or off; what is not given stays."""

    connectors: bool | None = None
    actions: bool | None = None


async def list_(request: Request) -> Response:
    """Every tenant and team where something is off."""
    part = await services(request).administration.list(who(request), page(request))
    return answer(request, views.listing(part, views.switches))


async def show(request: Request) -> Response:
    """The switches of a tenant or a team, and what is in force there."""
    standing = await services(request).administration.show(who(request), *_place(request))
    return answer(request, views.standing(standing))


async def turn(request: Request) -> Response:
    """Turn switches."""
    wanted = await read(request, Wanted)
    standing, changed = await services(request).administration.turn(
        who(request), *_place(request), connectors=wanted.connectors, actions=wanted.actions
    )
    return answer(request, {**views.standing(standing), "subscriptions": changed})


def _place(request: Request) -> tuple[str, str | None]:
    return request.path_params["tenant"], request.path_params.get("team")


TENANT = "/administration/tenants/{tenant}"
TEAM = TENANT + "/teams/{team}"

routes = (
    Route("/administration", list_, methods=["GET"]),
    Route(TENANT, show, methods=["GET"]),
    Route(TENANT, turn, methods=["PUT"]),
    Route(TEAM, show, methods=["GET"]),
    Route(TEAM, turn, methods=["PUT"]),
)
