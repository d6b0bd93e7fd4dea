"""The package that is made is what Microsoft's schema of each version asks for, and the same each time."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft4Validator

from bridge.package import app, schema, versions
from bridge.package.make import make
from tests.package.conftest import SCHEMAS, URL, found, ours, pictures
from tests.package.conftest import schema as microsofts

ENTRA: dict[str, Any] = {"client_id": "5b0a4c68-0d5f-4a52-9d1e-5f1c1f6f2a11"}


def opened(data: bytes) -> tuple[list[str], Any]:
    """The names in a package, and its manifest."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist(), json.loads(archive.read("manifest.json"))


@pytest.mark.parametrize("settings", [{}, ENTRA], ids=["plain", "entra"])
@pytest.mark.parametrize("version", versions.VERSIONS)
def test_a_package_of_every_version_is_valid_by_microsoft_s_schema(
    version: int, settings: dict[str, Any]
) -> None:
    made = make(ours(version, **settings), pictures(), version)
    assert made.faults == ()
    names, manifest = opened(made.data)
    assert names == ["color.png", "manifest.json", "outline.png"]
    assert manifest["manifestVersion"] == f"1.{version}"
    assert f"/v1.{version}/" in manifest["$schema"]
    assert ("webApplicationInfo" in manifest) == bool(settings)
    errors = Draft4Validator(microsofts(version)).iter_errors(manifest)
    assert [error.message for error in errors] == []


def test_both_entries_lead_to_the_configuration_page() -> None:
    manifest = ours()
    (connector,), (tab,) = manifest["connectors"], manifest["configurableTabs"]
    assert connector["configurationUrl"] == f"{URL}{app.PAGE}"
    assert tab["configurationUrl"] == f"{URL}{app.PAGE}?entry=tab"
    assert connector["scopes"] == ["team"]
    assert set(tab["scopes"]) == {"team", "groupChat"}
    assert manifest["validDomains"] == ["bridge.example.com"]


def test_what_an_older_version_does_not_know_is_left_out() -> None:
    assert "context" not in ours(7)["configurableTabs"][0]
    assert "context" in ours(8)["configurableTabs"][0]
    assert "defaultInstallScope" not in ours(8)
    assert ours(9)["defaultInstallScope"] == "team"


def test_teams_finds_the_token_s_resource_under_the_page_s_own_host() -> None:
    assert ours(**ENTRA)["webApplicationInfo"] == {
        "id": ENTRA["client_id"],
        "resource": f"api://bridge.example.com/{ENTRA['client_id']}",
    }


def test_the_same_makes_the_same_bytes() -> None:
    assert make(ours(), pictures(), 30).data == make(ours(), pictures(), 30).data


def test_the_app_s_id_follows_from_the_public_url_however_it_is_written() -> None:
    one = ours()["id"]
    assert str(UUID(one)) == one
    assert UUID(one).version == 5
    assert ours(url="https://BRIDGE.example.com:443")["id"] == one
    assert ours(url="https://bridge.example.com/teams")["id"] != one
    assert ours(url="https://other.example.com")["id"] != one


def test_the_portal_s_id_is_the_connector_s_and_else_the_app_s() -> None:
    assert ours()["connectors"][0]["connectorId"] == ours()["id"]
    chosen = ours(connector_id="e9343a03-0a5e-4c1f-95a8-263a565505a5")
    assert chosen["connectors"][0]["connectorId"] == "e9343a03-0a5e-4c1f-95a8-263a565505a5"
    assert chosen["id"] == ours()["id"]
    assert ours(id="e9343a03-0a5e-4c1f-95a8-263a565505a5")["id"].startswith("e9343a03")


def test_a_port_belongs_to_the_domain() -> None:
    assert ours(url="https://bridge.example.com:8443")["validDomains"] == [
        "bridge.example.com:8443"
    ]
    made = make(ours(url="http://127.0.0.1:8000"), pictures(), 30, local=True)
    assert made.faults == ()
    assert made.manifest["validDomains"] == ["127.0.0.1:8000"]


def test_what_is_not_right_is_said_by_the_field() -> None:
    made = make(ours(name="x" * 31, accent_color="blue", version="1"), pictures(), 30)
    assert {fault.where for fault in made.faults if fault.serious} == {
        "name.short",
        "accentColor",
        "version",
    }


def test_pages_that_nobody_can_reach_are_refused() -> None:
    for url in ("http://bridge.example.com", "https://localhost", "https://127.0.0.1"):
        faults = make(ours(url=url), pictures(), 30).faults
        assert "connectors[0].configurationUrl" in {fault.where for fault in faults}, url


def test_microsoft_s_schema_is_asked_where_it_is_here() -> None:
    node_modules = SCHEMAS.parents[4]
    if not SCHEMAS.is_dir():
        pytest.skip("Microsoft's schemas are not here: install Node with npm, then `make test`")
    assert schema.judge(ours(), 30, node_modules) == []
    broken = {**ours(), "needsIdentity": True}
    faults = schema.judge(broken, 30, node_modules)
    assert faults
    assert "needsIdentity" in faults[0].problem
    assert schema.judge(ours(), 30, node_modules / "nowhere") is None


def test_a_made_package_passes_its_own_check() -> None:
    assert found(make(ours(), pictures(), 30).data) == []
