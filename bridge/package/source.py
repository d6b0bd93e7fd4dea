"""Reads what `package` is given: a package or a portal's manifest, and pictures; never more than is sensible."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import orjson

from bridge.errors import BridgeError
from bridge.package import archive, check, content, versions
from bridge.resources import MANIFEST

LARGEST_PICTURE: Final = 1024 * 1024


class NotReadable(BridgeError):
    """The file is none that a package can be made from."""


def template() -> bytes:
    """The project's own manifest, with gaps."""
    return (MANIFEST / check.MANIFEST).read_bytes()


def pictures(color: Path | None, outline: Path | None) -> dict[str, bytes]:
    """The two icons: those given, else the project's own."""
    return {
        "color": _read(color or MANIFEST / "color.png", LARGEST_PICTURE),
        "outline": _read(outline or MANIFEST / "outline.png", LARGEST_PICTURE),
    }


def package(path: Path) -> bytes:
    """The bytes of anybody's package: of one that is too large no more than shows that."""
    with path.open("rb") as file:
        return file.read(archive.LARGEST + 1)


def portal(path: Path) -> Mapping[str, bytes]:
    """What a portal gave: a zip, or a manifest with the files beside it that it names. Raises `NotReadable`."""
    data = package(path)
    if not data.startswith(b"PK"):
        return {check.MANIFEST: data, **_beside(path, _object(path, data))}
    unpacked = archive.unpack(data, path.name)
    found = [name for name in unpacked.files if name.rpartition("/")[2] == check.MANIFEST]
    if not found:
        why = " ".join(f"{fault.where}: {fault.problem}" for fault in unpacked.faults)
        raise NotReadable(f"{path} has no {check.MANIFEST} in it. {why}".strip())
    root = min(found, key=len).removesuffix(check.MANIFEST)
    files = {
        name.removeprefix(root): content
        for name, content in unpacked.files.items()
        if name.startswith(root)
    }
    _object(path, files[check.MANIFEST])
    return files


def version(files: Mapping[str, bytes]) -> int | None:
    """The schema version that a portal's manifest names."""
    manifest = orjson.loads(files[check.MANIFEST].removeprefix(check.BOM))
    return versions.numbered(manifest.get("manifestVersion"))


def _object(path: Path, data: bytes) -> dict[str, object]:
    try:
        manifest = orjson.loads(data.removeprefix(check.BOM))
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotReadable(f"The manifest in {path} is not JSON: {error.msg} ({where}).") from None
    if not isinstance(manifest, dict):
        raise NotReadable(f"The manifest in {path} holds no JSON object.")
    return manifest


def _beside(path: Path, manifest: Mapping[str, object]) -> dict[str, bytes]:
    icons = content.part(manifest, "icons").values()
    languages = content.items(content.part(manifest, "localizationInfo").get("additionalLanguages"))
    named = [*icons, *(one.get("file") for one in languages if isinstance(one, dict))]
    files = {}
    for name in named:
        if isinstance(name, str) and name == Path(name).name and (path.parent / name).is_file():
            files[name] = _read(path.parent / name, LARGEST_PICTURE)
    return files


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise NotReadable(f"{path} is larger than {most // 1024} KiB.")
    return data
