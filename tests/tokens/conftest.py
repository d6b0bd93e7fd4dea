from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio

from bridge.tokens.keys import IssuerKeys
from tests.issuer import Issuer, an_issuer


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest_asyncio.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with an_issuer() as one:
        yield one


@pytest_asyncio.fixture
async def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def keys(issuer: Issuer, clock: Clock) -> AsyncIterator[IssuerKeys]:
    async with aiohttp.ClientSession() as session:
        yield IssuerKeys(session, issuer.discovery, clock)
