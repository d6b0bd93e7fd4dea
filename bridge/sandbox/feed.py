"""What the channels show, kept while the sandbox runs and told live to every open host page."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Literal

import orjson

KEPT = 300
"""How many posts are kept, over all channels."""
WAITING = 1000
"""How many messages a page that does not read may be behind before it is cut off (and reconnects)."""


@dataclass(frozen=True, slots=True)
class Post:
    """Something to see in a channel.

    `html` is the card for a page without Microsoft's renderer; `payload` is the JSON as it came, if it was any.
    `note` says why a card was refused, or is empty.
    """

    channel: str
    connector: str
    format: Literal["MessageCard", "AdaptiveCard", ""]
    html: str = ""
    payload: Any = None
    note: str = ""
    answer: str = ""

    def shown(self) -> dict[str, Any]:
        """The post as the host page takes it."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "id": token_hex(8),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }


class Feed:
    """Posts, newest last, and the pages that watch."""

    def __init__(self) -> None:
        self._posts: deque[Mapping[str, Any]] = deque(maxlen=KEPT)
        self._watchers: set[asyncio.Queue[bytes | None]] = set()
        self._closed = False

    def posts(self) -> tuple[Mapping[str, Any], ...]:
        """Everything kept, oldest first."""
        return tuple(self._posts)

    def add(self, post: Post) -> None:
        """Keep a post and tell it."""
        shown = post.shown()
        self._posts.append(shown)
        self.tell("post", shown)

    def change(self, post: str, payload: Any, html: str) -> None:
        """Show another card in a post's place, as a pressed button may ask for."""
        changed = [
            {**one, "payload": payload, "html": html} if one["id"] == post else one
            for one in self._posts
        ]
        self._posts.clear()
        self._posts.extend(changed)
        self.tell("changed", {})

    def clear(self, channel: str) -> None:
        """Forget a channel's posts."""
        kept = [post for post in self._posts if post["channel"] != channel]
        self._posts.clear()
        self._posts.extend(kept)
        self.tell("changed", {})

    def tell(self, name: str, data: Mapping[str, Any]) -> None:
        """Send a server-sent event to every watching page."""
        message = b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
        for watcher in tuple(self._watchers):
            try:
                watcher.put_nowait(message)
            except asyncio.QueueFull:
                self._watchers.discard(watcher)

    def close(self) -> None:
        """End every stream: the sandbox stops."""
        self._closed = True
        for watcher in self._watchers:
            with suppress(asyncio.QueueFull):
                watcher.put_nowait(None)

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent events from now on, until the page goes away or the sandbox stops."""
        watcher: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self._watchers.add(watcher)
        try:
            yield b"retry: 1000\n\n"
            while not self._closed:
                message = await watcher.get()
                if message is None:
                    return
                yield message
                if watcher.empty() and watcher not in self._watchers:
                    return
        finally:
            self._watchers.discard(watcher)
