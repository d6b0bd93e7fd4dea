"""/api/v1/preview."""

from typing import Any

import orjson
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.services import views
from bridge.web.api.wire import Input, answer, read, services, who


class WantedPreview(Input):
    """A webhook that is not sent: `body` as text, or as the JSON it is. `endpoint` lends its configuration."""

    source: str
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any
    presentation: dict[str, Any] = Field(default_factory=dict)
    endpoint: str | None = None


async def preview(request: Request) -> Response:
    """What a webhook would become; stores and sends nothing."""
    wanted = await read(request, WantedPreview)
    endpoint = None
    if wanted.endpoint is not None:
        endpoint = await services(request).endpoints.get(who(request), wanted.endpoint)
    body = wanted.body.encode() if isinstance(wanted.body, str) else orjson.dumps(wanted.body)
    shown = services(request).previews.preview(
        wanted.source,
        {"content-type": "application/json", **wanted.headers},
        body,
        wanted.presentation,
        endpoint,
        people=await services(request).people.shown(wanted.source, wanted.presentation),
    )
    return answer(request, views.previews(shown))


routes = (Route("/preview", preview, methods=["POST"]),)
