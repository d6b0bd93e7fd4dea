"""The webhook URLs of the simulated channels: they check what they get as Teams does, answer like Teams, and show it."""

import asyncio
import time
from contextlib import suppress
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.app import Bridge
from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.cards.html import message_card_html
from bridge.channel import Window
from bridge.sandbox.adaptive import adaptive_message_html
from bridge.sandbox.faults import Fault, Reply, error_text, faulty, gone, throttled
from bridge.sandbox.feed import Post
from bridge.sandbox.host import Connector, TeamsChannel, find_channel
from bridge.sandbox.teams import Teams, teams_of

LIMIT = 28 * 1024
"""Bytes of the largest message that Teams takes."""
READ = 4 * 1024 * 1024
"""Bytes that are read before the connection is given up."""


async def receive(request: Request) -> Response:
    """Take one POST to a webhook URL."""
    teams = teams_of(request)
    query = f"?{request.url.query}" if request.url.query else ""
    connector = teams.host.at(request.url.path + query)
    if connector is None:
        return _response(_unknown(request))
    channel = find_channel(connector.channel)
    body = await _read(request)
    fault = teams.faults.of(channel.id)
    if fault is Fault.SLOW:
        with suppress(TimeoutError):
            await asyncio.wait_for(teams.stopping.wait(), teams.slow_seconds)
    reply = faulty(fault, channel.kind)
    if reply is not None:
        _note(teams, connector, reply, "The fault switch made the channel answer so.")
    elif teams.faults.quota and not teams.quota.take(
        connector.id, _windows(request, channel), time.monotonic()
    ):
        reply = throttled(channel.kind)
        _note(teams, connector, reply, "More cards than Teams' rate limit allows.")
    else:
        reply = _take(teams, connector, channel, request, body)
    return _response(reply)


def _unknown(request: Request) -> Reply:
    if request.url.path.startswith("/workflows/"):
        if "sig" not in request.query_params:
            return Reply(
                401,
                '{"error":{"code":"DirectApiAuthorizationRequired","message":"The request must be '
                'authenticated by its signature."}}',
            )
        return gone("workflow")
    return gone("connector")


def _windows(request: Request, channel: TeamsChannel) -> tuple[Window, ...]:
    bridge: Bridge = request.app.state.bridge
    return bridge.registry.channels[channel.kind].windows


async def _read(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    with suppress(ClientDisconnect):
        async for chunk in request.stream():
            chunks.append(chunk)
            size += len(chunk)
            if size > READ:
                break
    return b"".join(chunks)


def _take(
    teams: Teams, connector: Connector, channel: TeamsChannel, request: Request, body: bytes
) -> Reply:
    """Look at a card as Teams does, and show it if it is well."""
    if channel.kind == "workflow" and "authorization" in request.headers:
        reply = Reply(401, "A workflow open to anyone takes no Authorization header.")
        return _note(teams, connector, reply, reply.body)
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        reply = Reply(415, "Send application/json.")
        return _note(teams, connector, reply, reply.body)
    if len(body) > LIMIT:
        reply = Reply(413, "Request Entity Too Large")
        if channel.kind == "connector":
            reply = Reply(200, error_text(413))
        return _note(teams, connector, reply, f"{len(body):,} bytes: Teams takes 28 KB.")
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        reply = Reply(400, "Bad payload received: it is not JSON.")
        return _note(teams, connector, reply, reply.body)
    return _show(teams, connector, channel, payload)


def _show(teams: Teams, connector: Connector, channel: TeamsChannel, payload: Any) -> Reply:
    if channel.kind == "connector":
        problems = check_message_card(payload)
        reply = Reply(400, " ".join(problems)) if problems else Reply(200, "1")
    else:
        problems = check_adaptive_message(payload)
        reply = Reply(400, " ".join(problems)) if problems else Reply(202)
    if problems:
        return _note(teams, connector, reply, reply.body, payload)
    teams.feed.add(
        Post(
            channel=channel.id,
            connector=connector.name,
            format="MessageCard" if channel.kind == "connector" else "AdaptiveCard",
            html=message_card_html(payload)
            if channel.kind == "connector"
            else adaptive_message_html(payload),
            payload=payload,
        )
    )
    return reply


def _note(
    teams: Teams, connector: Connector, reply: Reply, note: str, payload: Any = None
) -> Reply:
    """Say in the channel that a card was refused, which the real Teams would keep to itself."""
    teams.feed.add(
        Post(
            channel=connector.channel,
            connector=connector.name,
            format="",
            note=note,
            answer=f"{reply.status} {reply.body}".strip()[:200],
            payload=payload,
        )
    )
    return reply


def _response(reply: Reply) -> Response:
    media = "application/json" if reply.body.startswith("{") else "text/plain"
    return Response(reply.body, reply.status, headers=reply.headers, media_type=media)


routes = (
    Route("/webhookb2/{group}/IncomingWebhook/{hex}/{owner}", receive, methods=["POST"]),
    Route("/workflows/{workflow}/triggers/manual/paths/invoke", receive, methods=["POST"]),
)
"""The addresses of both kinds."""
