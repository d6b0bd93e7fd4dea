"""The configuration page as Teams shows it: in a frame of a host page that speaks the real SDK's wire protocol."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import aiohttp
import orjson
from playwright.async_api import Browser, FrameLocator, Page, expect
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.app import Bridge, Sdk, create_app
from bridge.models import Endpoint, Subscription
from bridge.models import Page as Part
from bridge.services.access import OPERATOR
from bridge.services.subscriptions import WantedSubscription
from bridge.settings import Settings
from tests.browser import WIDE, in_shared_loop, new_context
from tests.web.serving import free_port, serving

HERE = Path(__file__).parent
ADMIN_TOKEN = "the-operator-s-token-of-the-tests"
_GUID = "11111111-2222-3333-4444-555555555555"


def channel_url(name: str, origin: str = "http://127.0.0.1:9") -> str:
    """A connector's webhook URL; nothing listens at it, but for the host's own `origin`, which lets nobody post."""
    return f"{origin}/webhookb2/{_GUID}@{_GUID}/IncomingWebhook/{name}/{_GUID}"


@dataclass
class Served:
    """A running bridge with a host page beside it. `flows` are the names of the workflows that took a card."""

    origin: str
    app: Starlette
    bridge: Bridge
    session: aiohttp.ClientSession
    flows: list[str]

    async def endpoint(self, name: str = "Our shop", source: str = "orders") -> Endpoint:
        return await self.bridge.services.endpoints.create(OPERATOR, source=source, name=name)

    async def subscribe(
        self, endpoint: Endpoint, url: str | None = None, **wanted: Any
    ) -> Subscription:
        """A subscription that is there before the page is opened."""
        channel = SecretStr(url or channel_url("general"))
        asked = {"events": ("order.placed",), **wanted}
        return await self.bridge.services.subscriptions.save(
            OPERATOR, WantedSubscription(endpoint=endpoint.id, url=channel, **asked)
        )

    async def subscription(self) -> Subscription:
        """The only one that there is."""
        found = await self.bridge.services.subscriptions.list(OPERATOR, Part())
        (only,) = found.items
        return only

    async def webhook(self, endpoint: Endpoint, secret: str | None = None, **order: Any) -> int:
        """POST an order, signed; gives the status."""
        body = orjson.dumps({"event": "order.placed", "shop": "north", **order})
        source = self.bridge.registry.source(endpoint.source)
        signed = source.sign(body, secret or endpoint.secrets[0].value.get_secret_value())
        async with self.session.post(
            f"{self.origin}/hooks/{endpoint.id}",
            data=body,
            headers={"content-type": "application/json", **signed},
        ) as answer:
            return answer.status

    async def call(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """One of the page's own calls."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.session.request(
            method, f"{self.origin}/connector/{path}", json=body, headers=headers
        ) as answer:
            text = await answer.text()
            return answer.status, orjson.loads(text) if text else None


@dataclass
class Teams:
    """The host page, and the configuration page in it, `locale` being how the host says which language people have.

    `faults` has what went wrong in the page's scripts.
    """

    page: Page
    served: Served
    faults: list[str] = field(default_factory=list)
    locale: str | None = None

    @property
    def form(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    async def open(
        self,
        *,
        subscription: str | None = None,
        settings: dict[str, Any] | None = None,
        theme: str = "default",
        token: str | None = None,
        place: dict[str, Any] | None = None,
        ready: bool = True,
    ) -> None:
        """Open the dialog; `ready` waits until the form is there. `token` is the one that Teams has for the person.

        `place` is what more Teams says of where it is opened.
        """
        await self.page.goto(f"{self.served.origin}/host")
        known = {"webhookUrl": channel_url("general"), "appType": "teams", **(settings or {})}
        context = {"theme": theme, "channelId": "19:c", "channelName": "General", "teamId": "19:t"}
        await self.page.evaluate(
            "([settings, context, token]) => Object.assign(host, {settings, context, token})",
            [
                known,
                {
                    **context,
                    "teamName": "Harbour",
                    "locale": self.locale,
                    "entityId": known.get("entityId", ""),
                    **(place or {}),
                },
                token,
            ],
        )
        query = f"?subscription={subscription}" if subscription else ""
        await self.page.evaluate(
            "address => host.open(address)", f"{self.served.origin}/connector/config{query}"
        )
        if ready:
            await expect(self.form.get_by_role("radio", name="Orders")).to_be_visible()

    async def said(self, func: str) -> list[Any]:
        """The arguments of every message of that name that the page sent so far."""
        said = await self.page.evaluate("host.said")
        return [args for name, args in said if name == func]

    async def validity(self) -> list[bool]:
        """What was said of the form, in order."""
        return [args[0] for args in await self.said("settings.setValidityState")]

    async def becomes(self, valid: bool) -> None:
        """Wait until the last that was said of the form is this."""
        await self.page.wait_for_function(
            "valid => host.said.findLast(([func]) => func === 'settings.setValidityState')"
            "?.[1][0] === valid",
            arg=valid,
        )

    async def save(self, url: str | None = "") -> tuple[str, str | None]:
        """Press Teams' Save; gives success or failure, and the reason."""
        given = channel_url("general") if url == "" else url
        args = [{"webhookUrl": given}] if given else []
        return await self._ask("settings.save", args)

    async def remove(self) -> tuple[str, str | None]:
        return await self._ask("settings.remove", [])

    async def settings(self) -> dict[str, Any]:
        return cast("dict[str, Any]", await self.page.evaluate("host.settings"))

    async def set(self, **state: Any) -> None:
        """How the host behaves: `refusal` of settings, `urlAfterSetting`."""
        await self.page.evaluate("state => Object.assign(host, state)", state)

    async def new_endpoint(self, name: str = "Our shop") -> None:
        """Fill in what a new subscription needs."""
        await self.form.get_by_role("radio", name="Orders").check()
        await self.form.get_by_label("Name of the endpoint").fill(name)
        await self.form.get_by_role("button", name="Create endpoint").click()
        await expect(self.form.get_by_role("textbox", name="Secret")).to_be_visible()

    async def _ask(self, func: str, args: list[Any]) -> tuple[str, str | None]:
        how, reason = await self.page.evaluate(
            "([func, args]) => host.ask(func, args)", [func, args]
        )
        return how, reason


class FramedByItself:
    """Lets a page of this origin frame the configuration page, as only Teams may in earnest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def loosened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, value.replace(b"frame-ancestors ", b"frame-ancestors 'self' "))
                    if b"https://teams.microsoft.com" in value
                    else (name, value)
                    for name, value in message["headers"]
                ]
            await send(message)

        await self.app(scope, receive, loosened)


@asynccontextmanager
async def running(
    folder: Path,
    sdk: Path,
    *,
    open_to_all: bool = True,
    certificate: Path | None = None,
    **more: Any,
) -> AsyncIterator[Served]:
    """Serve a bridge with the orders source, and the host page, on one origin; `more` settings."""
    plugins = folder / "plugins"
    plugins.mkdir()
    shutil.copy(HERE / "orders.py", plugins)
    fixtures = plugins / "fixtures"
    fixtures.mkdir()
    for name in ("placed", "paid"):
        order = {"event": f"order.{name}", "shop": "north", "total": 12, "actor": "Ada"}
        (fixtures / f"order.{name}__sample.json").write_bytes(orjson.dumps(order))
    listening = free_port()
    settings = Settings(
        database_url=f"sqlite:///{folder / 'bridge.db'}",
        public_url=f"{'https' if certificate else 'http'}://127.0.0.1:{listening.getsockname()[1]}",
        secret_key=SecretStr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        admin_token=SecretStr(ADMIN_TOKEN),
        allowed_channels=("http://127.0.0.1:*",),
        plugins_dir=plugins,
        retry_schedule=(600.0,),
        **more,
    )
    bridge_app = create_app(settings, open_to_all=open_to_all, sdk=Sdk("/teams-sdk.js"))

    async def host(_: Request) -> Response:
        return FileResponse(HERE / "host.html")

    async def teams_sdk(_: Request) -> Response:
        return FileResponse(sdk)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with bridge_app.router.lifespan_context(bridge_app):
            yield

    async def refuse(_: Request) -> Response:
        return Response("Posting is switched off.", 403)

    flows: list[str] = []

    async def take(request: Request) -> Response:
        if request.path_params["name"] == "off":
            return await refuse(request)
        flows.append(request.path_params["name"])
        return Response(status_code=202)

    app = Starlette(
        routes=[
            Route("/host", host),
            Route("/webhookb2/{rest:path}", refuse, methods=["POST"]),
            Route("/workflows/{name}/triggers/manual/paths/invoke", take, methods=["POST"]),
            Route("/teams-sdk.js", teams_sdk),
            Mount("/", FramedByItself(bridge_app)),
        ],
        lifespan=lifespan,
    )
    async with serving(app, listening, certificate) as origin, aiohttp.ClientSession() as session:
        yield Served(origin, bridge_app, bridge_app.state.bridge, session, flows)


@in_shared_loop
async def served(tmp_path: Path, teams_sdk: Path) -> AsyncIterator[Served]:
    """A bridge as the sandbox runs it: nobody needs a token."""
    async with running(tmp_path, teams_sdk) as running_bridge:
        yield running_bridge


@asynccontextmanager
async def opened(
    browser: Browser, served: Served, size: tuple[int, int] = WIDE
) -> AsyncIterator[Teams]:
    """A host page in a browser of its own; in the end nothing may have gone wrong in the page's scripts."""
    context = await new_context(browser, size)
    page = await context.new_page()
    teams = Teams(page, served)
    page.on("pageerror", lambda error: teams.faults.append(str(error)))
    page.on("console", lambda said: _note(teams, said.type, said.text))
    yield teams
    await context.close()
    assert teams.faults == []


def _note(teams: Teams, kind: str, text: str) -> None:
    # The SDK looks for Microsoft's list of hosts at load; a test has no network. Refusals are what some tests are about.
    harmless = r"ERR_NAME_NOT_RESOLVED|ERR_CONNECTION|Failed to load resource: the server responded"
    if kind == "error" and not re.search(harmless, text):
        teams.faults.append(text)


@in_shared_loop
async def teams(browser: Browser, served: Served) -> AsyncIterator[Teams]:
    async with opened(browser, served) as host:
        yield host
