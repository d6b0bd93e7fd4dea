"""webhook-bridge serve, worker, migrate: the bridge as a running program."""

import asyncio
import gc
import resource
import signal
import socket
import sys
from types import FrameType
from typing import Annotated

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from bridge import logs
from bridge.app import open_bridge
from bridge.cli.group import complain
from bridge.errors import SettingsError
from bridge.loader import load
from bridge.resources import TEXTS
from bridge.settings import Settings, load_settings
from bridge.store.open import open_store
from bridge.web import languages

FILES = 8192
"""Files that may be open at once."""

SWITCH = 0.0001
"""Seconds after which a busy event loop lets the database's thread go on, which waits for it several times a commit."""

GARBAGE = (50_000, 20, 20)
"""How much is made, and how often, before Python looks for garbage in cycles: payloads are large and have none."""

GRACE = 10
"""Seconds that requests in progress have at the end."""


def serve(
    host: Annotated[str, typer.Option(help="The interface to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes any free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes.")] = 1,
) -> None:
    """Receive webhooks and deliver cards.

    The database is brought up to date first.
    """
    logs.set_up()
    _have_files()
    settings = load_settings()
    asyncio.run(_prepare(settings))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    if settings.admin_token is None and settings.entra_client_id is None:
        complain("careful: BRIDGE_ADMIN_TOKEN is not set, so the API answers 401 to all.")
    with _listen(host, port) as listening:
        where = f"http://{_shown(host)}:{listening.getsockname()[1]}"
        config = uvicorn.Config(
            "bridge.app:from_environment",
            factory=True,
            workers=workers,
            access_log=False,
            log_config=None,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=GRACE,
        )
        if workers == 1:
            Announcing(config, where).run(sockets=[listening])
        else:
            typer.echo(f"Listening on {where} with {workers} processes.")
            Multiprocess(config, sockets=[listening]).run()


def worker() -> None:
    """Deliver cards without receiving.

    Beside a `serve` on the same database, whose place it takes when that ends: one works at a time.
    """
    logs.set_up()
    _have_files()
    asyncio.run(_work(load_settings()))


def migrate() -> None:
    """Bring the database up to date.

    `serve` does so by itself.
    """
    asyncio.run(_prepare(load_settings()))
    typer.echo("The database is up to date.")


class Announcing(uvicorn.Server):
    """A server that says where it listens, once it does."""

    def __init__(self, config: uvicorn.Config, where: str) -> None:
        super().__init__(config)
        self._where = where

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            # What was made until now stays: there is no use in looking at it again and again for garbage.
            gc.freeze()
            gc.set_threshold(*GARBAGE)
            sys.setswitchinterval(SWITCH)
            typer.echo(f"Listening on {self._where}. Stop with Ctrl+C.")


async def _prepare(settings: Settings) -> None:
    """Raise what would keep the bridge from starting, while it can still be said in a sentence."""
    languages.load(TEXTS, load(settings))
    store = await open_store(settings.database_url, settings.keys(), migrate=True)
    await store.close()


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_bridge(settings, work=True):
        typer.echo("Working. Stop with Ctrl+C.")
        await stop.wait()


def _have_files() -> None:
    """Be allowed as many files as can be had: every channel that is posted to at once needs one."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound before anything else starts, so that a taken port is said in a sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}. Give another --host or --port."
        ) from None
    listening.set_inheritable(True)
    return listening


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _end(_number: int, _frame: FrameType | None) -> None:
    """Being told to stop is no failure: the server has closed by the time that uvicorn passes the signal on."""
    raise SystemExit(0)
