"""Who is asking over HTTP, what a browser may do with our pages, and how errors are said: one place for all faces."""

import hmac
import ipaddress
import traceback
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from secrets import token_hex
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
import structlog
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.errors import (
    BridgeError,
    Forbidden,
    Invalid,
    Refused,
    StoreUnavailable,
    TooMany,
    Unauthorized,
)
from bridge.services.access import OPERATOR, Principal
from bridge.services.identity import SESSION, Identity
from bridge.texts import ENGLISH, Catalogue, say

log = structlog.get_logger()

SDK_HOST: Final = "https://res.cdn.office.net"
"""Where Microsoft serves the Teams SDK, and the list of hosts that it fetches."""

TEAMS_HOSTS: Final = (
    "https://teams.microsoft.com",
    "https://*.teams.microsoft.com",
    "https://teams.cloud.microsoft",
    "https://*.cloud.microsoft",
    "https://outlook.office.com",
    "https://outlook.office365.com",
    "https://outlook.live.com",
    "https://*.office.com",
    "https://*.microsoft365.com",
)
"""Who may show our pages in a frame."""

INVITATION_LENGTH: Final = 43
"""Characters of an invitation's token, which may begin with anything."""

CONFIGURATION: Final = "/connector/config"
TAB: Final = "/connector/tab"
FRAMED: Final = frozenset({CONFIGURATION, TAB})
"""The pages that Teams shows in a frame."""
_CONNECTOR: Final = "/connector/"
_SPOKEN: Final = (_CONNECTOR, "/auth/")


async def principal(request: Request) -> Principal:
    """Who is asking. Raises `Unauthorized`, or `Forbidden` where a page from elsewhere asks.

    The operator by the admin token, people of a tenant by having signed in; on the configuration page's paths also the
    bearer of an invitation.
    """
    state = request.app.state
    if getattr(state, "open_to_all", False):
        require_local(request)
        return OPERATOR
    admin: SecretStr | None = state.bridge.settings.admin_token
    identity: Identity | None = state.bridge.identity
    invited_may = path_of(request.scope).startswith(_CONNECTOR)
    if admin is None and identity is None and not invited_may:
        raise Unauthorized(
            "The API is closed, because the server was started without BRIDGE_ADMIN_TOKEN: set it and start again."
        )
    token = _bearer(request)
    if admin is not None and _equal(token, admin):
        return OPERATOR
    if identity is not None and _is_proof(token):
        return await identity.bearer(token)
    if invited_may:
        bearer: Principal = await state.bridge.services.invitations.bearer(token)
        return bearer
    raise Unauthorized("The token is not the one in BRIDGE_ADMIN_TOKEN.")


def _is_proof(token: SecretStr) -> bool:
    """Whether it looks as if Entra, or signing in here, had made it; invitations have no dot and begin otherwise."""
    text = token.get_secret_value()
    sessions = text.startswith(SESSION) and len(text) > INVITATION_LENGTH
    return sessions or text.count(".") == 2  # noqa: PLR2004  # the parts of a JWT


def require_local(request: Request) -> None:
    """Raise `Forbidden` unless this machine asks itself by a loopback name: what is open to all is open to no website."""
    host = request.headers.get("host", "")
    if not _is_loopback(urlsplit(f"//{host}").hostname or ""):
        raise Forbidden(say("This server answers on the loopback interface only."))
    origin = request.headers.get("origin")
    if origin is not None and origin != f"{request.url.scheme}://{host}":
        raise Forbidden(say("Another website may not ask this server."))


def path_of(scope: Scope) -> str:
    """The path of a request in this application, wherever it is mounted."""
    root = scope.get("app_root_path", scope.get("root_path", ""))
    return str(scope["path"]).removeprefix(root)


def _bearer(request: Request) -> SecretStr:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized
    return SecretStr(token.strip())


def _equal(given: SecretStr, expected: SecretStr) -> bool:
    return hmac.compare_digest(
        given.get_secret_value().encode(), expected.get_secret_value().encode()
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def catalogue(request: Request) -> Catalogue:
    """In which language to answer: a page's own calls in the page's, everybody else's in English."""
    if not path_of(request.scope).startswith(_SPOKEN):
        return ENGLISH
    found: Catalogue = request.app.state.languages.of(request).catalogue
    return found


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An error as RFC 9457 says it. `detail` is a sentence; `errors` has one for each input that is wrong."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if errors is not None:
        content["errors"] = dict(errors)
    return Response(
        orjson.dumps(content),
        status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def refused(error: Refused, said: Catalogue = ENGLISH) -> Response:
    """The answer to what the bridge refuses."""
    headers: dict[str, str] = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, StoreUnavailable | TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Invalid):
        error = Invalid(said.within(error.fields))
    fields = error.fields if isinstance(error, Invalid) else None
    return problem(
        error.status, error.title, said.say(error.sentence), errors=fields, headers=headers
    )


async def _on_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101  # what it is registered for
    return refused(error, catalogue(request))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # what it is registered for
    sentence = {
        404: say("There is nothing at this address."),
        405: say("{method} is not possible here.", method=request.method),
    }.get(error.status_code, error.detail)
    sentence = catalogue(request).say(sentence)
    title = "Not found" if error.status_code == 404 else error.detail  # noqa: PLR2004  # HTTP's own
    return problem(error.status_code, title, sentence, headers=error.headers)


Handler = Callable[[Request, Exception], Awaitable[Response]]

exception_handlers: Final[Mapping[Any, Handler]] = {Refused: _on_refused, HTTPException: _on_http}
"""For `Starlette(exception_handlers=…)`. What is unexpected is `Guard`'s."""


class Guard:
    """Middleware around everything: security headers on every answer, and a plain 500 for the unexpected.

    What went wrong is logged under the id that the answer names: where, and which kind, but no message, since messages
    of other libraries may carry URLs that are secrets.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, guarded."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _secure(message["headers"], scope)
            await send(message)

        try:
            await self.app(scope, receive, guarded)
        except ClientDisconnect:
            log.info("client went away")
        except Exception as error:  # noqa: BLE001  # whatever it is, nobody sees a traceback
            if isinstance(error, BridgeError):
                detail = error.sentence
            else:
                detail = say(
                    "Something unexpected happened here; nothing is wrong with the request."
                )
            incident = token_hex(4)
            log.error("request failed", incident=incident, **described(error))  # noqa: TRY400  # see the docstring
            if started:
                raise RuntimeError(f"The answer broke off: see {incident} in the log.") from None
            title = "Internal server error"
            more = say("{what} The log says more under {incident}.", what=detail, incident=incident)
            answer = problem(500, title, catalogue(Request(scope)).say(more))
            await answer(scope, receive, guarded)


def described(error: BaseException) -> Mapping[str, Any]:
    """An error for the log: its kind and where it came from, without its message."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return {
        "error": type(error).__name__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _secure(headers: list[tuple[bytes, bytes]], scope: Scope) -> None:
    given = {name for name, _ in headers}
    wanted = _security_headers(content_security_policy(scope))
    headers += [pair for pair in wanted if pair[0] not in given]


@cache
def _security_headers(policy: str) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"content-security-policy", policy.encode()),
    )


def content_security_policy(scope: Scope) -> str:
    """What a browser may load and who may frame it: Teams and Outlook the pages for them, nobody the others."""
    if path_of(scope) not in FRAMED:
        return _policy("'none'")
    own = getattr(scope["app"].state, "open_to_all", False) if "app" in scope else False
    return _policy(" ".join(("'self'", *TEAMS_HOSTS)) if own else " ".join(TEAMS_HOSTS))


@cache
def _policy(frames: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {SDK_HOST}",
            "style-src 'self'",
            "img-src 'self' data: https:",
            f"connect-src 'self' {SDK_HOST}",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {frames}",
        )
    )
