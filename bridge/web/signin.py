"""/auth: signing in with Microsoft Entra ID, in the window that Teams opens or in a plain browser.

The window is a page of its own, not a frame, so that its cookie is the bridge's own whatever a browser thinks of
others' cookies. It keeps one attempt, sealed; nothing is kept here.
"""

from typing import Final

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bridge.errors import NotFound, Unauthorized
from bridge.services.access import Principal
from bridge.services.identity import ATTEMPT_TIME, Identity
from bridge.texts import say
from bridge.web.pages import page
from bridge.web.security import catalogue

START: Final = "/auth/start"
END: Final = "/auth/end"
COOKIE: Final = "bridge-sign-in"


async def start(request: Request) -> Response:
    """Go to Entra. `login_hint` is whom Teams takes the person for."""
    hint = request.query_params.get("login_hint")
    attempt = await _identity(request).begin(hint[:200] if hint else None)
    answer = RedirectResponse(attempt.url, 302, {"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE,
        attempt.kept,
        max_age=ATTEMPT_TIME,
        path="/auth",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )
    return answer


async def end(request: Request) -> Response:
    """Come back from Entra: the page hands the session's token to whoever opened it, or shows it to the operator."""
    token, reason, operator = "", "", False
    try:
        session, who = await _came_back(request)
        token, operator = session.get_secret_value(), who.kind == "operator"
    except Unauthorized as error:
        reason = catalogue(request).say(error.sentence)
    answer = HTMLResponse(
        page(request, "signed-in.html", token=token, reason=reason, operator=operator),
        Unauthorized.status if reason else 200,
        {"Cache-Control": "no-store"},
    )
    answer.delete_cookie(COOKIE, path="/auth")
    return answer


async def _came_back(request: Request) -> tuple[SecretStr, Principal]:
    given = request.query_params
    if "code" not in given:
        raise Unauthorized(say("You did not sign in, or Entra did not let you: begin again."))
    kept = request.cookies.get(COOKIE, "")
    return await _identity(request).end(kept, given.get("state", ""), given["code"])


def _identity(request: Request) -> Identity:
    found: Identity | None = request.app.state.bridge.identity
    if found is None:
        raise NotFound(
            say("Nobody signs in here: the server was started without BRIDGE_ENTRA_CLIENT_ID.")
        )
    return found


def _is_https(request: Request) -> bool:
    public: str = request.app.state.bridge.settings.public_url
    return public.startswith("https://")


routes: Final[tuple[BaseRoute, ...]] = (Route(START, start), Route(END, end))
