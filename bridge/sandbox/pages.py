"""The host page, and the sandbox's own scripts and styles."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bridge.sandbox.host import TEAM
from bridge.sandbox.libraries import TEAMS_SDK
from bridge.sandbox.teams import teams_of

_FOLDER = Path(__file__).parent
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http: data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def index(request: Request) -> Response:
    """The simulated Teams, at the one address that its webhook URLs and pages have."""
    teams = teams_of(request)
    if request.headers["host"] != teams.origin.removeprefix("http://"):
        return RedirectResponse(teams.origin + "/")
    templates = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    libraries = [name for name in request.app.state.libraries if name != TEAMS_SDK]
    page = templates.get_template("host.html").render(team=TEAM, libraries=libraries)
    headers = {"content-security-policy": _POLICY, "cache-control": "no-store"}
    return HTMLResponse(page, headers=headers)


routes: tuple[BaseRoute, ...] = (
    Route("/", index),
    Mount("/teams/static", StaticFiles(directory=_FOLDER / "static")),
)
