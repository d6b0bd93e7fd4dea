import asyncio
from collections.abc import AsyncIterator

import orjson

from bridge.sandbox.feed import KEPT, WAITING, Feed, Post


async def _next(stream: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(stream), 10)


async def test_a_post_is_kept_and_told() -> None:
    feed = Feed()
    stream = feed.stream()
    assert (await _next(stream)).startswith(b"retry:")
    feed.add(Post(channel="general", connector="Octo", format="MessageCard", html="<p>é</p>"))
    message = await _next(stream)
    name, data = message.decode().strip().split("\n")
    assert name == "event: post"
    told = orjson.loads(data.removeprefix("data: "))
    assert (told,) == feed.posts()
    assert told["html"] == "<p>é</p>"
    feed.close()
    assert [part async for part in stream] == []


async def test_only_the_last_posts_are_kept() -> None:
    feed = Feed()
    for number in range(KEPT + 5):
        feed.add(Post(channel="general", connector=str(number), format=""))
    assert len(feed.posts()) == KEPT
    assert feed.posts()[0]["connector"] == "5"


async def test_a_channel_can_be_cleared() -> None:
    feed = Feed()
    feed.add(Post(channel="general", connector="a", format=""))
    feed.add(Post(channel="build", connector="b", format=""))
    feed.clear("general")
    assert [post["channel"] for post in feed.posts()] == ["build"]


async def test_a_page_that_does_not_read_is_cut_off_and_costs_nothing() -> None:
    feed = Feed()
    stream = feed.stream()
    await _next(stream)
    for _ in range(WAITING + 5):
        feed.tell("changed", {})
    read = [part async for part in stream]
    assert len(read) == WAITING


async def test_a_stream_begun_after_the_end_ends() -> None:
    feed = Feed()
    feed.close()
    assert len([part async for part in feed.stream()]) == 1
