"""A real `webhook-bridge serve` as a process of its own, and a receiver that records what it posts."""

import asyncio
import base64
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

COMMAND = Path(sys.executable).parent / "webhook-bridge"
TOKEN = "an-operator-token-of-the-tests"
PATIENCE = 60.0
"""Seconds after which something that should happen counts as not happening."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition, looking often; a bound keeps a broken one from hanging the suite."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110  # it asks another process
            await asyncio.sleep(0.05)


@dataclass
class Receiver:
    """A channel of each kind on the loopback interface. `cards` are the JSON bodies received, by path."""

    port: int
    cards: dict[str, list[bytes]] = field(default_factory=dict)

    def connector(self, name: str) -> str:
        guid = "11111111-2222-3333-4444-555555555555"
        return f"http://127.0.0.1:{self.port}/webhookb2/{guid}@{guid}/IncomingWebhook/{name}/{guid}"

    def workflow(self, name: str) -> str:
        return (
            f"http://127.0.0.1:{self.port}/workflows/{name}/triggers/manual/paths/invoke"
            "?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=a-signature-of-the-tests"
        )

    def of(self, name: str) -> list[bytes]:
        return [body for path, all_ in self.cards.items() if f"/{name}/" in path for body in all_]

    async def take(self, request: web.Request) -> web.Response:
        self.cards.setdefault(request.path, []).append(await request.read())
        if "/workflows/" in request.path:
            return web.Response(status=202)
        return web.Response(text="1")


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that accepts everything, as Teams does on a good day."""
    app = web.Application(client_max_size=1 << 20)
    taking = Receiver(0)
    app.router.add_post("/{path:.*}", taking.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    taking.port = runner.addresses[0][1]
    try:
        yield taking
    finally:
        await runner.cleanup()


@dataclass
class Serve:
    """A running bridge."""

    url: str
    process: asyncio.subprocess.Process
    session: aiohttp.ClientSession

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with self.session.request(
            method, f"{self.url}/api/v1{path}", json=body, headers=headers
        ) as answer:
            assert answer.status < 400, await answer.text()
            return await answer.json() if answer.status != 204 else None

    async def every(self, path: str) -> list[Any]:
        """All items of a list, page by page."""
        items: list[Any] = []
        cursor, joiner = "", "&" if "?" in path else "?"
        while True:
            page = await self.api("GET", f"{path}{joiner}limit=200{cursor}")
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = f"&cursor={page['next']}"

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    """The settings of a bridge that keeps its data in `folder` and may post to this machine."""
    key = folder / "key"
    if not key.exists():
        key.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")},
        "BRIDGE_DATABASE_URL": f"sqlite:///{folder / 'bridge.db'}",
        "BRIDGE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BRIDGE_SECRET_KEY": key.read_text(),
        "BRIDGE_ADMIN_TOKEN": TOKEN,
        "BRIDGE_ALLOWED_CHANNELS": "http://127.0.0.1:*",
        "BRIDGE_RETRY_SCHEDULE": "0.1",
        **more,
    }


@asynccontextmanager
async def serve(
    folder: Path, command: Path = COMMAND, env: Mapping[str, str] | None = None
) -> AsyncIterator[Serve]:
    """Start `webhook-bridge serve` in `folder`, wait until it is ready, and stop it in the end."""
    port = free_port()
    with (folder / "serve.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(command, "serve", "--host", "127.0.0.1", "--port", str(port)),
            cwd=folder,
            env={**environment(folder, port), **(env or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    async with aiohttp.ClientSession() as session:
        running = Serve(f"http://127.0.0.1:{port}", process, session)

        async def ready() -> bool:
            assert process.returncode is None, (folder / "serve.log").read_text()
            with suppress(aiohttp.ClientConnectionError):
                async with session.get(f"{running.url}/readyz") as answer:
                    return answer.status == 200
            return False

        try:
            await until(ready)
            yield running
        finally:
            if process.returncode is None:
                process.terminate()
                async with asyncio.timeout(PATIENCE):
                    await process.wait()
