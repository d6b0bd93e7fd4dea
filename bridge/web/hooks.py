"""`POST /hooks/{endpoint}`: where external systems send their webhooks, and `OPTIONS`: where some ask first."""

import asyncio
from contextlib import suppress
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.errors import (
    BodyTooLarge,
    Refused,
    StoreUnavailable,
    TooMany,
    TooSlow,
    UnreadableRequest,
)
from bridge.source import Handshake
from bridge.store.records import Recorded
from bridge.web.security import path_of, refused

PATH: Final = "/hooks"

BODY_TIME: Final = 60.0
"""Seconds within which a body must have arrived."""

DRAIN_BYTES: Final = 1 << 20
"""Of a body that is too large, this much, or as much as is allowed, is read and thrown away after the answer."""

DRAIN_TIME: Final = 5.0
"""Seconds that reading and throwing away may take."""

log = structlog.get_logger()


class Hooks:
    """Middleware that takes webhooks in, and passes on every other request.

    A webhook is the request that must be fast, so it goes neither through routing nor through request and response objects.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a webhook, or pass on."""
        if scope["type"] == "http" and scope["method"] == "POST":
            before, _, address = path_of(scope).rpartition("/")
            if before == PATH and address:
                await (await _answer(scope, receive, address))(scope, receive, send)
                return
        await self.app(scope, receive, send)


async def _answer(scope: Scope, receive: Receive, address: str) -> ASGIApp:
    """Receive one webhook; what to answer."""
    bridge = scope["app"].state.bridge
    try:
        endpoint = await bridge.receiver.find(address)
    except Refused as error:
        return refused(error)
    try:
        bridge.receiver.admit(endpoint)
        body = await read_body(scope, receive, bridge.settings.max_body_bytes)
        recorded = await bridge.receiver.receive(endpoint, headers(scope), body)
    except ClientDisconnect:
        log.info("webhook broken off", endpoint=endpoint.id)
        return Response(status_code=UnreadableRequest.status)
    except StoreUnavailable as error:
        log.warning("webhook not stored", endpoint=endpoint.id)
        return refused(error)
    except (BodyTooLarge, TooMany, TooSlow) as error:
        bridge.receiver.refused(endpoint, error)
        return Draining(refused(error), max(DRAIN_BYTES, bridge.settings.max_body_bytes))
    except Refused as error:
        bridge.receiver.refused(endpoint, error)
        return refused(error)
    return answered(recorded) if isinstance(recorded, Handshake) else Kept(recorded)


def answered(handshake: Handshake) -> Response:
    """The answer to a sender that asked whether it may send."""
    return Response(handshake.body, headers=dict(handshake.headers))


class Kept:
    """The answer to a webhook: 202 when it is durably kept, 200 when it was here before."""

    def __init__(self, recorded: Recorded) -> None:
        self._status = 200 if recorded.duplicate else 202
        more = ',"duplicate":true' if recorded.duplicate else ""
        self._body = f'{{"event":"{recorded.event_id}"{more}}}'.encode()

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer."""
        length = str(len(self._body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The body, unless it has more than `limit` bytes, which is noticed while reading.

    Raises `BodyTooLarge`, `TooSlow`, `ClientDisconnect`.
    """
    too_large = (
        f"The body is larger than the {limit} bytes that are allowed (BRIDGE_MAX_BODY_BYTES)."
    )
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value[:19]) > limit:
            raise BodyTooLarge(too_large)
    parts: list[bytes] = []
    size = 0
    more = True
    try:
        async with asyncio.timeout(BODY_TIME):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                part = message.get("body", b"")
                size += len(part)
                if size > limit:
                    raise BodyTooLarge(too_large)
                parts.append(part)
                more = message.get("more_body", False)
    except TimeoutError:
        raise TooSlow from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


def headers(scope: Scope) -> dict[str, str]:
    """The headers by their names in lower case; one that was sent twice has both values, as HTTP reads it."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
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


async def _options(request: Request) -> Response:
    """Answer a sender that asks first. POST never comes here: it stands in the routes to be named as allowed."""
    if request.method != "OPTIONS":
        raise AssertionError(f"{request.url.path} did not come through the middleware")
    receiver = request.app.state.bridge.receiver
    endpoint = await receiver.find(request.path_params["endpoint"])
    handshake = receiver.asked(endpoint, headers(request.scope))
    if handshake is None:
        raise HTTPException(405, headers={"Allow": "POST"})
    return answered(handshake)


routes: Final = (Route(f"{PATH}/{{endpoint}}", _options, methods=["POST", "OPTIONS"]),)
