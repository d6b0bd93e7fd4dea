"""Processes that are measured: started, waited for, asked what they used, and ended."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from bench.errors import DidNotStart

PATIENCE: Final = 60.0
"""Seconds within which a process must be ready, or have ended."""

_TICK: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Running:
    """A process that was started, and its folder. `behind`: the processes that it passes its work on to."""

    pid: int
    port: int
    folder: Path
    behind: tuple[int, ...] = ()

    def processor(self) -> float:
        """Seconds of processor time, user and system, of it and of all it started."""
        return sum(_seconds(pid) for pid in self._all())

    def resident(self) -> float:
        """Resident memory in MB, of it and of all it started."""
        return sum(_resident(pid) for pid in self._all()) / 1e6

    def kill(self) -> None:
        """End it and all it started as a crash would."""
        for pid in (self.pid, *self.behind):
            os.killpg(pid, signal.SIGKILL)

    def _all(self) -> list[int]:
        return [one for pid in (self.pid, *self.behind) for one in _family(pid)]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(
    command: Sequence[str | Path],
    folder: Path,
    port: int,
    environment: Mapping[str, str] | None = None,
    ready: str = "/",
) -> AsyncIterator[Running]:
    """Start a server in `folder`, wait until it answers a GET of `ready` well, end it afterwards.

    Raises `DidNotStart`.
    """
    path = folder / "log"
    with _opened(path) as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=dict(environment if environment is not None else os.environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        try:
            async with asyncio.timeout(PATIENCE):
                while not await _answers(port, ready):
                    if process.returncode is not None:
                        break
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise DidNotStart(f"{command[0]} is not ready:\n{_end_of(path)}") from None
        if process.returncode is not None:
            raise DidNotStart(f"{command[0]} ended:\n{_end_of(path)}")
        yield Running(process.pid, port, folder)
    finally:
        await end(process)


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask it to end, and make it after a while; whatever it started goes with it."""
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _opened(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")


async def _answers(port: int, path: str) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(
            f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".encode()
        )
        line = await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()
    parts = line.split()
    return len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < 400  # noqa: PLR2004  # HTTP's own


def _family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


def _seconds(pid: int) -> float:
    """User and system time, its own and that of the children it waited for."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in text.rpartition(")")[2].split()[11:15]) / _TICK


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def _end_of(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-20:])
