"""Room on the disk that comes to an end, really, and is there again later: without a loop device, root or a skip."""

import asyncio
import resource
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Final

SIZE: Final = 40 * 1024 * 1024
"""Bytes of a small volume: a database with its log, and a filler."""

_NAMESPACE: Final = ("unshare", "--user", "--map-root-user", "--mount")
"""What is mounted in there is seen by one process only and goes with it, however that ends."""

_MOUNT: Final = f'mount -t tmpfs -o size={SIZE} none "$0" && exec "$@"'


class Room(ABC):
    """Where a process keeps its database. `folder` is there; `prefix` goes before the process's command.

    `to_the_last_byte`: nothing at all can be written. Otherwise SQLite may find room within the files that it has.
    """

    to_the_last_byte: ClassVar[bool] = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefix: tuple[str, ...] = ()

    @abstractmethod
    def fill(self, pid: int) -> None:
        """Let there be no room for that process."""

    @abstractmethod
    def free(self, pid: int) -> None:
        """Let there be room again."""


class Volume(Room):
    """A file system of a few megabytes, filled to its last byte: SQLite sees ENOSPC."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.prefix = (*_NAMESPACE, "sh", "-c", _MOUNT, str(folder))

    def fill(self, pid: int) -> None:
        """With one large file."""
        with suppress(OSError), self._filler(pid).open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))

    def free(self, pid: int) -> None:
        """The file is removed."""
        self._filler(pid).unlink()

    def _filler(self, pid: int) -> Path:
        return Path(f"/proc/{pid}/root{self.folder}/filler")


class Limit(Room):
    """A limit to the size of a process's files (RLIMIT_FSIZE), which needs no leave: SQLite sees EFBIG."""

    to_the_last_byte = True

    def fill(self, pid: int) -> None:
        """No file can be written beyond its first byte."""
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))

    def free(self, pid: int) -> None:
        """As large as the machine allows."""
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


async def may_mount(folder: Path) -> bool:
    """Whether this machine lets us have a volume."""
    try:
        trying = await asyncio.create_subprocess_exec(
            *(*Volume(folder).prefix, "true"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except FileNotFoundError:
        return False
    return await trying.wait() == 0
