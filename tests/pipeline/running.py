"""A bridge that really runs, on loopback and a real database: with a small source, and channels that obey a script."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import uvicorn
from aiohttp import web
from pydantic import SecretStr
from starlette.types import ASGIApp

from bridge.app import Bridge, create_app
from bridge.models import Delivery, Endpoint, Event, Page, Subscription
from bridge.services.access import OPERATOR
from bridge.services.subscriptions import WantedSubscription
from bridge.settings import Settings

SECRET = "a-secret-of-the-radio-station"
KEY = base64.b64encode(b"k" * 32).decode()
PATIENCE = 60.0
"""Seconds after which something that should happen counts as not happening."""

PLUGIN = '''
"""A source for tests: calls to a radio station."""

from datetime import datetime

from bridge.plugin import (
    Action, Attribute, EventType, ParsedEvent, Source, UnreadableRequest, hookimpl, verify_token
)


class Radio(Source):
    name, label = "radio", "Radio"
    event_types = (EventType("call.started", "A call", opens=True), EventType("call.ended", "The end"))
    attributes = (Attribute("station", "Station"), Attribute("labels", "Labels"))

    def verify(self, request, endpoint):
        verify_token(request, endpoint.secrets, header="x-radio-token")

    def identify(self, request, endpoint):
        if request.header("x-radio-id") == "unreadable":
            raise UnreadableRequest("The x-radio-id header is not readable.")
        return request.header("x-radio-id")

    def parse(self, request, endpoint):
        for call in request.json()["calls"]:
            yield ParsedEvent(
                type=call.get("type", "call.started"),
                attributes={"station": call.get("station"), "labels": tuple(call.get("labels", ())) or None},
                context=call,
                url="https://radio.example/calls",
                object=call.get("object"),
                at=datetime.fromisoformat(call["at"]) if "at" in call else None,
            )

    def actions(self, event, endpoint):
        return [Action("answer", "Answer", url="https://radio.example/answer")]


@hookimpl
def register_sources():
    return [Radio()]
'''

CARD = '{% extends "card.j2" %}\n{% block title %}{{ title }}{% endblock %}\n'


def radio(folder: Path) -> Path:
    """The folder of the test's own plugin, made there."""
    plugin = folder / "plugins" / "radio"
    (plugin / "cards").mkdir(parents=True)
    (plugin / "__init__.py").write_text(PLUGIN)
    (plugin / "cards" / "default.j2").write_text(CARD)
    return plugin.parent


def settings(folder: Path, **more: Any) -> Settings:
    """Settings of a bridge that keeps its data in `folder` and may post to this machine."""
    plugins = folder / "plugins"
    given = {
        "database_url": f"sqlite:///{folder / 'bridge.db'}",
        "secret_key": SecretStr(KEY),
        "allowed_channels": ("http://127.0.0.1:*",),
        "plugins_dir": plugins if plugins.exists() else radio(folder),
        "retry_schedule": (0.05,),
        "channel_rate": (),
        **more,
    }
    return Settings(_env_file=None, **given)


async def until(condition: Callable[[], Awaitable[bool] | bool]) -> None:
    """Wait for a condition, looking often; a bound keeps a broken one from hanging the suite."""
    async with asyncio.timeout(PATIENCE):
        while True:
            held = condition()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Says:
    """An answer that a channel is to give. `when`: only then."""

    status: int = 200
    body: str = "1"
    headers: Mapping[str, str] = field(default_factory=dict)
    when: asyncio.Event | None = None
    hang_up: bool = False


@dataclass
class Teams:
    """Channels on the loopback interface. A channel answers as its script says, and when that is over as on a good day."""

    port: int = 0
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    scripts: dict[str, Iterator[Says]] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """The test has ended: nobody waits any more for what it did not come to."""

    def connector(self, name: str) -> str:
        guid = "11111111-2222-3333-4444-555555555555"
        return f"http://127.0.0.1:{self.port}/webhookb2/{guid}@{guid}/IncomingWebhook/{name}/{guid}"

    def workflow(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/workflows/{name}/triggers/manual/paths/invoke?sig=a-secret-signature"

    def says(self, name: str, *answers: Says) -> None:
        self.scripts[name] = iter(answers)

    def titles(self, name: str) -> list[str]:
        """What a connector channel got: the cards' titles, in order, repetitions included."""
        cards = [orjson.loads(body) for path, body in self.bodies if path == name]
        return [
            card["summary"] if "summary" in card else card["attachments"][0]["content"]["body"][0]
            for card in cards
        ]

    async def take(self, request: web.Request) -> web.StreamResponse:
        parts = request.path.split("/")
        name = parts[2] if parts[1] == "workflows" else parts[4]
        self.bodies.append((name, await request.read()))
        self.headers.append(dict(request.headers))
        answer = next(self.scripts.get(name, iter(())), Says())
        if answer.when:
            waits = [asyncio.create_task(one.wait()) for one in (answer.when, self.over)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
        if answer.hang_up:
            assert request.transport
            request.transport.abort()
        return web.Response(text=answer.body, status=answer.status, headers=answer.headers)


@asynccontextmanager
async def receiving() -> AsyncIterator[Teams]:
    """Channels to post to."""
    teams = Teams()
    app = web.Application(client_max_size=1 << 20)
    app.router.add_post("/{path:.*}", teams.take)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.port = runner.addresses[0][1]
    try:
        yield teams
    finally:
        teams.over.set()
        await runner.cleanup()


class _Server(uvicorn.Server):
    """A server that leaves the test's signals alone."""

    capture_signals = contextlib.nullcontext  # type: ignore[assignment]  # it captures nothing


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The application on a port of its own; its base URL."""
    server = _Server(
        uvicorn.Config(app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or task.done())
        assert server.started
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@dataclass
class Running:
    """A running bridge, and what tests do with it."""

    url: str
    bridge: Bridge
    session: aiohttp.ClientSession

    async def endpoint(self, name: str = "station", secret: str = SECRET, **more: Any) -> Endpoint:
        return await self.bridge.services.endpoints.create(
            OPERATOR, source="radio", name=name, secret=SecretStr(secret), **more
        )

    async def subscribe(
        self,
        endpoint: Endpoint,
        url: str,
        events: Sequence[str] = ("*",),
        filters: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Subscription:
        wanted = WantedSubscription(
            endpoint=endpoint.id,
            url=SecretStr(url),
            events=tuple(events),
            filters=filters or {},
            **more,
        )
        return await self.bridge.services.subscriptions.save(OPERATOR, wanted)

    async def pause(self, subscription: Subscription) -> None:
        await self.bridge.services.subscriptions.set_state(OPERATOR, subscription.id, "paused")

    async def resume(self, subscription: Subscription) -> None:
        await self.bridge.services.subscriptions.set_state(OPERATOR, subscription.id, "active")

    async def subscription(self, subscription: Subscription) -> Subscription:
        """A subscription as it is now."""
        found = await self.bridge.store.subscriptions.get(subscription.id)
        assert found
        return found

    async def post(
        self, endpoint: Endpoint, *calls: Mapping[str, Any], **headers: str
    ) -> aiohttp.ClientResponse:
        """A webhook with these calls; its answer, read."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.send(endpoint.id, orjson.dumps({"calls": calls}), given)

    async def send(
        self, address: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> aiohttp.ClientResponse:
        given = {"x-radio-token": SECRET, "content-type": "application/json", **(headers or {})}
        url = f"{self.url}/hooks/{address}"
        async with self.session.post(url, data=body, headers=given) as answer:
            await answer.read()
            return answer

    async def call(self, endpoint: Endpoint, title: str, **more: Any) -> str:
        """Post one call with a title; the event's id."""
        answer = await self.post(endpoint, {"title": title, **more})
        assert answer.status == 202, await answer.text()
        return str((await answer.json())["event"])

    async def event(self, event_id: str) -> Event:
        found = await self.bridge.store.events.get(event_id)
        assert found
        return found

    async def events(self) -> tuple[Event, ...]:
        return (await self.bridge.store.events.list(Page(200))).items

    async def routed(self, *event_ids: str) -> None:
        """Wait until these are routed."""

        async def all_routed() -> bool:
            return {(await self.event(one)).state for one in event_ids} <= {"routed"}

        await until(all_routed)

    async def deliveries(self, state: Any = None) -> tuple[Delivery, ...]:
        return (await self.bridge.store.deliveries.list(Page(200), state)).items

    async def outcomes(self, delivery: Delivery) -> list[str]:
        """What came of each try, oldest first."""
        return [one.outcome for one in await self.bridge.store.deliveries.attempts(delivery.id)]

    async def settled(self) -> None:
        """Wait until nothing is to route or to deliver."""

        async def quiet() -> bool:
            received = (await self.bridge.store.events.list(Page(1), state="received")).items
            return not received and not await self.deliveries("pending")

        await until(quiet)


@asynccontextmanager
async def running(given: Settings) -> AsyncIterator[Running]:
    """A bridge with these settings."""
    app = create_app(given)
    async with serving(app) as url, aiohttp.ClientSession() as session:
        yield Running(url, app.state.bridge, session)
