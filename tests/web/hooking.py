"""What the tests of `POST /hooks/{endpoint}` share: raw connections, and what was said to a sender."""

import asyncio
from typing import Any

import aiohttp
import orjson

from bridge.models import Endpoint, Refusal
from bridge.services.access import OPERATOR
from tests.pipeline.running import SECRET, Running, until

CALL = orjson.dumps({"calls": []})


async def refusals(bridge: Running, endpoint: Endpoint, count: int) -> list[Refusal]:
    """The refusals of an endpoint, newest first, once there are so many."""
    found: list[Refusal] = []

    async def there() -> bool:
        found[:] = await bridge.bridge.services.endpoints.refusals(OPERATOR, endpoint.id)
        return len(found) >= count

    await until(there)
    return found


async def problem(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    assert answer.content_type == "application/problem+json"
    content: dict[str, Any] = orjson.loads(await answer.text())
    assert content["status"] == answer.status
    assert content["detail"]
    return content


async def talk(bridge: Running, text: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bridge.url.rsplit(":", 1)[1]))
    writer.write(text)
    await writer.drain()
    return reader, writer


def head(endpoint: Endpoint, *lines: str) -> bytes:
    given = (f"POST /hooks/{endpoint.id} HTTP/1.1", "Host: x", f"X-Radio-Token: {SECRET}", *lines)
    return "".join(f"{line}\r\n" for line in (*given, "")).encode()
