"""Microsoft's libraries, from npm where they are installed: exactly the files named here are served, never a folder."""

from collections.abc import Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bridge.app import Sdk

TEAMS_SDK = "teams-js.js"
PATH = "/teams/libraries/"
_FILES = {
    TEAMS_SDK: "@microsoft/teams-js/dist/umd/MicrosoftTeams.min.js",
    "adaptivecards.js": "adaptivecards/dist/adaptivecards.min.js",
    "markdown-it.js": "markdown-it/dist/browser/markdown-it.umd.min.js",
}


def installed(node_modules: Path | None) -> Mapping[str, Path]:
    """The libraries that are there, by the name that they are served under."""
    if node_modules is None:
        return {}
    found = {name: node_modules / file for name, file in _FILES.items()}
    return {name: file for name, file in found.items() if file.is_file()}


async def library(request: Request) -> Response:
    """One library's file."""
    files: Mapping[str, Path] = request.app.state.libraries
    try:
        file = files[request.path_params["name"]]
    except KeyError:
        raise HTTPException(404) from None
    return FileResponse(file, media_type="text/javascript")


def teams_sdk(files: Mapping[str, Path]) -> Sdk | None:
    """Where the configuration page finds the Teams SDK: here, or (None) where the page's own default says."""
    return Sdk(url=PATH + TEAMS_SDK) if TEAMS_SDK in files else None


routes = (Route(PATH + "{name}", library),)
