"""Sends webhooks: raw HTTP/1.1 over kept-alive connections, so cheap that the processor is left to the server."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, cast

import httptools

CLOSE: Final = b"\r\nconnection: close\r\n"
"""In a request: it is the last of its connection."""

_PAUSE: Final = 0.05
"""Seconds between attempts to connect to who does not listen."""


@dataclass(slots=True)
class Sent:
    """What was sent and how it was answered; times are of `time.perf_counter`."""

    started: float
    ended: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    """When each was sent, if it was paced."""

    @property
    def taken(self) -> int:
        """How many were answered with success."""
        return sum(count for status, count in self.answers.items() if 200 <= status < 300)  # noqa: PLR2004  # what HTTP calls success

    @property
    def refused(self) -> dict[int, int]:
        """How many were answered otherwise, by status; 0 is a connection that broke."""
        return {status: count for status, count in self.answers.items() if not 200 <= status < 300}  # noqa: PLR2004  # what HTTP calls success


class Connection(asyncio.Protocol):
    """One kept-alive connection with one request in flight."""

    def __init__(self, answered: Callable[["Connection", int], None]) -> None:
        self._answered = answered
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting = self._last = False

    @property
    def open(self) -> bool:
        """Whether it can still send."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, request: bytes) -> None:
        """Send the next request; `answered` is called with its status, or with 0 if the connection breaks."""
        assert self._transport is not None  # noqa: S101  # create_connection returned it connected
        self._waiting = True
        self._last = CLOSE in request
        self._transport.write(request)

    def close(self) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Of asyncio."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name

    def data_received(self, data: bytes) -> None:
        """Of asyncio."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # of asyncio
        """Of asyncio."""
        self._transport = None
        if self._waiting:
            self._waiting = False
            self._answered(self, 0)

    def on_message_complete(self) -> None:
        """Of httptools."""
        self._waiting = False
        if self._last or not self._parser.should_keep_alive():
            self.close()
        self._answered(self, self._parser.get_status_code())


class _Flood:
    """Connections that send the next request as soon as one is answered, until it is time to end."""

    def __init__(self, port: int, requests: Iterator[bytes], seconds: float, most: float) -> None:
        self._port, self._requests = port, requests
        self._seconds, self._left = seconds, most
        self._done = asyncio.get_running_loop().create_future()
        self._opened: list[Connection] = []
        self._opening: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._sent = Sent(0.0)

    async def run(self, connections: int) -> Sent:
        ready = [await self._connect() for _ in range(connections)]
        self._sent.started = time.perf_counter()
        for connection in ready:
            self._next(connection)
        await self._done
        for connection in self._opened:
            connection.close()
        return self._sent

    def _next(self, connection: Connection) -> None:
        self._in_flight += 1
        self._left -= 1
        if connection.open:
            connection.send(next(self._requests))
        else:
            task = asyncio.get_running_loop().create_task(self._reconnect())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    def _answered(self, connection: Connection, status: int) -> None:
        self._in_flight -= 1
        self._sent.answers[status] += 1
        self._sent.ended = time.perf_counter()
        if self._left > 0 and self._sent.ended < self._sent.started + self._seconds:
            self._next(connection)
        elif not self._in_flight and not self._done.done():
            self._done.set_result(None)

    async def _reconnect(self) -> None:
        try:
            connection = await self._connect()
        except OSError:
            await asyncio.sleep(_PAUSE)
            self._answered(Connection(self._answered), 0)
        else:
            connection.send(next(self._requests))

    async def _connect(self) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(self._answered), "127.0.0.1", self._port
        )
        self._opened.append(connection)
        return connection


async def flood(
    port: int, requests: Iterator[bytes], connections: int, seconds: float, most: float = math.inf
) -> Sent:
    """Send over so many connections for so long, or so many, the next request as soon as one is answered."""
    return await _Flood(port, requests, seconds, most).run(connections)


async def pace(port: int, requests: Iterator[bytes], rate: float, connections: int = 8) -> Sent:
    """Send each of the given requests at its time, `rate` a second, whether the former are answered or not."""
    loop = asyncio.get_running_loop()
    idle: asyncio.Queue[Connection] = asyncio.Queue()

    def answered(connection: Connection, status: int) -> None:
        sent.answers[status] += 1
        sent.ended = time.perf_counter()
        idle.put_nowait(connection)

    async def connect() -> Connection:
        _, connection = await loop.create_connection(
            lambda: Connection(answered), "127.0.0.1", port
        )
        return connection

    for _ in range(connections):
        idle.put_nowait(await connect())
    sent = Sent(time.perf_counter())
    for number, request in enumerate(requests):
        await asyncio.sleep(max(0.0, sent.started + number / rate - time.perf_counter()))
        connection = await idle.get()
        if not connection.open:
            connection = await connect()
        sent.times.append(time.perf_counter())
        connection.send(request)
    for _ in range(connections):
        (await idle.get()).close()
    return sent


async def ask(port: int, request: bytes, patience: float) -> int:
    """Send one request on a connection of its own; its status, or 0 if none comes in time."""
    loop = asyncio.get_running_loop()
    status: asyncio.Future[int] = loop.create_future()

    def answered(_: Connection, code: int) -> None:
        if not status.done():
            status.set_result(code)

    _, connection = await loop.create_connection(lambda: Connection(answered), "127.0.0.1", port)
    connection.send(request)
    try:
        return await asyncio.wait_for(status, patience)
    except TimeoutError:
        return 0
    finally:
        connection.close()
