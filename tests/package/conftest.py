"""Packages as anybody may bring them, and Microsoft's schemas to judge ours by."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bridge.package import app, check, manifest, source, versions
from bridge.package.faults import Fault

SCHEMAS = (
    Path(__file__).parents[2] / "node_modules/@microsoft/app-manifest/build/json-schemas/teams"
)
URL = "https://bridge.example.com"


def schema(version: int) -> Any:
    """Microsoft's schema of a version."""
    if not SCHEMAS.is_dir():
        pytest.skip("Microsoft's schemas are not here: install Node with npm, then `make test`")
    return json.loads((SCHEMAS / f"v1.{version}" / "MicrosoftTeams.schema.json").read_text())


def ours(
    number: int = versions.NEWEST, url: str = URL, client_id: str | None = None, **settings: Any
) -> dict[str, Any]:
    """The project's own manifest."""
    given = app.AppSettings(_env_file=None, **settings)
    values = app.values(given, url)
    return manifest.fill(
        source.template(), values, number, app.sign_in(client_id, values["domain"])
    )


def pictures() -> dict[str, bytes]:
    """The project's own icons."""
    return source.pictures(None, None)


def files(change: Callable[[dict[str, Any]], object] | None = None) -> dict[str, bytes]:
    """The files of a whole package, its manifest changed."""
    content = ours()
    if change:
        change(content)
    drawn = pictures()
    return {
        check.MANIFEST: json.dumps(content).encode(),
        "color.png": square(192, b"\x40\x40\xc0\xff"),
        "outline.png": drawn["outline"],
    }


def zipped(given: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as any program makes it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive_:
        for name, content in given.items():
            archive_.writestr(name, content)
    return made.getvalue()


def found(data: bytes, **options: bool) -> list[Fault]:
    """What `check` says of a package."""
    return check.check(data, "app.zip", **options)


def png(width: int, height: int, rows: list[bytes], *, colour: int = 6, depth: int = 8) -> bytes:
    """A PNG of these rows, each with its filter's byte."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(b"".join(rows))),
            chunk(b"IEND", b""),
        )
    )


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG."""
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def square(size: int, pixel: bytes) -> bytes:
    """A PNG of one colour."""
    return png(size, size, [b"\0" + pixel * size] * size)
