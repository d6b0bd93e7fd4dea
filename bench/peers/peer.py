"""A peer, as the benchmark sees it."""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from bench.process import Running
from bench.receiver import Receiver


@dataclass(frozen=True, slots=True)
class Started:
    """Someone who takes webhooks and posts cards to one channel, running."""

    process: Running
    requests: Iterator[bytes]
    """Webhooks without end."""
    one: Callable[[str], bytes]
    """A webhook whose card carries this word."""
    most: float = math.inf
    """How many webhooks it is sent in a turn at most."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Someone who can be started in a folder, to post to a receiver. Starting raises `NotInstalled`, `DidNotStart`."""

    name: str
    takes: str
    """What it was sent, how big it is, and whether it checks a signature."""
    does: str
    """What it makes of it, and what it does not do."""
    start: Callable[[Path, Receiver], AbstractAsyncContextManager[Started]]
