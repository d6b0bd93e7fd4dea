"""A command's way to the bridge: opened in this process, without a worker, and closed again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bridge.app import Bridge, open_bridge
from bridge.settings import load_settings

T = TypeVar("T")


def with_bridge(work: Callable[[Bridge], Awaitable[T]]) -> T:
    """Do something with the bridge that the settings describe."""

    async def opened() -> T:
        async with open_bridge(load_settings(), work=False) as bridge:
            return await work(bridge)

    return asyncio.run(opened())
