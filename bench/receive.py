"""How many webhooks a second one process takes in, routes and delivers: `python bench/receive.py [COUNT] [CONNECTIONS]`.

The bridge runs as a process of its own, on a database in a temporary folder; the webhooks are signed 7 KB bodies of the
generic kind, each delivered to one channel that this script plays. Figures depend on the disk: each 202 is a durable commit.
"""

import asyncio
import base64
import os
import resource
import secrets
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import aiohttp
import orjson
from aiohttp import web
from pydantic import SecretStr

from bridge.app import open_bridge
from bridge.models import Endpoint
from bridge.services.access import OPERATOR
from bridge.services.subscriptions import WantedSubscription
from bridge.settings import Settings

KEY = base64.b64encode(secrets.token_bytes(32)).decode()
SECRET = "a-secret-of-the-benchmark-alone"  # noqa: S105  # it guards nothing
BODY = orjson.dumps({"title": "Something happened", "text": "word " * 1400})


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def prepare(folder: Path, channel: str) -> Endpoint:
    """Make an endpoint, and a subscription of the channel to it."""
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder / 'bridge.db'}",
        secret_key=SecretStr(KEY),
        allowed_channels=("http://127.0.0.1:*",),
    )
    async with open_bridge(settings, work=False) as bridge:
        endpoint = await bridge.services.endpoints.create(
            OPERATOR,
            source="generic",
            name="bench",
            secret=SecretStr(SECRET * 2),
            verification="url",
        )
        wanted = WantedSubscription(endpoint=endpoint.id, url=SecretStr(channel), events=("*",))
        await bridge.services.subscriptions.save(OPERATOR, wanted)
        return endpoint


async def main(count: int, connections: int) -> None:
    """Start the bridge, send it `count` webhooks over so many connections, and wait for their cards."""
    got = 0

    async def take(request: web.Request) -> web.Response:
        nonlocal got
        await request.read()
        got += 1
        return web.Response(text="1")

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    channel = f"http://127.0.0.1:{runner.addresses[0][1]}/webhookb2/a@b/IncomingWebhook/c/d"
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        endpoint = await prepare(folder, channel)
        environment = {
            **os.environ,
            "BRIDGE_DATABASE_URL": f"sqlite:///{folder / 'bridge.db'}",
            "BRIDGE_SECRET_KEY": KEY,
            "BRIDGE_ALLOWED_CHANNELS": "http://127.0.0.1:*",
        }
        command = f"-m uvicorn --factory bridge.app:from_environment --no-access-log --port {port}"
        with (folder / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *command.split(), env=environment, stdout=log, stderr=log
            )
        connector = aiohttp.TCPConnector(limit=connections)
        async with aiohttp.ClientSession(connector=connector) as session:
            url = f"http://127.0.0.1:{port}"
            while True:
                with suppress(aiohttp.ClientConnectionError):
                    async with session.get(f"{url}/readyz") as answer:
                        if answer.status == 200:  # noqa: PLR2004  # HTTP's own
                            break
                await asyncio.sleep(0.05)
            address = f"{url}/hooks/{endpoint.id}.{SECRET * 2}"
            left = iter(range(count))

            async def send() -> None:
                for number in left:
                    body = BODY[:-1] + b',"number":%d}' % number
                    async with session.post(
                        address, data=body, headers={"content-type": "application/json"}
                    ) as answer:
                        answer.raise_for_status()

            started = time.perf_counter()
            await asyncio.gather(*(send() for _ in range(connections)))
            received = time.perf_counter() - started
            while got < count:  # noqa: ASYNC110  # the server below counts
                await asyncio.sleep(0.01)
            delivered = time.perf_counter() - started
        process.terminate()
        await process.wait()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    await runner.cleanup()
    print(
        f"received  {count / received:8.0f} a second ({count} in {received:.2f} s, {connections} connections)"
    )
    print(f"delivered {count / delivered:8.0f} a second, in one lane ({delivered:.2f} s)")

    milliseconds = (used.ru_utime + used.ru_stime) / count * 1000
    print(f"processor {milliseconds:8.2f} ms each for all of it, the start included")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(given + [2000, 64][len(given) :])))
