"""A simulated Teams on the loopback interface, in which everything can be tried without a tenant."""

import socket
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from bridge import logs
from bridge.errors import SettingsError
from bridge.sandbox.app import Sandbox, create_sandbox
from bridge.sandbox.keeping import Keeping
from bridge.sandbox.loopback import require_loopback

__all__ = ["PORT", "SandboxServer", "bind", "run_sandbox"]

PORT = 8700
GRACE = 3
"""Seconds that open requests get to end when the sandbox stops."""


class SandboxServer(uvicorn.Server):
    """uvicorn, but it ends live streams first and says when the sandbox can be opened."""

    def __init__(self, sandbox: Sandbox, greeting: str = "") -> None:
        super().__init__(
            uvicorn.Config(
                sandbox.app,
                access_log=False,
                log_config=None,
                lifespan="on",
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._sandbox = sandbox
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and greet."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(self._greeting)
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of what would hold the end up, and stop."""
        self._sandbox.teams.stop()
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket of the loopback interface. Raises `SettingsError` where the port cannot be had."""
    require_loopback(host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"Port {port} of {host} cannot be used ({error.strerror}). "
            f"Stop what listens there, or choose another: webhook-bridge sandbox --port {port + 1}"
        ) from None
    return listener


def run_sandbox(
    host: str = "127.0.0.1",
    port: int = PORT,
    node_modules: Path | None = None,
    database: Path | None = None,
) -> None:
    """Serve until Ctrl-C. Raises `SettingsError` where it cannot start.

    `node_modules` holds Microsoft's libraries, `./node_modules` where it is not given; without them the page loads the
    SDK from its CDN and cards are shown as the project's HTML. `database` is a file of the sandbox's own, beside which
    its key and the simulated connectors are kept; without it everything is forgotten at the end.
    """
    logs.set_up(level="WARNING")
    with bind(host, port) as listener, TemporaryDirectory(prefix="webhook-bridge-") as temporary:
        sandbox = create_sandbox(
            Keeping(database or Path(temporary) / "sandbox.db"),
            host,
            listener.getsockname()[1],
            node_modules=node_modules or Path("node_modules"),
        )
        server = SandboxServer(sandbox, _greeting(sandbox, database))
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    if not server.started:
        raise SettingsError("The sandbox could not start: what stands above says why.")


def _greeting(sandbox: Sandbox, database: Path | None) -> str:
    kept = (
        f"It keeps its data beside {database}."
        if database
        else "It forgets everything at the end (--database FILE keeps it)."
    )
    lines = [
        "",
        f"  Sandbox: open {sandbox.teams.origin}/",
        "",
        "  Try first: press Connectors, add Webhook Bridge, choose GitHub, Save;",
        "  then send a sample webhook from the panel on the right.",
        f"  {kept} Ctrl-C stops it.",
        "",
    ]
    if not sandbox.app.state.libraries:
        lines += [
            "  Microsoft's libraries are not installed (`npm ci`): the page loads the Teams SDK from its CDN,",
            "  and cards are shown as the bridge's own HTML.",
            "",
        ]
    return "\n".join(lines) + "\n"
