"""The channels: a receiver that counts complete requests and answers as a connector does, for next to nothing."""

import asyncio
import enum
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, cast

import httptools

GUID: Final = "11111111-2222-3333-4444-555555555555"
THROTTLED: Final = (
    b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 "
    b"with ContextId tcid=0,server=DB3PEPF00000000,cv=0000000000000000000000.0."
)


class Mood(enum.Enum):
    """How the receiver answers."""

    WELL = "takes every card"
    THROTTLED = "answers 200 with a 429 text"
    UNAVAILABLE = "answers 503"
    DOWN = "is down"


def _answer(status: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %b\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n\r\n%b" % (
        status,
        len(body),
        body,
    )


_ANSWERS: Final = {
    Mood.WELL: _answer(b"200 OK", b"1"),
    Mood.THROTTLED: _answer(b"200 OK", THROTTLED),
    Mood.UNAVAILABLE: _answer(b"503 Service Unavailable", b"Service unavailable"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was taken: when (`time.perf_counter`), where, and what."""

    at: float
    path: str
    body: bytes


@dataclass
class Receiver:
    """Every path is a channel. `cards` counts what was taken, `refused` what was not."""

    port: int = 0
    keep: bool = False
    """Whether to keep what is taken, in `kept`, which costs a little."""
    cards: int = 0
    refused: int = 0
    last: float = 0.0
    """When the last card was taken (`time.perf_counter`)."""
    kept: list[Card] = field(default_factory=list)
    mood: Mood = Mood.WELL
    _server: asyncio.Server | None = None
    _open: set["_Channel"] = field(default_factory=set)

    def connector(self, name: str) -> str:
        """The URL of a channel, as a connector's look."""
        path = f"/webhookb2/{GUID}@{GUID}/IncomingWebhook/{name}/{GUID}"
        return f"http://127.0.0.1:{self.port}{path}"

    async def be(self, mood: Mood) -> None:
        """Answer like this from now on."""
        self.mood = mood
        if mood is Mood.DOWN:
            await self.close()
        elif self._server is None:
            await self.open()

    async def open(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Channel(self), "127.0.0.1", self.port, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening, and break every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for channel in tuple(self._open):
            channel.abort()
        await asyncio.sleep(0)

    async def until(self, cards: int, patience: float) -> bool:
        """Wait until so many cards were taken; False if for `patience` seconds none comes."""
        seen, since = self.cards, time.perf_counter()
        while self.cards < cards:
            await asyncio.sleep(0.05)
            if self.cards != seen:
                seen, since = self.cards, time.perf_counter()
            elif time.perf_counter() - since > patience:
                return False
        return True


class _Channel(asyncio.Protocol):
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._parser = httptools.HttpRequestParser(self)
        self._path = b""
        self._body: list[bytes] = []
        if receiver.keep:
            self.on_url = self._note_path
            self.on_body = self._body.append
            self._parser = httptools.HttpRequestParser(self)

    def _note_path(self, url: bytes) -> None:
        self._path += url

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self._receiver._open.add(self)  # noqa: SLF001  # the two are one

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # of asyncio
        self._receiver._open.discard(self)  # noqa: SLF001  # its own connection

    def abort(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        receiver = self._receiver
        if receiver.mood is Mood.WELL:
            receiver.cards += 1
            receiver.last = time.perf_counter()
            if receiver.keep:
                receiver.kept.append(Card(receiver.last, self._path.decode(), b"".join(self._body)))
        else:
            receiver.refused += 1
        self._path = b""
        self._body.clear()
        self._transport.write(_ANSWERS[receiver.mood])
        if not self._parser.should_keep_alive():
            self._transport.close()


@asynccontextmanager
async def receiving(*, keep: bool = False) -> AsyncIterator[Receiver]:
    """A receiver that takes everything, closed in the end."""
    receiver = Receiver(keep=keep)
    await receiver.open()
    try:
        yield receiver
    finally:
        await receiver.close()
