"""What the host page asks of the sandbox: its state, the dialog's steps, the switches, and sample webhooks."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import aiohttp
import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bridge.app import Bridge
from bridge.errors import Conflict, Invalid
from bridge.models import Endpoint, Page, Subscription
from bridge.sandbox.faults import LABELS, Fault
from bridge.sandbox.host import CHANNELS, TEAM, Connector, find_channel
from bridge.sandbox.samples import fresh, offers, post, signed
from bridge.sandbox.systems import let
from bridge.sandbox.teams import Teams, teams_of
from bridge.services.access import OPERATOR

EVERYTHING = Page(limit=200)
WRONG_SECRET = "not-the-secret-of-this-endpoint"  # noqa: S105  # it is meant to be wrong


async def state(request: Request) -> Response:
    """Everything that the host page shows, but for endpoints."""
    teams = teams_of(request)
    bridge: Bridge = request.app.state.bridge
    subscriptions = (await bridge.services.subscriptions.list(OPERATOR, EVERYTHING)).items
    return JSONResponse(
        {
            "team": TEAM,
            "channels": [
                {**asdict(channel), "fault": teams.faults.of(channel.id)} for channel in CHANNELS
            ],
            "connectors": [
                {
                    "id": connector.id,
                    "channel": connector.channel,
                    "name": connector.name,
                    "saved": connector.saved,
                    "subscription": connector.settings.get("entityId"),
                    "subscriptions": _behind(connector, subscriptions),
                }
                for connector in teams.host.connectors()
            ],
            "posts": teams.feed.posts(),
            "faults": [
                {"id": fault, "label": label, "about": about}
                for fault, (label, about) in LABELS.items()
            ],
            "quota": teams.faults.quota,
            "changing_urls": teams.host.changing_urls,
        }
    )


def _behind(connector: Connector, subscriptions: Sequence[Subscription]) -> list[str]:
    """What a connector stands for: its subscription, or all of a tab."""
    entity = connector.settings.get("entityId")
    return [it.id for it in subscriptions if entity and entity in (it.id, it.teams.tab)]


async def live(request: Request) -> Response:
    """Server-sent events: `post` with a new post, `changed` where the state is to be read again."""
    return StreamingResponse(
        teams_of(request).feed.stream(),
        media_type="text/event-stream",
        headers={"cache-control": "no-store"},
    )


def _connector(teams: Teams, connector: Connector) -> Response:
    return JSONResponse(
        {
            "id": connector.id,
            "channel": connector.channel,
            "name": connector.name,
            "settings": connector.settings,
            "webhookUrl": teams.host.url(connector),
        }
    )


async def add(request: Request) -> Response:
    """Begin a connector in a channel."""
    teams = teams_of(request)
    connector = teams.host.add(str((await _object(request)).get("channel")))
    teams.feed.tell("changed", {})
    return _connector(teams, connector)


async def show(request: Request) -> Response:
    """One connector, with its webhook URL."""
    teams = teams_of(request)
    return _connector(teams, teams.host.get(request.path_params["connector"]))


async def set_settings(request: Request) -> Response:
    """What the configuration page set."""
    teams = teams_of(request)
    settings = await _object(request)
    return _connector(teams, teams.host.set_settings(request.path_params["connector"], settings))


async def saved(request: Request) -> Response:
    """The page said that it saved."""
    teams = teams_of(request)
    connector = teams.host.finish(request.path_params["connector"])
    teams.feed.tell("changed", {})
    return _connector(teams, connector)


async def failed(request: Request) -> Response:
    """The page said that it could not save."""
    teams = teams_of(request)
    return _connector(teams, teams.host.undo(request.path_params["connector"]))


async def closed(request: Request) -> Response:
    """The dialog was closed before the end."""
    teams = teams_of(request)
    teams.host.abandon(request.path_params["connector"])
    teams.feed.tell("changed", {})
    return Response(status_code=204)


async def remove(request: Request) -> Response:
    """The connector is taken out of its channel."""
    teams = teams_of(request)
    teams.host.remove(request.path_params["connector"])
    teams.feed.tell("changed", {})
    return Response(status_code=204)


async def set_fault(request: Request) -> Response:
    """How one channel, or `all`, answers from now on."""
    teams = teams_of(request)
    wanted = (await _object(request)).get("fault")
    if wanted not in list(Fault):
        raise Invalid({"fault": f"Choose one of {', '.join(Fault)}."})
    channel = request.path_params["channel"]
    chosen = CHANNELS if channel == "all" else (find_channel(channel),)
    for one in chosen:
        teams.faults.set(one.id, Fault(wanted))
    teams.feed.tell("changed", {})
    return Response(status_code=204)


async def clear(request: Request) -> Response:
    """Forget what a channel shows."""
    teams_of(request).feed.clear(find_channel(request.path_params["channel"]).id)
    return Response(status_code=204)


async def set_switches(request: Request) -> Response:
    """Teams' rate limits, and the new client's habit of changing webhook URLs."""
    teams = teams_of(request)
    switches = await _object(request)
    teams.faults.quota = switches.get("quota") is True
    teams.host.changing_urls = switches.get("changing_urls") is True
    teams.feed.tell("changed", {})
    return Response(status_code=204)


async def endpoints(request: Request) -> Response:
    """The endpoints that there are, each with its source's samples and what would become of them."""
    bridge: Bridge = request.app.state.bridge
    listed = await bridge.services.endpoints.list(OPERATOR, EVERYTHING)
    subscriptions = (await bridge.services.subscriptions.list(OPERATOR, EVERYTHING)).items
    return JSONResponse(
        {
            "items": [
                _endpoint(
                    bridge, endpoint, [s for s in subscriptions if s.endpoint_id == endpoint.id]
                )
                for endpoint in listed.items
                if not endpoint.draft
            ]
        }
    )


def _endpoint(
    bridge: Bridge, endpoint: Endpoint, subscriptions: list[Subscription]
) -> dict[str, Any]:
    source = bridge.registry.source(endpoint.source)
    return {
        "id": endpoint.id,
        "name": endpoint.name,
        "label": source.label,
        "subscriptions": [
            name for it in subscriptions for name in (it.id, it.teams.tab) if name is not None
        ],
        "samples": [asdict(offer) for offer in offers(source, endpoint, subscriptions)],
    }


async def send_sample(request: Request) -> Response:
    """Sign a sample as its external system would and POST it to the endpoint's URL."""
    bridge: Bridge = request.app.state.bridge
    wanted = await _object(request)
    endpoint = await bridge.services.endpoints.get(OPERATOR, str(wanted.get("endpoint")))
    source = bridge.registry.source(endpoint.source)
    await let(bridge, endpoint.id, teams_of(request).origin)
    webhook = fresh(source, endpoint, source.sample(str(wanted.get("sample"))))
    url = bridge.services.endpoints.url(endpoint)
    wrong = wanted.get("wrong_secret") is True
    if endpoint.verification == "signature":
        secret = bridge.services.endpoints.secret(endpoint).value.get_secret_value()
        webhook = signed(source, webhook, WRONG_SECRET if wrong else secret)
    elif wrong:
        url += "x"
    try:
        status, text = await post(url, webhook)
    except (aiohttp.ClientError, TimeoutError):
        raise Conflict("The endpoint did not answer.") from None
    return JSONResponse({"status": status, **_answer(text)})


def _answer(text: str) -> dict[str, Any]:
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {"detail": text}
    return {"event": answer.get("event"), "detail": answer.get("detail")}


async def _object(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Invalid({"body": "Send a JSON object."})
    try:
        value = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise Invalid({"body": "Send a JSON object."})
    return value


routes = (
    Route("/teams/state", state),
    Route("/teams/live", live),
    Route("/teams/connectors", add, methods=["POST"]),
    Route("/teams/connectors/{connector}", show),
    Route("/teams/connectors/{connector}", remove, methods=["DELETE"]),
    Route("/teams/connectors/{connector}/settings", set_settings, methods=["PUT"]),
    Route("/teams/connectors/{connector}/saved", saved, methods=["POST"]),
    Route("/teams/connectors/{connector}/failed", failed, methods=["POST"]),
    Route("/teams/connectors/{connector}/closed", closed, methods=["POST"]),
    Route("/teams/channels/{channel}/fault", set_fault, methods=["PUT"]),
    Route("/teams/channels/{channel}/posts", clear, methods=["DELETE"]),
    Route("/teams/switches", set_switches, methods=["PUT"]),
    Route("/teams/endpoints", endpoints),
    Route("/teams/samples", send_sample, methods=["POST"]),
)
"""What the host page calls."""
