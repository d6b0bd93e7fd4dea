"""The API, /api/v1: a thin face of the services. Every path under it, known or not, needs the operator's token."""

from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.web.api import (
    administration,
    deliveries,
    endpoints,
    events,
    people,
    previews,
    subscriptions,
)
from bridge.web.security import principal


class Authenticated:
    """Middleware that finds out who is asking before anything else is looked at."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with `scope["principal"]`. Raises `Unauthorized`, `Forbidden`."""
        who = await principal(Request(scope))
        await self.app({**scope, "principal": who}, receive, send)


routes: Final[list[BaseRoute]] = [
    Mount(
        "/api/v1",
        routes=[
            *endpoints.routes,
            *subscriptions.routes,
            *events.routes,
            *deliveries.routes,
            *previews.routes,
            *administration.routes,
            *people.routes,
        ],
        middleware=[Middleware(Authenticated)],
    )
]
