"""`webhook-bridge package`, as an administrator uses it."""

import json
import zipfile
from pathlib import Path

from tests.cli.conftest import Prompt, Shell

URL = {"BRIDGE_PUBLIC_URL": "https://bridge.example.com"}


async def test_a_package_is_made_without_a_key_or_a_database(shell: Shell) -> None:
    done = await shell.well(
        "package", "--out", "app.zip", **URL, BRIDGE_SECRET_KEY="", BRIDGE_APP_NAME="Rockets"
    )
    assert "Rockets 1.0.0" in done.out
    assert "1.30" in done.out
    with zipfile.ZipFile(shell.folder / "app.zip") as archive:
        assert archive.namelist() == ["color.png", "manifest.json", "outline.png"]
        assert json.loads(archive.read("manifest.json"))["name"]["short"] == "Rockets"
    assert not list(shell.folder.glob("*.db"))
    again = await shell.run("package", "--check", "app.zip")
    assert again.status == 0
    assert again.out == "Nothing is wrong with app.zip.\n"


def test_it_says_which_links_lead_nowhere_yet(prompt: Prompt) -> None:
    told = prompt.well("package", "--out", "app.zip", **URL).err
    assert "BRIDGE_APP_PRIVACY_URL" in told
    links = {
        f"BRIDGE_APP_{name}_URL": "https://acme.example/"
        for name in ("WEBSITE", "PRIVACY", "TERMS")
    }
    assert prompt.well("package", "--out", "app.zip", **URL, **links).err == ""


def test_an_address_that_teams_cannot_reach_is_refused(prompt: Prompt) -> None:
    for url in ("http://127.0.0.1:8000", "http://bridge.example.com", "https://localhost"):
        done = prompt.run("package", "--out", "app.zip", BRIDGE_PUBLIC_URL=url)
        assert done.status == 1
        assert "BRIDGE_PUBLIC_URL" in done.err
        assert "--local" in done.err
        assert not Path("app.zip").exists()
    prompt.well("package", "--out", "app.zip", "--local", BRIDGE_PUBLIC_URL="http://127.0.0.1:8000")
    assert Path("app.zip").exists()


def test_what_is_wrong_names_the_setting_and_leaves_the_old_file(prompt: Prompt) -> None:
    Path("app.zip").write_bytes(b"old")
    done = prompt.run("package", "--out", "app.zip", **URL, BRIDGE_APP_NAME="x" * 31)
    assert done.status == 1
    assert "BRIDGE_APP_NAME" in done.out
    assert "at most 30" in done.out
    assert Path("app.zip").read_bytes() == b"old"
    assert [path.name for path in Path().iterdir() if path.name.startswith(".app")] == []


def test_own_icons_are_taken_if_they_are_right(prompt: Prompt) -> None:
    Path("mine.png").write_bytes(b"no picture")
    done = prompt.run("package", "--out", "app.zip", **URL, BRIDGE_APP_OUTLINE_ICON="mine.png")
    assert done.status == 1
    assert "BRIDGE_APP_OUTLINE_ICON" in done.out
    done = prompt.run("package", "--out", "app.zip", **URL, BRIDGE_APP_OUTLINE_ICON="none.png")
    assert done.status == 1
    assert "none.png" in done.err


def test_a_portal_s_manifest_is_kept_and_its_changes_are_told(prompt: Prompt) -> None:
    given = prompt.json("package", "--out", "app.zip", **URL)["manifest"]
    given["name"]["short"] = "Rockets"
    given["needsIdentity"] = True
    given["manifestVersion"] = "1.12"
    Path("portal.json").write_text(json.dumps(given))
    made = prompt.json("package", "--out", "app.zip", "--from", "portal.json", **URL)
    assert made["manifest"]["name"]["short"] == "Rockets"
    assert made["manifest"]["manifestVersion"] == "1.12"  # its own, since none was asked for
    assert any("needsIdentity is left out" in change for change in made["changes"])
    told = prompt.well("package", "--out", "app.zip", "--from", "portal.json", **URL).out
    assert "Changed: needsIdentity is left out" in told


def test_a_version_can_be_asked_for(prompt: Prompt) -> None:
    made = prompt.json("package", "--out", "app.zip", "--manifest-version", "1.5", **URL)
    assert made["manifest"]["manifestVersion"] == "1.5"
    for wrong in ("1.4", "1.18", "1.31", "new"):
        done = prompt.run("package", "--out", "app.zip", "--manifest-version", wrong, **URL)
        assert done.status == 2
        assert "without 1.18" in " ".join(done.err.split())


def test_the_entry_for_connectors_can_be_left_out(prompt: Prompt) -> None:
    given = prompt.json("package", "--out", "app.zip", **URL)["manifest"]
    made = prompt.json("package", "--out", "app.zip", "--tab-only", **URL)
    assert {**made["manifest"], "connectors": given["connectors"]} == given
    assert made["faults"] == []
    Path("portal.json").write_text(json.dumps(given))
    again = prompt.json("package", "--out", "app.zip", "--tab-only", "--from", "portal.json", **URL)
    assert again["manifest"] == made["manifest"]
    assert "connectors is left out, as asked." in again["changes"]


def test_a_broken_package_is_explained(prompt: Prompt) -> None:
    with zipfile.ZipFile("broken.zip", "w") as archive:
        archive.writestr("app/manifest.json", '{"manifestVersion": "1.18", "id": "x\\u001b[31m"}')
    done = prompt.run("package", "--check", "broken.zip")
    assert done.status == 1
    for part in ("in a folder inside the zip", "Microsoft published no 1.18", "is not a GUID"):
        assert part in done.out
    assert "\x1b" not in done.out
    view = prompt.run("package", "--check", "broken.zip", "--json")
    assert view.status == 1
    assert {item["state"] for item in view.json["items"]} == {"fail", "warn"}


def test_misuse(prompt: Prompt) -> None:
    Path("app.zip").write_bytes(b"x")
    for arguments in (
        (),
        ("--out", "a.zip", "--check", "app.zip"),
        ("--check", "app.zip", "--manifest-version", "1.5"),
        ("--check", "app.zip", "--tab-only"),
        ("--check", "nowhere.zip"),
        ("--out", "a.zip", "--from", "nowhere.json"),
    ):
        assert prompt.run("package", *arguments, **URL).status == 2
