"""The simulated GitHub and Jira, in which cards' buttons do something: whatever is asked of them is done."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.app import Bridge
from bridge.services.access import OPERATOR
from bridge.services.acting import WantedActing

SYSTEMS: Final = "/teams/systems"


async def let(bridge: Bridge, endpoint_id: str, origin: str) -> None:
    """Let everybody press in the sandbox, in the simulated systems: there is no harm in it."""
    endpoint = await bridge.services.endpoints.get(OPERATOR, endpoint_id)
    if endpoint.acting.token is None:
        site = f"{origin}{SYSTEMS}/{endpoint.source}"
        wanted = WantedActing(who="channel", site=site, token=SecretStr("of-the-sandbox"))
        await bridge.services.acting.change(OPERATOR, endpoint, wanted)


async def system(request: Request) -> Response:
    """A simulated system: whatever is asked of it is done, and an issue says how it stands."""
    path = "/" + request.path_params["path"]
    if path.endswith("/transitions") and request.method == "GET":
        ways = ("In Progress", "Done")
        return JSONResponse(
            {"transitions": [{"id": str(n), "name": way} for n, way in enumerate(ways)]}
        )
    if request.method == "PATCH":
        body = orjson.loads(await request.body())
        issue = _issue(request.app.state.bridge, path)
        if issue is not None and isinstance(body, dict):
            return JSONResponse({**issue, **body, "closed_by": {"login": "you"}})
    return JSONResponse({})


def _issue(bridge: Bridge, path: str) -> Mapping[str, Any] | None:
    """The issue of that path among GitHub's samples."""
    for sample in bridge.registry.source("github").samples:
        issue = (
            orjson.loads(sample.body).get("issue") if sample.name.startswith("issues__") else None
        )
        if isinstance(issue, dict) and path.endswith(f"/issues/{issue.get('number')}"):
            return issue
    return None


routes: Final = (
    Route(f"{SYSTEMS}/{{source}}/{{path:path}}", system, methods=["GET", "POST", "PUT", "PATCH"]),
)
"""One for each source."""
