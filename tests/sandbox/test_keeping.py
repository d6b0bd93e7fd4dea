from pathlib import Path

import pytest

from bridge.errors import SettingsError
from bridge.sandbox.keeping import Keeping


def test_the_key_is_made_once_and_is_the_owners(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "box" / "sandbox.db")
    keeping.claim("http://127.0.0.1:8700")
    first = keeping.key()
    assert Keeping(keeping.database).key() == first
    assert all(file.stat().st_mode & 0o077 == 0 for file in keeping.database.parent.iterdir())


def test_what_is_kept_belongs_to_one_address(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "sandbox.db")
    keeping.claim("http://127.0.0.1:8700")
    keeping.claim("http://127.0.0.1:8700")
    with pytest.raises(SettingsError, match=r"made at http://127\.0\.0\.1:8700"):
        keeping.claim("http://127.0.0.1:8701")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot keep its data"):
        Keeping(tmp_path / "file" / "sandbox.db").claim("http://127.0.0.1:8700")
