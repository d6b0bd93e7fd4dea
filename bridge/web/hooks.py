"""`POST /hooks/{endpoint}`: where external systems send their webhooks."""

import asyncio
from contextlib import suppress
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bridge.errors import BodyTooLarge, Refused, StoreUnavailable, TooSlow, UnreadableRequest
from bridge.web.security import refused

BODY_TIME: Final = 60.0
"""Seconds within which a body must have arrived."""

DRAIN_BYTES: Final = 1 << 20
"""Of a body that is too large, this much, or as much as is allowed, is read and thrown away after the answer."""

DRAIN_TIME: Final = 5.0
"""Seconds that reading and throwing away may take."""

log = structlog.get_logger()


async def receive(request: Request) -> Response:
    """Answer 202 when the webhook is durably kept, 200 when it was here before."""
    bridge = request.app.state.bridge
    endpoint = await bridge.receiver.find(request.path_params["endpoint"])
    try:
        body = await read_body(request, bridge.settings.max_body_bytes)
        recorded = await bridge.receiver.receive(endpoint, headers(request), body)
    except ClientDisconnect:
        log.info("webhook broken off", endpoint=endpoint.id)
        return Response(status_code=UnreadableRequest.status)
    except StoreUnavailable as error:
        log.warning("webhook not stored", endpoint=endpoint.id)
        return refused(error)
    except (BodyTooLarge, TooSlow) as error:
        bridge.receiver.refused(endpoint, error)
        return Draining(refused(error), max(DRAIN_BYTES, bridge.settings.max_body_bytes))
    except Refused as error:
        bridge.receiver.refused(endpoint, error)
        return refused(error)
    if recorded.duplicate:
        return JSONResponse({"event": recorded.event_id, "duplicate": True})
    return JSONResponse({"event": recorded.event_id}, 202)


async def read_body(request: Request, limit: int) -> bytes:
    """The body, unless it has more than `limit` bytes, which is noticed while reading.

    Raises `BodyTooLarge`, `TooSlow`, `ClientDisconnect`.
    """
    too_large = BodyTooLarge(
        f"The body is larger than the {limit} bytes that are allowed (BRIDGE_MAX_BODY_BYTES)."
    )
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:19]) > limit:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIME):
            async for part in request.stream():
                if len(body) + len(part) > limit:
                    raise too_large
                body += part
    except TimeoutError:
        raise TooSlow from None
    return bytes(body)


def headers(request: Request) -> dict[str, str]:
    """The headers by their names in lower case; one that was sent twice has both values, as HTTP reads it."""
    found: dict[str, str] = {}
    for raw_name, raw_value in request.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), _text(raw_value)
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _text(raw: bytes) -> str:
    # Who puts a token with letters beyond ASCII into a header means UTF-8.
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class Draining(Response):
    """An answer to a client that is still writing: it is sent whole, then the rest of the body is read to a bound.

    Without that, closing the connection would reset it, and the client would see a broken pipe instead of the answer.
    """

    def __init__(self, answer: Response, limit: int) -> None:
        super().__init__(answer.body, answer.status_code)
        self.raw_headers = [*answer.raw_headers, (b"connection", b"close")]
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, drain, end."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        # Who waits to be told to go on has sent nothing that would have to be drained.
        if not any(name == b"expect" for name, _ in scope["headers"]):
            await _drain(receive, self.limit)
        await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive, limit: int) -> None:
    drained = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_TIME):
            while drained < limit:
                message = await receive()
                drained += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body"):
                    return


routes: Final = (Route("/hooks/{endpoint}", receive, methods=["POST"]),)
