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
from bridge.texts import Said
from bridge.web.languages import Languages
from bridge.web.security import CONFIGURATION, TAB


async def configuration(request: Request) -> Response:
    """The configuration page."""
    return _shell(request, "config.html")


async def tab(request: Request) -> Response:
    """The content of a tab in a channel."""
    return _shell(request, "tab.html")


def _shell(request: Request, template: str) -> Response:
    """An empty shell, which needs no token. Its script asks for everything it shows."""
    bridge = request.app.state.bridge
    return HTMLResponse(
        page(
            request,
            template,
            public_url=bridge.settings.public_url,
            signs_in=bridge.identity is not None,
        ),
        headers={"Cache-Control": "no-store"},
    )


def page(request: Request, template: str, **values: object) -> str:
    """One of the pages, in the language of whoever asks; every one may load the Teams SDK."""
    languages: Languages = request.app.state.languages
    language = languages.of(request)
    shown = _templates().get_template(template)
    return shown.render(
        sdk=request.app.state.sdk,
        language=language,
        languages=" ".join(languages.codes),
        say=lambda message, **named: language.catalogue.say(Said((message,), named)),
        **values,
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
    Route(CONFIGURATION, configuration),
    Route(TAB, tab),
    Mount("/static", Revalidated(directory=STATIC)),
)
