import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.errors import SettingsError
from bridge.models import Page
from bridge.store.open import open_store
from tests.store.making import KEY, an_endpoint


async def refusal(url: str, *, migrate: bool = True) -> str:
    """The sentence that says why a database is not opened."""
    with pytest.raises(SettingsError) as refused:
        await open_store(url, (KEY,), migrate=migrate)
    return str(refused.value)


def modes(folder: Path) -> dict[str, int]:
    """Who may do what with each file of a folder."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.mark.parametrize("url", ["postgresql://user:password@host/db", "postgres://host/db"])
async def test_another_engine_is_refused_without_repeating_its_password(url: str) -> None:
    said = await refusal(url)
    assert "this version keeps its data in SQLite" in said
    assert "password" not in said


@pytest.mark.parametrize(
    "url", ["", "bridge.db", "sqlite://bridge.db", "sqlite:///", "sqlite:///:memory:", "mysql:///x"]
)
async def test_what_is_no_address_of_a_database_is_refused(url: str) -> None:
    assert "must be like sqlite:///bridge.db" in await refusal(url)


async def test_a_relative_path_is_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    store = await open_store("sqlite:///odd name?#%20.db", (KEY,))
    monkeypatch.chdir(tmp_path / "elsewhere")
    async with store.lease():
        beside = {name.removeprefix("odd name?#%20.db") for name in modes(tmp_path)}
    await store.close()
    (line,) = beside - {"elsewhere", "", "-wal", "-shm"}
    assert line.startswith(".worker-")
    assert set(modes(tmp_path)) == {"elsewhere", "odd name?#%20.db"}
    assert modes(tmp_path / "elsewhere") == {}


async def test_two_names_of_one_file_are_one_database(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "bridge.db")
    store = await open_store(f"sqlite:///{tmp_path / 'link.db'}", (KEY,))
    async with store.lease():
        assert [name for name in modes(tmp_path) if name.startswith("bridge.db.worker-")]
    await store.close()
    assert (tmp_path / "bridge.db").is_file()


async def test_only_its_owner_may_read_the_database(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'bridge.db'}", (KEY,))
    await store.endpoints.add(an_endpoint())
    async with store.lease():
        assert len(modes(tmp_path)) == 4
        assert set(modes(tmp_path).values()) == {0o600}
    await store.close()


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    said = await refusal(f"sqlite:///{tmp_path}/nowhere/bridge.db")
    assert f"there is no folder {tmp_path}/nowhere" in said


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "cannot be written: Is a directory" in await refusal(f"sqlite:///{tmp_path}")


async def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:  # whoever runs the tests may be allowed to write everywhere
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert f"{tmp_path}/bridge.db cannot be written: Permission denied" in await refusal(
        f"sqlite:///{tmp_path}/bridge.db"
    )


async def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Remember the milk. " * 1000)
    assert "file is not a database" in await refusal(f"sqlite:///{path}")
    assert path.read_text() == "Remember the milk. " * 1000


async def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE photos (name)")
    connection.close()
    assert "not this bridge's" in await refusal(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert tables == [("photos",)]


async def test_without_migrating_nothing_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bridge.db'}"
    assert "There is no database" in await refusal(url, migrate=False)
    assert modes(tmp_path) == {}
    (tmp_path / "bridge.db").touch()
    assert "not up to date: run `webhook-bridge migrate`" in await refusal(url, migrate=False)
    await (await open_store(url, (KEY,))).close()
    store = await open_store(url, (KEY,), migrate=False)
    assert (await store.endpoints.list(Page())).items == ()
    await store.close()


def test_a_program_that_forgets_to_close_still_ends(tmp_path: Path) -> None:
    forgetful = f"""
import asyncio
from bridge.store.open import open_store

async def main():
    store = await open_store("sqlite:///{tmp_path}/bridge.db", (bytes(32),))
    raise RuntimeError("stumbled")

asyncio.run(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", forgetful], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "stumbled" in ended.stderr
