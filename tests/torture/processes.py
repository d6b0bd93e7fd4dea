"""`webhook-bridge serve` as processes that are killed, and started again at the same address."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.e2e.running import COMMAND, TOKEN, environment, free_port
from tests.pipeline.running import radio

PATIENCE: Final = 120.0
"""Seconds after which something that should happen counts as not happening."""


async def until(condition: Callable[[], Awaitable[bool] | bool], every: float = 0.01) -> None:
    """Wait for a condition, looking often; a bound keeps a broken one from hanging the suite."""
    async with asyncio.timeout(PATIENCE):
        while True:
            held = condition()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(every)


@dataclass
class Process:
    """One `serve` on the folder's database, to be started and ended as often as one likes.

    `prefix` goes before its command, `options` behind it.
    """

    folder: Path
    session: aiohttp.ClientSession
    settings: Mapping[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    _process: asyncio.subprocess.Process | None = None
    _log: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it listens, whenever it runs."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it says, every time that it runs."""
        return self.folder / f"serve-{self.port}.log"

    @property
    def running(self) -> asyncio.subprocess.Process:
        """The process that runs."""
        assert self._process, "It was not started."
        return self._process

    async def start(self) -> None:
        """Start it, without waiting until it is ready."""
        # A process of its own writes the log: a bridge without room to write has a pipe yet.
        said, saying = os.pipe()
        try:
            with self.log.open("ab") as log:
                self._log = await asyncio.create_subprocess_exec("cat", stdin=said, stdout=log)
            self._process = await asyncio.create_subprocess_exec(
                *(*self.prefix, str(COMMAND), "serve", "--port", str(self.port), *self.options),
                cwd=self.folder,
                env={**environment(self.folder, self.port), **self.settings},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=saying,
                stderr=saying,
            )
        finally:
            os.close(said)
            os.close(saying)

    async def ready(self) -> None:
        """Wait until it says that it is ready."""

        async def said() -> bool:
            assert self.running.returncode is None, f"It ended: {self.log.read_text()[-2000:]}"
            with suppress(aiohttp.ClientConnectionError):
                async with self.session.get(f"{self.url}/readyz") as answer:
                    return answer.status == 200
            return False

        await until(said, every=0.05)

    async def kill(self) -> None:
        """`kill -9`."""
        self.running.kill()
        await self.ended()

    async def hang(self) -> None:
        """Let it do nothing, until it is told to `go_on`; not in the middle of a write, which SQLite would wait for."""
        while True:
            self.running.send_signal(signal.SIGSTOP)
            await asyncio.sleep(0.05)
            with closing(sqlite3.connect(self.folder / "bridge.db", timeout=0)) as database:
                try:
                    database.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    self.go_on()
                else:
                    return

    def go_on(self) -> None:
        """As if nothing had been."""
        self.running.send_signal(signal.SIGCONT)

    async def stop(self) -> int:
        """Ask it to end, and wait for that; its exit code."""
        with suppress(ProcessLookupError):
            self.go_on()
            self.running.terminate()
        return await self.ended()

    async def ended(self) -> int:
        """Wait until it has ended, and its log is whole; its exit code."""
        code = await self.running.wait()
        if self._log:
            await self._log.wait()
        return code

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        """Ask its API."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"{self.url}/api/v1{path}"
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            assert answer.status < 400, await answer.text()
            return await answer.json()

    async def every(self, path: str) -> list[Any]:
        """All items of a list, newest first."""
        items: list[Any] = []
        cursor = ""
        while True:
            page = await self.api("GET", f"{path}?limit=200{cursor}")
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = f"&cursor={page['next']}"

    async def idle(self) -> bool:
        """Whether nothing is to route or to deliver."""
        return await self.has_routed() and not await self._some("/deliveries?state=pending")

    async def has_routed(self) -> bool:
        """Whether nothing is to route."""
        return not await self._some("/events?state=received")

    async def _some(self, path: str) -> bool:
        return bool((await self.api("GET", f"{path}&limit=1"))["items"])


@asynccontextmanager
async def processes(
    folder: Path,
    session: aiohttp.ClientSession,
    settings: Mapping[str, str],
    *,
    count: int = 1,
    prefix: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
) -> AsyncIterator[tuple[Process, ...]]:
    """So many bridges on one database, ready; in the end each is stopped. The test's own source is installed."""
    given = {
        "BRIDGE_PLUGINS_DIR": str(radio(folder)),
        "BRIDGE_RETRY_SCHEDULE": "0.05",
        "BRIDGE_CHANNEL_RATE": "off",
        "BRIDGE_ENDPOINT_RATE": "off",
        "BRIDGE_DIGEST_AFTER": "0",
        **settings,
    }
    started: list[Process] = []
    try:
        for _ in range(count):
            started.append(Process(folder, session, given, prefix, options))
            await started[-1].start()
            await started[-1].ready()
        yield tuple(started)
    finally:
        for one in started:
            await one.stop()
