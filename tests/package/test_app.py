"""What an administrator can set of the app stands in the document for administrators."""

import re
from pathlib import Path

import pytest

from bridge.package import app

DOCUMENT = (Path(__file__).parents[2] / "docs" / "administrators.md").read_text()
TOLD = dict(re.findall(r"^\| `BRIDGE_APP_(\w+)` \| (.+?) \|", DOCUMENT, re.MULTILINE))


def test_every_setting_of_the_app_is_told_and_no_other() -> None:
    assert set(TOLD) == {name.upper() for name in app.AppSettings.model_fields}


def test_the_defaults_that_are_told_are_the_program_s() -> None:
    fields = app.AppSettings.model_fields
    for name in ("version", "name", "full_name", "developer", "accent_color"):
        assert TOLD[name.upper()] == fields[name].default


def test_every_part_of_a_package_names_its_setting() -> None:
    assert {f"BRIDGE_APP_{name}" for name in app.VARIABLES.values()} == {
        f"BRIDGE_APP_{name.upper()}" for name in app.AppSettings.model_fields
    }


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_APP_NAME", "Rockets")
    assert app.load_app_settings().name == "Rockets"
