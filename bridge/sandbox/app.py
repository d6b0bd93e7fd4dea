"""One web app on one origin: the simulated Teams around the real bridge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from bridge.app import create_app
from bridge.sandbox import control, libraries, pages, pressing, receivers, systems
from bridge.sandbox.host import Host
from bridge.sandbox.issuer import Issuer
from bridge.sandbox.keeping import Keeping
from bridge.sandbox.loopback import LoopbackOnly, authority
from bridge.sandbox.teams import SLOW_SECONDS, Teams
from bridge.settings import Settings
from bridge.web.security import Guard, exception_handlers

RETRIES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts: short, so that a recovery can be watched."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The app, and the simulated Teams in it."""

    app: Starlette
    teams: Teams


def create_sandbox(
    keeping: Keeping,
    host: str,
    port: int,
    *,
    node_modules: Path | None = None,
    slow_seconds: float = SLOW_SECONDS,
) -> Sandbox:
    """Compose it for a given address. Raises `SettingsError` if what is kept belongs to another address."""
    origin = f"http://{authority(host, port)}"
    keeping.claim(origin)
    issuer = Issuer(origin)
    teams = Teams(
        host=Host(keeping.connectors, origin),
        origin=origin,
        issuer=issuer,
        slow_seconds=slow_seconds,
    )
    found = libraries.installed(node_modules)
    bridge_app = create_app(
        _settings(keeping, issuer), open_to_all=True, sdk=libraries.teams_sdk(found)
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with bridge_app.router.lifespan_context(bridge_app):
            app.state.bridge = bridge_app.state.bridge
            yield

    app = Starlette(
        routes=[
            *pages.routes,
            *control.routes,
            *libraries.routes,
            *pressing.routes,
            *systems.routes,
            *receivers.routes,
            Mount("/", bridge_app),
        ],
        middleware=[Middleware(LoopbackOnly, host=host, port=port), Middleware(Guard)],
        exception_handlers=exception_handlers,
        lifespan=lifespan,
    )
    app.state.open_to_all = True
    app.state.teams = teams
    app.state.libraries = found
    return Sandbox(app, teams)


def _settings(keeping: Keeping, issuer: Issuer) -> Settings:
    """Only the folder of local plugins comes from the environment: a sandbox touches nothing that is real."""
    return Settings(
        _env_file=None,
        database_url=keeping.database_url,
        public_url=issuer.origin,
        secret_key=keeping.key(),
        admin_token=None,
        allowed_channels=(issuer.origin,),
        allowed_sites=(issuer.origin,),
        action_issuer=issuer.name,
        action_discovery=issuer.discovery,
        max_body_bytes=25 * 1024 * 1024,
        retry_schedule=RETRIES,
        give_up_after=3600,
    )
