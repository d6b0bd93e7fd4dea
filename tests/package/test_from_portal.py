"""A portal's manifest stays as it is but for what could not work, and each change is told."""

import io
import json
import zipfile
from typing import Any

import pytest
from jsonschema import Draft4Validator

from bridge.package import source, versions
from bridge.package.make import Made, make
from tests.package.conftest import files, ours, pictures, schema, zipped

CONNECTOR = "e9343a03-0a5e-4c1f-95a8-263a565505a5"


def portal(**more: Any) -> dict[str, Any]:
    """What the connector portal wrote, with the faults that it was known for."""
    return {
        "$schema": "https://developer.microsoft.com/json-schemas/teams/v1.8/MicrosoftTeams.schema.json",
        "manifestVersion": "1.5",
        "id": CONNECTOR,
        "version": "1.0",
        "packageName": "com.example.rockets",
        "developer": {
            "name": "Acme Rockets",
            "websiteUrl": "https://acme.example",
            "privacyUrl": "https://acme.example/privacy",
            "termsOfUseUrl": "https://acme.example/terms",
        },
        "description": {"full": "Everything about our rockets.", "short": "Rocket news."},
        "icons": {
            "outline": "https://cdn.example/outline.png",
            "color": "https://cdn.example/color.png",
        },
        "connectors": [{"connectorId": CONNECTOR, "scopes": ["team"]}],
        "name": {"short": "Rockets", "full": "Rockets of Acme"},
        "accentColor": "#FFFFFF",
        "needsIdentity": "true",
        **more,
    }


def made_from(given: dict[str, Any], version: int, **beside: bytes) -> Made:
    read = {"manifest.json": json.dumps(given).encode(), **beside}
    return make(ours(version), pictures(), version, read)


@pytest.mark.parametrize("version", versions.VERSIONS)
def test_a_portal_s_manifest_becomes_valid_in_every_version(version: int) -> None:
    made = made_from(portal(), version)
    assert [fault for fault in made.faults if fault.serious] == []
    errors = Draft4Validator(schema(version)).iter_errors(made.manifest)
    assert [error.message for error in errors] == []


def test_everything_stays_but_what_could_not_work() -> None:
    given, made = portal(), made_from(portal(), 5)
    changed = {name for name in given if made.manifest.get(name) != given[name]}
    assert changed == {"$schema", "version", "icons", "connectors", "needsIdentity"}
    assert set(made.manifest) - set(given) == {"configurableTabs", "validDomains"}
    (connector,) = made.manifest["connectors"]
    assert connector == {
        "connectorId": CONNECTOR,
        "scopes": ["team"],
        "configurationUrl": "https://bridge.example.com/connector/config",
    }
    assert made.manifest["version"] == "1.0.0"


def test_each_change_is_told() -> None:
    told = "\n".join(made_from(portal(), 30).changes)
    for field in (
        "$schema",
        "manifestVersion is 1.30",
        "version is 1.0.0",
        "connectors[0].configurationUrl",
        "configurableTabs is added",
        "validDomains has bridge.example.com",
        "icons.color is color.png",
        "needsIdentity is left out",
        "packageName is left out: 1.30 has no such thing",
    ):
        assert field in told
    assert "developer.name" not in told


def test_what_another_bridge_made_needs_no_change() -> None:
    made = make(ours(30), pictures(), 30, files())
    assert made.changes == ()
    assert made.manifest == ours(30)


def test_a_portal_s_own_page_and_domains_give_way_or_stay() -> None:
    tab = {"configurationUrl": "https://old.example/tab", "scopes": ["team"]}
    made = made_from(portal(configurableTabs=[tab], validDomains=["*.example.com"]), 30)
    assert made.manifest["configurableTabs"][0]["configurationUrl"].startswith(
        "https://bridge.example.com/"
    )
    assert made.manifest["configurableTabs"][0]["scopes"] == ["team"]
    assert made.manifest["validDomains"] == ["*.example.com"]  # it has the bridge's host already


def test_what_a_newer_version_asks_for_is_filled_in() -> None:
    given = portal(name={"short": "Rockets"})
    assert made_from(given, 5).manifest["name"] == {"short": "Rockets"}
    assert made_from(given, 16).manifest["name"]["full"] == ours()["name"]["full"]


def test_the_portal_s_pictures_are_taken_where_they_are_right() -> None:
    icons = {"color": "c.png", "outline": "o.png"}
    drawn = pictures()
    made = made_from(portal(icons=icons), 30, **{"c.png": drawn["color"], "o.png": b"no picture"})
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert set(archive.namelist()) == {"manifest.json", "c.png", "outline.png"}
    assert made.manifest["icons"] == {"color": "c.png", "outline": "outline.png"}
    assert [fault for fault in made.faults if fault.serious] == []


def test_translations_come_along(tmp_path: Any) -> None:
    languages = {
        "defaultLanguageTag": "en-us",
        "additionalLanguages": [{"languageTag": "de", "file": "de.json"}],
    }
    (tmp_path / "de.json").write_text('{"name.short": "Raketen"}')
    (tmp_path / "manifest.json").write_text(json.dumps(portal(localizationInfo=languages)))
    made = make(ours(30), pictures(), 30, source.portal(tmp_path / "manifest.json"))
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.read("de.json") == b'{"name.short": "Raketen"}'


def test_a_zip_with_a_folder_inside_is_read_too(tmp_path: Any) -> None:
    inside = {f"app/{name}": content for name, content in files().items()}
    (tmp_path / "portal.zip").write_bytes(zipped(inside))
    assert set(source.portal(tmp_path / "portal.zip")) == set(files())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "not JSON"),
        (b"[]", "no JSON object"),
        (zipped({"other.txt": b""}), "no manifest.json"),
        (b"PK\x03\x04 and so on", "no zip file"),
        (zipped({"manifest.json": b"{,}"}), "not JSON"),
    ],
)
def test_what_no_package_can_be_made_from_is_said(tmp_path: Any, content: bytes, says: str) -> None:
    (tmp_path / "given").write_bytes(content)
    with pytest.raises(source.NotReadable, match=says):
        source.portal(tmp_path / "given")


def test_files_elsewhere_are_not_taken(tmp_path: Any) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    folder = tmp_path / "app"
    folder.mkdir()
    icons = {"color": "../secret.png", "outline": str(tmp_path / "secret.png")}
    (folder / "manifest.json").write_text(json.dumps(portal(icons=icons)))
    assert set(source.portal(folder / "manifest.json")) == {"manifest.json"}
