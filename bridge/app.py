"""Puts everything together: the one place that knows all the parts."""

import asyncio
import random
import resource
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bridge import logs
from bridge.cards.templates import CardRenderer
from bridge.channel import Window
from bridge.errors import SettingsError
from bridge.loader import load
from bridge.pipeline.address import parse_pattern
from bridge.pipeline.alert import Alerter
from bridge.pipeline.compose import Composer
from bridge.pipeline.deliver import Deliverer
from bridge.pipeline.directory import Directory
from bridge.pipeline.inbox import Inbox
from bridge.pipeline.inflow import Inflow
from bridge.pipeline.keeping import Keeper
from bridge.pipeline.lane import Policy
from bridge.pipeline.lanes import BackOff
from bridge.pipeline.metrics import Metrics
from bridge.pipeline.post import Poster
from bridge.pipeline.receive import Receiver
from bridge.pipeline.refusals import Refusals
from bridge.pipeline.route import Router
from bridge.pipeline.sweep import Sweeper
from bridge.pipeline.tickets import Tickets
from bridge.pipeline.watch import Watch
from bridge.pipeline.worker import PLACES, Crew, Worker
from bridge.registry import Registry
from bridge.resources import TEXTS
from bridge.services import Services, make_services
from bridge.services.identity import Identity
from bridge.settings import Settings, load_settings
from bridge.store.open import open_store
from bridge.store.port import Store
from bridge.store.secrets import Vault
from bridge.web import actions, api, connector, health, hooks, languages, signin
from bridge.web.sdk import MICROSOFT, Sdk
from bridge.web.security import Guard, exception_handlers

__all__ = ["Bridge", "Sdk", "create_app", "from_environment", "open_bridge"]


@dataclass(frozen=True, slots=True)
class Bridge:
    """Everything, opened."""

    settings: Settings
    registry: Registry
    store: Store
    services: Services
    receiver: Receiver
    worker: Worker
    metrics: Metrics
    identity: Identity | None = None


@asynccontextmanager
async def open_bridge(settings: Settings, *, work: bool) -> AsyncIterator[Bridge]:
    """Open everything, and close it again. `work`: also route and deliver.

    Raises `SettingsError`, `PluginError`, `StoreUnavailable`.
    """
    _check(settings)
    metrics = Metrics()
    registry = load(settings, {"prometheus": metrics})
    async with AsyncExitStack() as stack:
        store = await open_store(settings.database_url, settings.keys())
        stack.push_async_callback(store.close)
        poster = await stack.enter_async_context(Poster(settings.allowed_channels))
        cards = CardRenderer()
        directory = Directory(store)
        inbox = Inbox()
        back_off = BackOff(
            settings.retry_schedule, timedelta(seconds=settings.give_up_after), random.random
        )
        keeper = Keeper(store)
        tickets = Tickets(Vault(settings.keys()), settings.public_url)
        composer = Composer(registry, store, directory, cards.render, tickets)
        chores = [
            Sweeper(store, settings.keep_bodies, settings.keep_events, settings.keep_deliveries).run
        ]
        alerting = settings.alert_channel is not None
        if settings.alert_channel is not None:
            chores.append(Alerter(registry, store, poster, settings.alert_channel).run)
        worker = Worker(
            Crew(
                store=store,
                registry=registry,
                router=Router(registry, directory),
                composer=composer,
                deliverer=Deliverer(
                    registry, store, composer, poster, back_off, keeper, alerting=alerting
                ),
                keeper=keeper,
                inbox=inbox,
                policy=Policy(settings.digest_after),
                windows=windows(settings),
                places=places(),
                chores=tuple(chores),
            )
        )

        def changed(subjects: Sequence[str] | None) -> None:
            directory.forget(subjects)
            worker.changed(subjects)

        watch = Watch(store, changed)
        metrics.watch_lanes(lambda: worker.busy)
        refusals = Refusals(store.endpoints)
        if work:
            await stack.enter_async_context(_in_background(refusals.run()))
            await stack.enter_async_context(_in_background(watch.run()))
            worker.start()
            stack.push_async_callback(worker.stop)
        session = await stack.enter_async_context(_session())
        identity = _identity(settings, store, session)
        yield Bridge(
            settings=settings,
            registry=registry,
            store=store,
            services=make_services(
                settings,
                registry,
                store,
                poster,
                cards,
                tickets=tickets,
                session=session,
                identity=identity,
            ),
            receiver=Receiver(
                registry,
                store,
                directory,
                inbox,
                inflow=Inflow([Window(*pair) for pair in settings.endpoint_rate]),
                metrics=metrics,
                refusals=refusals,
            ),
            worker=worker,
            metrics=metrics,
            identity=identity,
        )


def create_app(
    settings: Settings, *, open_to_all: bool = False, sdk: Sdk | None = None
) -> Starlette:
    """The ASGI application; its lifespan opens the bridge.

    `open_to_all`: nobody needs a token, for the sandbox on the loopback interface. `sdk`: another copy of the Teams
    SDK than Microsoft's.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_bridge(settings, work=True) as bridge:
            app.state.bridge = bridge
            app.state.languages = languages.load(TEXTS, bridge.registry)
            yield

    app = Starlette(
        routes=[
            *hooks.routes,
            *health.routes,
            *api.routes,
            *connector.routes,
            *signin.routes,
            *actions.routes,
        ],
        middleware=[Middleware(Guard), Middleware(hooks.Hooks)],
        exception_handlers=exception_handlers,
        lifespan=lifespan,
    )
    app.state.open_to_all = open_to_all
    app.state.sdk = sdk or MICROSOFT
    return app


def from_environment() -> Starlette:
    """The application that the environment's settings describe, for `uvicorn --factory`. Raises `SettingsError`."""
    settings = load_settings()
    logs.set_up()
    return create_app(settings)


def windows(settings: Settings) -> tuple[Window, ...] | None:
    """The rate windows that the operator set for every channel; None: each kind's own."""
    if settings.channel_rate is None:
        return None
    return tuple(Window(*pair) for pair in settings.channel_rate)


def places() -> int:
    """How many lanes may be served at once: each has a connection, and as many are left for webhooks."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return PLACES if allowed == resource.RLIM_INFINITY else max(8, min(PLACES, allowed // 2 - 64))


def _check(settings: Settings) -> None:
    for pattern in settings.allowed_channels:
        try:
            parse_pattern(pattern)
        except ValueError as error:
            raise SettingsError(f"BRIDGE_ALLOWED_CHANNELS: {error}") from None


def _identity(settings: Settings, store: Store, session: aiohttp.ClientSession) -> Identity | None:
    """Who people are, where they sign in with Entra."""
    if settings.entra_client_id is None:
        return None
    return Identity(settings, settings.entra_client_id, session, store.fingerprint)


def _session() -> aiohttp.ClientSession:
    """What asks other systems than channels: issuers of tokens, and those that cards' buttons do something in."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


@asynccontextmanager
async def _in_background(chore: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(chore)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
