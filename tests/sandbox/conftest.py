"""A running sandbox on loopback, and somebody who uses it over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bridge.sandbox import SandboxServer, bind
from bridge.sandbox.app import Sandbox, create_sandbox
from bridge.sandbox.keeping import Keeping
from tests.browser import NODE_MODULES, in_shared_loop


@dataclass(frozen=True)
class User:
    """Somebody at a running sandbox."""

    sandbox: Sandbox
    http: aiohttp.ClientSession

    @property
    def origin(self) -> str:
        return self.sandbox.teams.origin

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with self.http.request(method, self.origin + path, json=body) as answer:
            text = await answer.read()
            return answer.status, orjson.loads(text) if text else None

    async def well(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = await self.ask(method, path, body)
        assert status < 300, answer
        return answer

    async def connector(self, channel: str, subscription: str = "sub_x") -> dict[str, Any]:
        """A saved connector, without a subscription behind it."""
        connector: dict[str, Any] = await self.well(
            "POST", "/teams/connectors", {"channel": channel}
        )
        settings = {
            "entityId": subscription,
            "contentUrl": f"{self.origin}/connector/config?subscription={subscription}",
            "configName": "Octo",
        }
        await self.well("PUT", f"/teams/connectors/{connector['id']}/settings", settings)
        saved: dict[str, Any] = await self.well(
            "POST", f"/teams/connectors/{connector['id']}/saved"
        )
        return saved

    async def posts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.well("GET", "/teams/state"))["posts"]
        return found


@asynccontextmanager
async def running(
    folder: Path, *, node_modules: Path | None = NODE_MODULES, slow_seconds: float = 0.05
) -> AsyncIterator[User]:
    with bind("127.0.0.1", 0) as listener:
        sandbox = create_sandbox(
            Keeping(folder / "sandbox.db"),
            "127.0.0.1",
            listener.getsockname()[1],
            node_modules=node_modules,
            slow_seconds=slow_seconds,
        )
        server = SandboxServer(sandbox)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            async with asyncio.timeout(30):
                while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn has no event for it
                    await asyncio.sleep(0.01)
                assert server.started
            async with aiohttp.ClientSession() as http:
                yield User(sandbox, http)
        finally:
            server.should_exit = True
            await serving


@in_shared_loop
async def user(tmp_path: Path) -> AsyncIterator[User]:
    async with running(tmp_path) as somebody:
        yield somebody
