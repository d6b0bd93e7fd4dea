"""The sandbox as a process: what it says, whom it refuses, how it ends."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from bridge.errors import SettingsError
from bridge.sandbox import run_sandbox

START = (
    "import sys; from bridge.sandbox import run_sandbox; run_sandbox(port=0, **eval(sys.argv[1]))"
)


@contextmanager
def _process(folder: Path, options: str = "{}") -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", START, options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def _greeting(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """What it says at first, and its address."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    address = next((word for word in said.split() if word.startswith("http://")), "")
    assert address, process.stderr.read() if process.stderr else ""
    return said, address


async def test_it_says_where_it_is_and_what_to_try_and_ends_well(tmp_path: Path) -> None:
    with _process(tmp_path) as process:
        said, address = _greeting(process)
        assert f"Sandbox: open {address}\n" in said
        assert "Try first" in said
        async with aiohttp.ClientSession() as http:
            async with http.get(address) as answer:
                assert answer.status == 200
            async with http.get(f"{address}teams/live") as stream:
                await stream.content.readline()
                process.send_signal(signal.SIGINT)
                await stream.content.read()
        assert process.wait(timeout=60) == 0
        assert process.stdout is not None
        assert process.stderr is not None
        assert "npm ci" in process.stdout.read()
        assert process.stderr.read() == ""
    assert _files(tmp_path) == set()


async def test_with_a_database_it_remembers(tmp_path: Path) -> None:
    with _process(tmp_path, "{'database': __import__('pathlib').Path('box/own.db')}") as process:
        _, address = _greeting(process)
        async with (
            aiohttp.ClientSession() as http,
            http.post(
                f"{address}api/v1/endpoints", json={"source": "github", "name": "Kept"}
            ) as answer,
        ):
            assert answer.status == 201, await answer.text()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    assert {"own.db", "own.key", "own.origin"} <= _files(tmp_path / "box")


def test_a_taken_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=f"Port {port} of 127.0.0.1 cannot be used"):
            run_sandbox(port=port)


def test_no_other_interface() -> None:
    with pytest.raises(SettingsError, match="loopback interface only"):
        run_sandbox(host="0.0.0.0")  # noqa: S104  # it is refused
