"""What is wrong with anybody's package is said, with what to do about it; and nothing hostile gets far."""

import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.package import archive
from tests.package.conftest import files, found, ours, pictures, square, zipped

Change = Callable[[dict[str, Any]], object]


def says(data: bytes) -> str:
    """All that is wrong and serious, in one text."""
    faults = [fault for fault in found(data) if fault.serious]
    assert all(fault.problem and fault.mend for fault in faults)
    return "\n".join(f"{fault.where}: {fault.problem} {fault.mend}" for fault in faults)


def test_a_whole_package_has_no_fault() -> None:
    assert found(zipped(files())) == []


def without(name: str) -> dict[str, bytes]:
    return {key: value for key, value in files().items() if key != name}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({f"app/{name}": one for name, one in files().items()}, "app/: The files are in a folder"),
        (without("manifest.json"), "manifest.json: It is not in the zip."),
        (without("color.png"), "icons.color: 'color.png' is not in the zip."),
        (without("outline.png"), "icons.outline: 'outline.png' is not in the zip."),
        (
            {**without("manifest.json"), "Manifest.json": files()["manifest.json"]},
            "Call it manifest",
        ),
        (
            {**files(), "color.png": square(96, b"\x40\x40\xc0\xff")},
            "color.png: It has 96×96 pixels",
        ),
        ({**files(), "color.png": b"GIF89a"}, "color.png: It is no PNG."),
        ({**files(), "color.png": files()["color.png"][:500]}, "color.png: It ends in the middle"),
        ({**files(), "outline.png": pictures()["color"]}, "outline.png: It has 192×192 pixels"),
        (
            {**files(), "outline.png": square(32, b"\xff\0\0\xff")},
            "not white, the first is #ff0000",
        ),
        ({**files(), "outline.png": square(32, b"\xff\xff\xff\xff")}, "no transparent pixel"),
        ({**files(), "outline.png": square(32, b"\xff\xff\xff\0")}, "Nothing is drawn"),
        ({**files(), "manifest.json": b'{"id": 1,}'}, "not JSON"),
        ({**files(), "manifest.json": b"\xff\xfe{\0}\0"}, "not JSON"),
        ({**files(), "manifest.json": b"[1]"}, "no JSON object"),
        ({**files(), "manifest.json": b"{}" + b" " * 2_000_000}, "larger than 1 MiB"),
        ({**files(), "../../etc/passwd": b"x"}, "leads out of the package"),
        ({**files(), "C:\\x": b"x"}, "leads out of the package"),
        ({"MANIFEST.JSON": b"{}", **files()}, "there twice"),
    ],
)
def test_what_is_wrong_with_the_files(content: Mapping[str, bytes], expected: str) -> None:
    assert expected in says(zipped(content))


def put(path: str, value: Any) -> Change:
    """Set what stands at a path of names and numbers."""
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]

    def change(manifest: dict[str, Any]) -> None:
        at: Any = manifest
        for part in way:
            at = at[part]
        at[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("id", "not-a-guid", "id: 'not-a-guid' is not a GUID"),
        ("id", "00000000-0000-0000-0000-000000000000", "id: It is the GUID of nothing."),
        ("id", "{{ app_id }}", "id: A gap was not filled"),
        ("version", "1.0", "version: '1.0' is not of the form 1.0.0"),
        ("manifestVersion", "1.18", "manifestVersion: Microsoft published no 1.18"),
        ("manifestVersion", "1.3", "manifestVersion: 1.3 is too old"),
        ("manifestVersion", "m", "There is no schema version 'm'"),
        ("manifestVersion", 1.5, "There is no schema version '1.5'"),
        ("name.short", "n" * 31, "name.short: It has 31 characters; at most 30 are allowed."),
        ("description.short", "d" * 81, "description.short: It has 81 characters"),
        ("description.full", "d" * 4001, "description.full: It has 4001 characters"),
        ("developer.name", "d" * 33, "developer.name: It has 33 characters"),
        ("developer.privacyUrl", "acme.example", "developer.privacyUrl"),
        ("developer.privacyUrl", "http://acme.example", "is not encrypted"),
        ("accentColor", "purple", "accentColor: 'purple' is not a colour"),
        ("needsIdentity", True, "needsIdentity: Version 1.30 of the manifest has no such field."),
        (
            "packageName",
            "com.x",
            "packageName: Version 1.30 of the manifest has no such field. Remove",
        ),
        (
            "connectors.0.scopes",
            ["personal"],
            "connectors[0].scopes[0]: Version 1.30 has no 'personal'",
        ),
        ("connectors.0.connectorId", "", "'' is not the GUID that the connector portal gave"),
        ("connectors.0.connectorId", "rockets", "'rockets' is not the GUID"),
        ("connectors.0.configurationUrl", "http://bridge.example.com", "is not encrypted"),
        ("connectors.0.configurationUrl", "https://localhost/c", "leads to this machine"),
        ("connectors.0.configurationUrl", "https://[::1]/c", "leads to this machine"),
        (
            "connectors.0.configurationUrl",
            "https://other.example/c",
            "Its host is not in validDomains",
        ),
        ("connectors.0.configurationUrl", "https://a:99999/c", "is no URL"),
        ("configurableTabs.0.configurationUrl", "https://u@x.example", "is no URL of a page"),
        (
            "configurableTabs.0.scopes",
            ["groupchat"],
            "1.30 has no 'groupchat' here. Use team, groupChat",
        ),
        (
            "configurableTabs.0.context",
            "channelTab",
            "configurableTabs[0].context: This is no list.",
        ),
        ("configurableTabs.0.canUpdateConfiguration", "yes", "neither true nor false"),
        ("configurableTabs", {}, "configurableTabs: This is no list."),
        ("validDomains", ["https://bridge.example.com"], "this is a URL"),
        ("validDomains", ["bridge.example.com", "*.onmicrosoft.com"], "names of other people"),
        ("validDomains", ["bridge.example.com", "*"], "names of other people"),
        ("validDomains", ["bridge.example.com", "*.com"], "names of other people"),
        ("validDomains", ["bridge.example.com", "a.*.com"], "too far right"),
        ("validDomains", ["bridge.example.com", "a b"], "this is no domain"),
        ("validDomains", ["*.bridge.example.com"], "Its host is not in validDomains"),
        ("validDomains", [f"{number}.example.com" for number in range(101)], "at most 100"),
        ("webApplicationInfo", {"id": "x", "resource": "api://y"}, "webApplicationInfo.id"),
        ("icons.color", "https://cdn.example/color.png", "It is a URL, as the portal wrote it."),
        ("icons.color", "outline.png", "Both icons are the same file."),
        (
            "localizationInfo",
            {
                "defaultLanguageTag": "en",
                "additionalLanguages": [{"languageTag": "de", "file": "de.json"}],
            },
            "'de.json' is not in the zip",
        ),
    ],
)
def test_what_is_wrong_with_the_manifest(path: str, value: Any, expected: str) -> None:
    assert expected in says(zipped(files(put(path, value))))


@pytest.mark.parametrize("field", ["id", "developer", "name", "icons", "accentColor", "version"])
def test_what_is_missing_is_named(field: str) -> None:
    assert f"{field}: Version 1.30 needs this." in says(zipped(files(lambda it: it.pop(field))))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda it: it.pop("connectors"), "There is no entry for the connector."),
        (lambda it: it.pop("configurableTabs"), "There is no entry for the tab."),
        (put("manifestVersion", "1.99"), "newer than this check knows"),
        (put("$schema", "https://x/teams/v1.5/MicrosoftTeams.schema.json"), "It names 1.5"),
        (put("name.full", "Webhook Bridge"), "The short and the full name are the same."),
        (put("description.full", "So: " + ours()["description"]["short"]), "repeated in the full"),
        (put("validDomains", ["bridge.example.com", "accounts.google.com"]), "signs people in"),
    ],
)
def test_what_may_disappoint_somebody_is_a_warning(change: Change, expected: str) -> None:
    faults = found(zipped(files(change)))
    assert [fault.problem for fault in faults if expected in fault.problem]
    assert not any(fault.serious for fault in faults)


def test_what_an_editor_or_a_machine_left_is_a_warning() -> None:
    content = files()
    content["manifest.json"] = b"\xef\xbb\xbf" + content["manifest.json"]
    faults = found(zipped({**content, "__MACOSX/._color.png": b"x"}))
    assert {fault.where for fault in faults} == {"manifest.json", "__MACOSX/._color.png"}
    assert not any(fault.serious for fault in faults)


def test_a_wildcard_stands_for_one_part_of_a_name() -> None:
    assert found(zipped(files(put("validDomains", ["*.example.com"])))) == []
    assert (
        found(zipped(files(put("validDomains", ["*.*.example.com", "bridge.example.com"])))) == []
    )


def test_a_manifest_without_its_zip_is_looked_at_all_the_same() -> None:
    told = says(files(put("id", "x"))["manifest.json"])
    assert "This is a manifest, no package." in told
    assert "id: 'x' is not a GUID" in told


def test_a_file_that_is_no_zip_is_said() -> None:
    for data in (b"", b"PK\x03\x04", b"Rar!\x1a\x07", b"\0" * 1000):
        assert "no zip file" in says(data)


def test_no_more_of_a_package_is_read_than_is_sensible() -> None:
    assert "larger than 5 MiB" in says(b"PK" + b"\0" * archive.LARGEST)
    many = zipped({str(number): b"" for number in range(archive.MOST_FILES + 1)})
    assert "501 files, and was not read" in says(many)


def test_no_more_of_a_file_is_unpacked_than_is_sensible() -> None:
    bomb = zipped({**files(), "bomb": b"\0" * (8 * archive.LARGEST_UNPACKED)})
    assert len(bomb) < archive.LARGEST
    tracemalloc.start()
    told = says(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "may be hostile" in told
    assert peak < 4 * archive.LARGEST_UNPACKED


def test_what_teams_cannot_unpack_is_said() -> None:
    assert "packed in a way that Teams does not read" in says(zipped(files(), zipfile.ZIP_LZMA))
    locked = bytearray(zipped(files()))
    for at in range(len(locked) - 4):
        if locked[at : at + 4] == b"PK\x01\x02":
            locked[at + 8] |= 1
    assert "It is encrypted." in says(bytes(locked))


SMALL = {**files(), "color.png": square(4, b"\x40\x40\xc0\xff")}
WHOLE = zipped(SMALL)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8), st.integers(0, 2))
def test_no_damage_makes_it_fall_over(at: int, damage: bytes, how: int) -> None:
    damaged = (
        WHOLE[:at] + damage + WHOLE[at + len(damage) :],
        WHOLE[:at],
        WHOLE[:at] + damage + WHOLE[at:],
    )[how]
    for fault in found(damaged):
        assert fault.problem


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(ours())), json_values))
def test_no_manifest_makes_it_fall_over(odd: dict[str, Any]) -> None:
    for fault in found(
        zipped({**SMALL, "manifest.json": files(lambda it: it.update(odd))["manifest.json"]})
    ):
        assert fault.problem
