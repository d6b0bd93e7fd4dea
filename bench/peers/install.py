"""Installs the peers on demand, pinned by the files beside this one, into `bench/.peers`."""

import asyncio
import hashlib
import shutil
import sys
from pathlib import Path
from typing import Final

from bench.errors import NotInstalled

HERE: Final = Path(__file__).parent
INSTALLED: Final = HERE.parent / ".peers"


DEBIAN: Final = {
    "webhook": "webhook",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "jq": "jq",
    "curl": "curl",
    "node": "nodejs",
    "npm": "npm",
}
"""The commands that are needed, and the packages that have them."""


def missing() -> list[str]:
    """The Debian packages to install before every peer can take part."""
    return [package for command, package in DEBIAN.items() if shutil.which(command) is None]


def debian(command: str) -> str:
    """Where a command of a Debian package is. Raises `NotInstalled`."""
    found = shutil.which(command)
    if found is None:
        raise NotInstalled(f"not installed: apt-get install {DEBIAN[command]}")
    return found


async def npm() -> Path:
    """The folder that holds `node_modules` with what `package-lock.json` names. Raises `NotInstalled`."""
    command = debian("npm")
    pins = (HERE / "package.json", HERE / "package-lock.json", HERE / ".npmrc")
    return await _installed("npm", pins, ((command, "ci", "--silent"),))


async def python() -> Path:
    """The folder of a virtual environment with what `requirements.txt` names. Raises `NotInstalled`."""
    pip = ("bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    return await _installed(
        "python",
        (HERE / "requirements.txt",),
        (
            (sys.executable, "-m", "venv", "."),
            (*pip, "--no-deps", "--require-hashes", "-r", "requirements.txt"),
        ),
    )


async def _installed(
    name: str, pins: tuple[Path, ...], commands: tuple[tuple[str, ...], ...]
) -> Path:
    folder = INSTALLED / name
    stamp, wanted = folder / "pins", _digest(pins)
    if _read(stamp) == wanted:
        return folder
    _empty(folder, pins)
    for command in commands:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise NotInstalled(
                f"{' '.join(command[:4])} failed: {said.decode(errors='replace')[-1000:]}"
            )
    stamp.write_text(wanted)
    return folder


def _digest(pins: tuple[Path, ...]) -> str:
    return hashlib.sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def _empty(folder: Path, pins: tuple[Path, ...]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for pin in pins:
        shutil.copy(pin, folder)
