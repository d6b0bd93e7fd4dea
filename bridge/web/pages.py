"""The pages that people open: shells that hold no data, and the scripts and styles they load."""

from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bridge.resources import STATIC, TEMPLATES
from bridge.web.security import FRAMED


async def configuration(request: Request) -> Response:
    """The configuration page: an empty shell, which needs no token. Its script asks for everything it shows."""
    page = _templates().get_template("config.html")
    return HTMLResponse(
        page.render(
            sdk=request.app.state.sdk,
            public_url=request.app.state.bridge.settings.public_url,
        ),
        headers={"Cache-Control": "no-store"},
    )


class Revalidated(StaticFiles):
    """Static files that a browser keeps, but asks about each time: after an upgrade nobody runs half of the old page."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 304."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(TEMPLATES / "pages")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)


routes: Final[tuple[BaseRoute, ...]] = (
    Route(FRAMED, configuration),
    Mount("/static", Revalidated(directory=STATIC)),
)
