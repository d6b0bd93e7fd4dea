"""What the configuration page asks first: whether an administrator turned connectors off where it is."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import TeamsContext
from bridge.web.api.wire import answer, services, who


async def switches(request: Request) -> Response:
    """What is on in a tenant and team, and in sentences why something is not."""
    given = request.query_params
    off = await services(request).administration.off(
        TeamsContext(tenant=who(request).tenant or given.get("tenant"), team_id=given.get("team"))
    )
    return answer(
        request,
        {
            "connectors": off.connectors is None,
            "actions": off.actions is None,
            "reasons": [why for why in (off.no_connectors, off.no_actions) if why],
        },
    )


routes: Final = (Route("/switches", switches, methods=["GET"]),)
