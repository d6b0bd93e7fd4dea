"""The zip around a package: written the same each time, and read without trusting what it says of itself."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bridge.package.faults import Fault

LARGEST: Final = 5 * 1024 * 1024
"""Bytes of a package that is read; Teams apps have some thousands."""
LARGEST_UNPACKED: Final = 16 * 1024 * 1024
MOST_FILES: Final = 500

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can say, so that the same files make the same bytes."""
_ENCRYPTED: Final = 1
_READABLE: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SYMLINK: Final = 0o120000
_LEFT_BY_A_MACHINE: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a package holds: its files by their names, and what is wrong with the zip itself."""

    files: Mapping[str, bytes]
    faults: tuple[Fault, ...] = ()


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, the same bytes for the same files wherever it is made."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # as on Unix, on every system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return made.getvalue()


def unpack(data: bytes, name: str) -> Unpacked:
    """The files in a zip. Whatever cannot be read is a fault, and at most so much is ever read."""
    if len(data) > LARGEST:
        problem = f"It is larger than {LARGEST // 1024 // 1024} MiB, and was not read."
        return Unpacked({}, (Fault(name, problem, "A package is a manifest and two small icons."),))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return Unpacked({}, (Fault(name, "It is no zip file, or a damaged one.", "Zip it again."),))
    with archive:
        entries = archive.infolist()
        if len(entries) > MOST_FILES:
            problem = f"It has {len(entries)} files, and was not read."
            mend = "A package is a manifest, two icons and translations."
            return Unpacked({}, (Fault(name, problem, mend),))
        return _unpack(archive, entries)


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Unpacked:
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    left = LARGEST_UNPACKED
    for entry in entries:
        if entry.is_dir():
            continue
        wrong = _unreadable(entry, files)
        if wrong:
            faults.append(Fault(entry.filename, *wrong))
            continue
        try:
            with archive.open(entry) as file:
                content = file.read(left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError):
            faults.append(Fault(entry.filename, "It is damaged.", "Zip it again."))
            continue
        if len(content) > left:
            problem = f"Unpacked it is larger than {LARGEST_UNPACKED // 1024 // 1024} MiB with the others."
            faults.append(
                Fault(entry.filename, problem, "Do not open this file: it may be hostile.")
            )
            break
        left -= len(content)
        files[entry.filename] = content
    faults += _strays(files)
    return Unpacked(files, tuple(faults))


def _unreadable(entry: zipfile.ZipInfo, files: Mapping[str, bytes]) -> tuple[str, str] | None:
    name = entry.filename
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        return "Its name leads out of the package.", "Do not open this file: it may be hostile."
    if name.lower() in {known.lower() for known in files}:
        return "It is there twice.", "Zip again, with each file once."
    if entry.flag_bits & _ENCRYPTED:
        return "It is encrypted.", "Zip again, without a password."
    if entry.compress_type not in _READABLE:
        return "It is packed in a way that Teams does not read.", "Zip again, with “deflate”."
    if entry.external_attr >> 16 & 0o170000 == _SYMLINK:
        return "It is a link, no file.", "Zip again, with the file itself."
    return None


def _strays(files: Mapping[str, bytes]) -> Iterator[Fault]:
    for name in files:
        if any(part in name for part in _LEFT_BY_A_MACHINE):
            yield Fault(
                name,
                "It was put there by a computer, not by a person.",
                "Leave it out.",
                serious=False,
            )
