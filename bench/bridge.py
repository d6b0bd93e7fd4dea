"""The bridge as its users run it: `webhook-bridge serve` as a process, set up through its API, fed through its hooks."""

import asyncio
import base64
import os
import secrets
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from bench.errors import ApiRefused
from bench.payload import Door
from bench.process import Running, free_port, running

COMMAND: Final = Path(sys.executable).parent / "webhook-bridge"
TOKEN: Final = "an-operator-token-of-the-benchmark"  # noqa: S105  # it guards nothing
SECRET: Final = "a-secret-of-the-benchmark-alone-"  # noqa: S105  # it guards nothing
PATIENCE: Final = 300.0
"""Seconds after which what is still pending counts as stuck."""
NO_LIMITS: Final = {
    "BRIDGE_CHANNEL_RATE": "off",
    "BRIDGE_DIGEST_AFTER": "0",
    "BRIDGE_ENDPOINT_RATE": "off",
}
"""What is there to protect Teams and the bridge from floods, and would be all that a flood measures."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A running bridge."""

    process: Running
    session: aiohttp.ClientSession

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the API. Raises `ApiRefused` with its answer if that is not success."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"http://127.0.0.1:{self.process.port}/api/v1{path}"
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            if answer.status >= 400:  # noqa: PLR2004  # HTTP's own
                raise ApiRefused(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json() if answer.status != 204 else None  # noqa: PLR2004  # HTTP's own

    async def endpoint(self, name: str) -> tuple[str, Door]:
        """Make an endpoint for GitHub: its id, and its door."""
        secret = SECRET + name
        made = await self.api(
            "POST", "/endpoints", {"source": "github", "name": name, "secret": secret}
        )
        return made["id"], Door(f"/hooks/{made['id']}", secret)

    async def known(self, name: str) -> Door | None:
        """The door of an endpoint that was made before."""
        made = (await self.api("GET", "/endpoints"))["items"]
        found = next((endpoint["id"] for endpoint in made if endpoint["name"] == name), None)
        return Door(f"/hooks/{found}", SECRET + name) if found else None

    async def subscribe(self, endpoint: str, channel: str) -> None:
        """Subscribe a channel to everything of an endpoint."""
        await self.api(
            "POST",
            "/subscriptions",
            {"endpoint": endpoint, "channel": {"url": channel}, "events": ["*"]},
        )

    async def left(self) -> int:
        """0 if nothing is left to be routed or delivered."""
        waiting = await self.api("GET", "/events?state=received&limit=1")
        pending = await self.api("GET", "/deliveries?state=pending&limit=1")
        return len(waiting["items"]) + len(pending["items"])

    async def settle(self) -> None:
        """Wait until nothing is left to do. Raises `TimeoutError` if that takes very long."""
        async with asyncio.timeout(PATIENCE):
            while await self.left():  # noqa: ASYNC110  # it asks another process
                await asyncio.sleep(0.1)

    def unrouted(self) -> int:
        """How many events are not routed yet. Read beside the bridge: its API lists them, and does not count."""
        path = self.process.folder / "bridge.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM events WHERE state = 'received'"
            ).fetchone()
        return int(count)


def environment(folder: Path, port: int, more: Mapping[str, str]) -> dict[str, str]:
    """The settings of a bridge that keeps its data in `folder` and may post to this machine."""
    key = folder / "key"
    if not key.exists():
        folder.mkdir(parents=True, exist_ok=True)
        key.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")},
        "BRIDGE_DATABASE_URL": f"sqlite:///{folder / 'bridge.db'}",
        "BRIDGE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BRIDGE_SECRET_KEY": key.read_text(),
        "BRIDGE_ADMIN_TOKEN": TOKEN,
        "BRIDGE_ALLOWED_CHANNELS": "http://127.0.0.1:*",
        **more,
    }


@asynccontextmanager
async def serving(folder: Path, settings: Mapping[str, str] = NO_LIMITS) -> AsyncIterator[Bridge]:
    """`webhook-bridge serve` on the database in `folder`, one process."""
    port = free_port()
    command = (COMMAND, "serve", "--host", "127.0.0.1", "--port", str(port))
    async with (
        running(command, folder, port, environment(folder, port, settings), "/readyz") as process,
        aiohttp.ClientSession() as session,
    ):
        yield Bridge(process, session)
