"""The whole bridge as a process: killed between the 202 and the card, and started again."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from bridge.app import create_app, open_bridge
from bridge.errors import SettingsError
from bridge.models import Page
from bridge.services.access import OPERATOR
from bridge.web.sdk import MICROSOFT, Sdk
from tests.e2e.running import COMMAND, free_port
from tests.pipeline.running import KEY, Says, receiving, running, settings, until
from tests.pipeline.running import Running as InProcess


@asynccontextmanager
async def process(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A bridge in a process of its own, and its URL, once it is ready."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")},
        "BRIDGE_DATABASE_URL": f"sqlite:///{folder / 'bridge.db'}",
        "BRIDGE_SECRET_KEY": KEY,
        "BRIDGE_ALLOWED_CHANNELS": "http://127.0.0.1:*",
        "BRIDGE_PLUGINS_DIR": str(folder / "plugins"),
        "BRIDGE_RETRY_SCHEDULE": "0.05",
        "BRIDGE_CHANNEL_RATE": "off",
    }
    with (folder / "log").open("ab") as log:
        running = await asyncio.create_subprocess_exec(
            *(COMMAND, "serve", "--port", str(port)),
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as session:

            async def ready() -> bool:
                assert running.returncode is None, (folder / "log").read_text()
                with suppress(aiohttp.ClientConnectionError):
                    async with session.get(f"{url}/readyz") as answer:
                        return answer.status == 200
                return False

            await until(ready)
        yield running, url
    finally:
        if running.returncode is None:
            running.terminate()
            await running.wait()


async def test_killed_between_the_202_and_the_card_the_card_arrives(tmp_path: Path) -> None:
    async with receiving() as teams:
        async with open_bridge(settings(tmp_path), work=False) as opened:
            user = InProcess("", opened, aiohttp.ClientSession())
            await user.session.close()
            endpoint = await user.endpoint()
            await user.subscribe(endpoint, teams.connector("one"))
        never = asyncio.Event()
        teams.says("one", Says(when=never))
        titles = [f"call {number}" for number in range(5)]
        async with process(tmp_path) as (running, url), aiohttp.ClientSession() as session:
            user = InProcess(url, opened, session)
            for title in titles:
                await user.call(endpoint, title)
            await until(lambda: teams.titles("one") == titles[:1])
            running.send_signal(signal.SIGKILL)
            await running.wait()
        never.set()
        async with process(tmp_path):
            # The first one was being posted when the process died, so it is posted again.
            await until(lambda: teams.titles("one") == titles[:1] + titles)
        async with open_bridge(settings(tmp_path), work=False) as opened:
            found = (await opened.services.deliveries.list(OPERATOR, Page())).items
            assert {one.state for one in found} == {"delivered"}
            tries = [await InProcess("", opened, session).outcomes(one) for one in found[::-1]]
            # Only of the first it is not known whether the channel had it.
            assert tries == [["interrupted", "delivered"], *[["delivered"]] * 4]
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert endpoint.secrets[0].value.get_secret_value() not in (tmp_path / "log").read_text()
    assert "IncomingWebhook" not in (tmp_path / "log").read_text()


async def test_one_worker_at_a_time_and_the_next_takes_over(tmp_path: Path) -> None:
    async with receiving() as teams, running(settings(tmp_path)) as second:
        endpoint = await second.endpoint()
        await second.subscribe(endpoint, teams.connector("one"))
        async with running(settings(tmp_path)) as first:
            assert first.bridge.worker.alive
            assert second.bridge.worker.alive
            titles = [f"call {number}" for number in range(20)]
            for number, title in enumerate(titles):
                await (first, second)[number % 2].call(endpoint, title)
            await second.settled()
            assert teams.titles("one") == titles
            await second.bridge.worker.stop()
            await first.call(endpoint, "the last")
            await first.settled()
            assert teams.titles("one") == [*titles, "the last"]


async def test_a_pattern_that_cannot_be_read_is_said_at_start(tmp_path: Path) -> None:
    given = settings(tmp_path, allowed_channels=("https://*",))
    with pytest.raises(SettingsError, match="BRIDGE_ALLOWED_CHANNELS"):
        async with open_bridge(given, work=False):
            pass


async def test_without_a_key_nothing_opens(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="new-key"):
        async with open_bridge(settings(tmp_path, secret_key=None), work=False):
            pass
    assert not (tmp_path / "bridge.db").exists()


def test_the_sdk_is_microsoft_s_unless_another_is_given(tmp_path: Path) -> None:
    given = settings(tmp_path)
    assert create_app(given).state.sdk is MICROSOFT
    local = Sdk("/sdk.js")
    assert create_app(given, sdk=local, open_to_all=True).state.sdk is local
