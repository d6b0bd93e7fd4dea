"""What the documents promise about settings and commands is what there is."""

import re
from pathlib import Path

import pytest
import typer

from bridge.cli.root import app
from bridge.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").glob("*.md"))]

PICTURE_BYTES = 100_000
"""The most that a picture in the documents has."""


def test_every_setting_stands_in_the_readme_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(BRIDGE_\w+)`", README, re.MULTILINE))
    assert documented == {f"BRIDGE_{name.upper()}" for name in Settings.model_fields}


def test_the_defaults_in_the_readme_are_the_program_s() -> None:
    told = dict(re.findall(r"^\| `BRIDGE_(\w+)` \| `([^`]+)` \|", README, re.MULTILINE))
    for name, value in told.items():
        default = Settings.model_fields[name.lower()].default
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else str(default)
        assert shown == value, name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_told_is_there(document: Path) -> None:
    group = typer.main.get_group(app)
    for line in re.findall(r"webhook-bridge ((?:[a-z-]+ ?)+)", document.read_text()):
        first, *rest = line.split()
        command = group.commands[first]
        inner = getattr(command, "commands", {})
        if rest and inner and not getattr(command, "invoke_without_command", False):
            assert rest[0] in inner, line


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(
        r"\]\((?!http)([^)#]+)\)", re.sub(r"`[^`]*`", "", document.read_text())
    ):
        assert (document.parent / target).exists(), target


def test_pictures_are_small_and_shown() -> None:
    shown = "".join(document.read_text() for document in DOCUMENTS)
    for picture in (ROOT / "docs/images").iterdir():
        assert picture.stat().st_size < PICTURE_BYTES, picture.name
        assert f"(images/{picture.name})" in shown
