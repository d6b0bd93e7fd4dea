"""The whole bridge over real HTTP, with a source of doors as a local plugin and a receiver for its cards."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.app import create_app
from bridge.settings import Settings
from bridge.signatures import sign_hmac_sha256
from tests.e2e.running import Receiver, receiver
from tests.pipeline.running import Running, Teams, receiving, running
from tests.pipeline.running import settings as settings_of_radio
from tests.web.serving import serving

DOORS = Path(__file__).parent.parent / "services" / "doors"
TOKEN = "the-operator-s-token"
PATIENCE = 30


@dataclass
class Api:
    """The API as a client sees it. `said` has the text of every answer."""

    origin: str
    session: aiohttp.ClientSession
    teams: Receiver
    said: list[str]

    async def call(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """What is answered, which must have this status."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with self.session.request(
            method, f"{self.origin}/api/v1{path}", json=body, headers=headers
        ) as answer:
            text = await answer.text()
            self.said.append(text)
            assert answer.status == status, text
            return await answer.json(content_type=None) if text else None

    async def endpoint(self, **more: Any) -> Any:
        body = {"source": "doors", "name": "Front door", **more}
        return await self.call("POST", "/endpoints", body, 201)

    async def subscription(self, endpoint: Any, channel: str = "hall", **more: Any) -> Any:
        body = {
            "endpoint": endpoint["id"],
            "channel": {"url": self.teams.connector(channel)},
            "events": ["*"],
            **more,
        }
        return await self.call("POST", "/subscriptions", body, 201)

    async def webhook(self, endpoint: Any, body: bytes) -> str:
        """POST a signed webhook; gives the event's id."""
        headers = {
            "Content-Type": "application/json",
            "X-Door-Signature": sign_hmac_sha256(body, endpoint["secret"]),
        }
        url = f"{self.origin}/hooks/{endpoint['id']}"
        async with self.session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 202, await answer.text()
            return str((await answer.json())["event"])

    async def until(self, look: Callable[[], Awaitable[Any]]) -> Any:
        """What `look` finds, as soon as it finds something."""
        async with asyncio.timeout(PATIENCE):
            while not (found := await look()):  # noqa: ASYNC110  # it looks over HTTP
                await asyncio.sleep(0.02)
        return found

    async def ended(self, state: str) -> Any:
        """The first delivery in that state, when there is one."""

        async def look() -> Any:
            return (await self.call("GET", f"/deliveries?state={state}"))["items"]

        return (await self.until(look))[0]


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    plugins = tmp_path / "plugins"
    shutil.copytree(DOORS, plugins / "doors", ignore=shutil.ignore_patterns("__pycache__"))
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'bridge.db'}",
        secret_key=SecretStr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        admin_token=SecretStr(TOKEN),
        allowed_channels=("http://127.0.0.1:*",),
        plugins_dir=plugins,
        retry_schedule=(0.05,),
        max_body_bytes=100_000,
    )
    async with (
        receiver() as teams,
        serving(create_app(settings)) as origin,
        aiohttp.ClientSession() as session,
    ):
        yield Api(origin, session, teams, [])


@pytest.fixture
async def teams() -> AsyncIterator[Teams]:
    async with receiving() as teams:
        yield teams


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(settings_of_radio(tmp_path)) as bridge:
        yield bridge
