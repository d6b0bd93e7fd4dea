"""An application served over real HTTP on the loopback interface, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp


def free_port() -> socket.socket:
    """A socket that holds a free port, for an app that must know its address."""
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    return free


@asynccontextmanager
async def serving(
    app: ASGIApp, bound: socket.socket | None = None, certificate: Path | None = None
) -> AsyncIterator[str]:
    """Serve `app` on a free port, or on that of a socket `bound` before; gives its origin.

    By https where there is a `certificate`, a file that has its key too.
    """
    with bound or free_port() as listening:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            ws="none",
            timeout_graceful_shutdown=3,
            ssl_certfile=certificate,
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve(sockets=[listening]))  # noqa: SLF001  # serve() would take over pytest's signals
        try:
            while not server.started and not task.done():  # noqa: ASYNC110  # uvicorn has no event for it
                await asyncio.sleep(0.01)
            if task.done():
                task.result()
            scheme = "https" if certificate else "http"
            yield f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
