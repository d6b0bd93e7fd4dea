"""The commands, in a folder of their own: as processes, or where that shows no more, in this one."""

import asyncio
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bridge.cli.root import app
from tests.e2e.running import COMMAND, environment

DOORS = Path(__file__).parent.parent / "services" / "doors"
OPENED = b'{"happened": "door.opened", "room": "Cellar"}'


@dataclass(frozen=True)
class Done:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Shell:
    """Where commands run: a folder with a local plugin of doors, and its environment."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    async def run(self, *arguments: str, stdin: str = "", **env: str) -> Done:
        process = await asyncio.create_subprocess_exec(
            COMMAND,
            *arguments,
            cwd=self.folder,
            env={**environment(self.folder, 8000), **self.env, **env},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(stdin.encode())
        done = Done(process.returncode or 0, out.decode(), err.decode())
        assert "Traceback" not in done.out + done.err, done.err
        return done

    async def here(self, *arguments: str, stdin: str = "", **env: str) -> Done:
        """Run one that has to go well in this process, beside what runs in it: the same, without a process's start."""
        given = {**environment(self.folder, 8000), **self.env, **env}
        ours = {name: value for name, value in given.items() if name.startswith("BRIDGE_")}
        return await asyncio.to_thread(Prompt(ours).well, *arguments, stdin=stdin)

    async def well(self, *arguments: str, stdin: str = "", **env: str) -> Done:
        """Run a command that has to go well."""
        done = await self.run(*arguments, stdin=stdin, **env)
        assert done.status == 0, done.err
        return done

    async def json(self, *arguments: str, stdin: str = "", **env: str) -> Any:
        """What a command prints as JSON."""
        return (await self.well(*arguments, "--json", stdin=stdin, **env)).json


@dataclass
class Prompt:
    """The same without a process for each command."""

    env: dict[str, str]

    def run(self, *arguments: str, stdin: str = "", **env: str) -> Done:
        done = CliRunner().invoke(app, arguments, input=stdin, env={**self.env, **env})
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    def well(self, *arguments: str, stdin: str = "", **env: str) -> Done:
        """Run a command that has to go well."""
        done = self.run(*arguments, stdin=stdin, **env)
        assert done.status == 0, done.err
        return done

    def json(self, *arguments: str, stdin: str = "", **env: str) -> Any:
        """What a command prints as JSON."""
        return self.well(*arguments, "--json", stdin=stdin, **env).json


@pytest.fixture
def local_plugins(tmp_path: Path) -> Path:
    """A folder of local plugins, with one of doors."""
    folder = tmp_path / "local"
    shutil.copytree(DOORS, folder / "doors", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def shell(tmp_path: Path, local_plugins: Path) -> Shell:
    return Shell(tmp_path, {"BRIDGE_PLUGINS_DIR": str(local_plugins)})


@pytest.fixture
def prompt(tmp_path: Path, local_plugins: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    monkeypatch.chdir(tmp_path)
    env = environment(tmp_path, 8000)
    ours = {name: value for name, value in env.items() if name.startswith("BRIDGE_")}
    return Prompt({**ours, "BRIDGE_PLUGINS_DIR": str(local_plugins)})
