"""The Teams app's manifest and icons are what Microsoft's schema and the facts sheet ask for."""

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from bridge.resources import MANIFEST

SCHEMAS = (
    Path(__file__).parent.parent / "node_modules/@microsoft/app-manifest/build/json-schemas/teams"
)
VALUES = {
    "app_id": "7b0a4c68-0d5f-4a52-9d1e-5f1c1f6f2a11",
    "connector_id": "0f2f3f6e-6a0e-4c2a-8f43-0f2b8f1f9b52",
    "developer": "Acme Rockets",
    "domain": "bridge.example.com",
    "public_url": "https://bridge.example.com",
}


def manifest() -> Any:
    text = (MANIFEST / "manifest.json").read_text()
    for name, value in VALUES.items():
        text = text.replace("{{ " + name + " }}", value)
    return json.loads(text)


def test_the_manifest_is_valid_by_the_schema_of_its_version() -> None:
    if not SCHEMAS.is_dir():
        pytest.skip("Microsoft's schemas are not here: install Node with npm, then `make test`")
    filled = manifest()
    schema = SCHEMAS / f"v{filled['manifestVersion']}" / "MicrosoftTeams.schema.json"
    errors = list(Draft4Validator(json.loads(schema.read_text())).iter_errors(filled))
    assert [error.message for error in errors] == []


def test_the_manifest_leads_to_the_configuration_page() -> None:
    (connector,) = manifest()["connectors"]
    assert connector["configurationUrl"] == "https://bridge.example.com/connector/config"
    assert connector["scopes"] == ["team"]


def pixels(path: Path) -> tuple[int, int, int, list[bytes]]:
    """Width, height, channels and rows of a PNG with 8 bits a channel, filters undone."""
    data, offset, packed = path.read_bytes(), 8, b""
    width, height, _, colour = struct.unpack(">IIBB", data[16:26])
    while offset < len(data):
        (length,) = struct.unpack(">I", data[offset : offset + 4])
        if data[offset + 4 : offset + 8] == b"IDAT":
            packed += data[offset + 8 : offset + 8 + length]
        offset += length + 12
    channels = {2: 3, 6: 4}[colour]
    raw, stride = zlib.decompress(packed), width * channels
    rows: list[bytes] = []
    before = bytes(stride)
    for number in range(height):
        start = number * (stride + 1)
        before = unfiltered(raw[start], raw[start + 1 : start + 1 + stride], before, channels)
        rows.append(before)
    return width, height, channels, rows


def unfiltered(kind: int, line: bytes, above: bytes, channels: int) -> bytes:
    out = bytearray()
    for index, byte in enumerate(line):
        left = out[index - channels] if index >= channels else 0
        corner = above[index - channels] if index >= channels else 0
        up = above[index]
        guess = left + up - corner
        paeth = min((left, up, corner), key=lambda value: abs(guess - value))
        out.append((byte + (0, left, up, (left + up) // 2, paeth)[kind]) % 256)
    return bytes(out)


def test_the_colour_icon_has_its_size_and_is_opaque() -> None:
    width, height, channels, rows = pixels(MANIFEST / "color.png")
    assert (width, height) == (192, 192)
    assert channels == 3 or all(row[3::4] == b"\xff" * width for row in rows)


def test_the_outline_icon_is_white_on_transparent() -> None:
    width, height, channels, rows = pixels(MANIFEST / "outline.png")
    assert (width, height, channels) == (32, 32, 4)
    seen = [row[at : at + 4] for row in rows for at in range(0, width * 4, 4)]
    drawn = [pixel for pixel in seen if pixel[3]]
    assert drawn
    assert len(drawn) < len(seen)
    assert {pixel[:3] for pixel in drawn} == {b"\xff\xff\xff"}
