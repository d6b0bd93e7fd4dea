"""`POST /actions/{ticket}`: a button of a card was pressed, and Microsoft's host says so."""

from typing import Final

import orjson
import structlog
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.errors import Refused, Unauthorized
from bridge.services.acting import Pressed, said_of
from bridge.web.hooks import read_body

MOST_BYTES: Final = 256 * 1024
LONGEST_STATUS: Final = 250

log = structlog.get_logger()


async def press(request: Request) -> Response:
    """Do it, and say how it went: the host shows `CARD-ACTION-STATUS` beneath the card."""
    try:
        body = await read_body(request.scope, request.receive, MOST_BYTES)
        pressed = await request.app.state.bridge.services.acting.press(
            request.path_params["ticket"],
            _token(request),
            request.headers.get("action-request-id"),
            body,
        )
    except Refused as error:
        log.warning("card action refused", status=error.status, reason=str(error))
        return _answer(error.status, said_of(error))
    return _answer(200 if pressed.ok else 400, pressed.said, pressed)


def _token(request: Request) -> SecretStr:
    """Microsoft's token, which stands in another header where the card blanks the usual one."""
    for name in ("action-authorization", "authorization"):
        scheme, _, token = request.headers.get(name, "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return SecretStr(token.strip())
    raise Unauthorized("The press brings no token of Microsoft's.")


def _answer(status: int, said: str, pressed: Pressed | None = None) -> Response:
    # A header is one line of Latin-1.
    line = " ".join(said.split())[:LONGEST_STATUS].encode("latin-1", "replace").decode("latin-1")
    headers = {"CARD-ACTION-STATUS": line, "Cache-Control": "no-store"}
    if pressed is None or pressed.card is None:
        return Response(status_code=status, headers=headers)
    headers["CARD-UPDATE-IN-BODY"] = "true"
    return Response(orjson.dumps(pressed.card), status, headers, "application/json")


routes: Final = (Route("/actions/{ticket}", press, methods=["POST"]),)
