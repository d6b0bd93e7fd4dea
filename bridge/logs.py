"""How the bridge logs: one line an occurrence, with ids, and nothing that opens anything.

Every line, also those of uvicorn, asyncio and aiohttp and the text of every exception, goes through `scrubbed`.
"""

import asyncio
import json
import logging
import re
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO

import orjson
import structlog
from pydantic import SecretStr
from structlog.types import EventDict, Processor, WrappedLogger

HIDDEN = "…"

_SECRET_NAME = re.compile(
    r"secret|token|password|authorization|cookie|signature|url|user_object_id|body|headers",
    re.IGNORECASE,
)
_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = (
    # An endpoint that is verified by its URL has its secret after the id's dot.
    (re.compile(r"(/hooks/[\w-]+)\.[^\s\"'?#]+"), rf"\1.{HIDDEN}"),
    # Of a URL only where it leads: a webhook's path and query are its secret.
    (re.compile(r"\b(https?|wss?)://(?:[^\s/\"'@]*@)?([^\s/\"'?#]+)[/?#][^\s\"']*"), rf"\1://\2/{HIDDEN}"),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\bwhsec_[\w+/=-]+"), f"whsec_{HIDDEN}"),
    (re.compile(r"\b((?:sig|sha256|signature|token)=)[\w%.~+/=-]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"/(webhookb?2?|workflows)/[^\s\"']+"), rf"/\1/{HIDDEN}"),
)  # fmt: skip
_SUSPICIOUS = ("/", "=", "bearer", "basic", "whsec_")
"""What every text with a secret has one of, and ids and plain words have not: most need no closer look."""

_PLAIN = frozenset({str, int, float, bool, type(None)})


def scrub(value: object) -> object:
    """A value as it may stand in a log: URLs shortened to their host, tokens and secrets left out."""
    if isinstance(value, SecretStr | bytes):
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _named(str(name), one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(one) for one in value]
    text = str(value)
    if not _suspicious(text):
        return text
    for pattern, instead in _TEXTS:
        text = pattern.sub(instead, text)
    return text


def _suspicious(text: str) -> bool:
    lower = text.lower()
    return any(part in lower for part in _SUSPICIOUS)


@lru_cache(1000)
def _names_a_secret(names: tuple[str, ...]) -> bool:
    return any(_SECRET_NAME.search(name) for name in names)


def _named(name: str, value: object) -> object:
    if _SECRET_NAME.search(name) and isinstance(value, str | bytes | SecretStr | Mapping):
        return HIDDEN
    return scrub(value)


def stamped(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """The processor that says when: ISO 8601 in UTC."""
    line["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return line


def scrubbed(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """The processor that no line gets past: the last before a line becomes text."""
    values = line.values()
    if _PLAIN.issuperset(map(type, values)) and not _names_a_secret(tuple(line)):
        texts = [value for value in values if type(value) is str]
        if not _suspicious("\n".join(texts)):
            return line
    return {name: _named(name, value) for name, value in line.items()}


def at_once(logger: WrappedLogger, method: str, line: EventDict) -> str:
    """The processor that makes a line of JSON by itself: every webhook has some, and several processors cost twice that."""
    line["level"] = method
    if "exc_info" in line:
        line = structlog.processors.format_exc_info(logger, method, line)
    return _json(scrubbed(logger, method, stamped(logger, method, line)))


def set_up(
    *, stream: TextIO | None = None, as_json: bool | None = None, level: str = "INFO"
) -> None:
    """Log to standard error: for people on a terminal, else as JSON lines. Uvicorn's access log is off."""
    out = sys.stderr if stream is None else stream
    in_json = not out.isatty() if as_json is None else as_json
    first: list[Processor] = [
        structlog.stdlib.add_log_level,
        stamped,
    ]
    last: list[Processor] = [
        structlog.processors.format_exc_info,
        scrubbed,
        structlog.processors.JSONRenderer(_json)
        if in_json
        else structlog.dev.ConsoleRenderer(colors=out.isatty()),
    ]
    lines = Lines(out)
    # The bridge's own lines take the short way; those of libraries come through the standard library's logging.
    structlog.configure(
        processors=[at_once] if in_json else [*first, *last],
        logger_factory=lambda *_: lines,
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = name != "uvicorn.access"


class Lines:
    """Writes lines, and goes on where that fails: on a full disk a webhook matters more than its line in a log.

    What is logged in one turn of an event loop is written together at its end, since each write costs as much as a line.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None

    def msg(self, line: str) -> None:
        """Write one line, whatever its level."""
        self._waiting.append(f"{line}\n")
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # at start, at the end, and in other threads
            self._write()
            return
        if loop is not self._loop:
            self._loop = loop
            loop.call_soon(self._write)

    debug = info = warning = error = critical = msg

    def _write(self) -> None:
        self._loop = None
        lines: list[str] = []
        with suppress(IndexError):
            while True:
                lines.append(self._waiting.popleft())
        with suppress(OSError, ValueError):
            self._stream.write("".join(lines))
            self._stream.flush()


def _json(line: object, **_: object) -> str:
    try:
        return orjson.dumps(line).decode()
    except TypeError:  # halves of characters, very large numbers
        return json.dumps(line, default=str)
