"""Says what is wrong with a package, ours or anybody's, and what to do about each thing. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from bridge.package import archive, content, icons
from bridge.package.faults import Fault

MANIFEST: Final = "manifest.json"
LARGEST_MANIFEST: Final = 1024 * 1024

BOM: Final = b"\xef\xbb\xbf"


def check(data: bytes, name: str, *, local: bool = False) -> list[Fault]:
    """What is wrong with a package of that name, the worst first; nothing is raised whatever the bytes are.

    `local`: pages may be http and on this machine, as in the sandbox.
    """
    if data.lstrip(BOM + b" \t\r\n").startswith(b"{"):
        mend = f"Zip {MANIFEST} with its two icons, all at the root of the zip."
        first = Fault(name, "This is a manifest, no package.", mend)
        return [first, *_look_at_manifest(data, None, local=local)]
    unpacked = archive.unpack(data, name)
    faults = list(unpacked.faults)
    if not unpacked.files and faults:
        return faults
    return sorted(
        [*faults, *_look_at_files(unpacked.files, local=local)], key=lambda fault: not fault.serious
    )


def _look_at_files(files: Mapping[str, bytes], *, local: bool) -> Iterator[Fault]:
    root = ""
    if MANIFEST not in files:
        found = [name for name in files if name.rpartition("/")[2].lower() == MANIFEST]
        if not found:
            yield Fault(
                MANIFEST, "It is not in the zip.", f"Put {MANIFEST} at the root of the zip."
            )
            return
        path, _, file = min(found, key=len).rpartition("/")
        root = f"{path}/" if path else ""
        if root:
            yield Fault(
                root,
                "The files are in a folder inside the zip, where Teams does not look.",
                "Zip the files themselves, not their folder.",
            )
        if file != MANIFEST:
            yield Fault(f"{root}{file}", "Its name is written otherwise.", f"Call it {MANIFEST}.")
        files = {**files, f"{root}{MANIFEST}": files[f"{root}{file}"]}
    inside = {
        name.removeprefix(root): content for name, content in files.items() if name.startswith(root)
    }
    yield from _look_at_manifest(inside[MANIFEST], inside, local=local)


def _look_at_manifest(
    data: bytes, files: Mapping[str, bytes] | None, *, local: bool
) -> Iterator[Fault]:
    if len(data) > LARGEST_MANIFEST:
        yield Fault(MANIFEST, "It is larger than 1 MiB, and was not read.", "Shorten it.")
        return
    if data.startswith(BOM):
        yield Fault(
            MANIFEST,
            "It begins with a byte order mark.",
            "Save it as UTF-8 without BOM.",
            serious=False,
        )
    try:
        manifest = orjson.loads(data.removeprefix(BOM))
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        mend = "Mend it there: a comma too many or too few, a comment, or text that is not UTF-8."
        yield Fault(MANIFEST, f"It is not JSON: {error.msg} ({where}).", mend)
        return
    if not isinstance(manifest, dict):
        yield Fault(MANIFEST, "It holds no JSON object.", "Begin with { and end with }.")
        return
    yield from content.look(manifest, local=local)
    if files is not None:
        yield from _look_at_named_files(manifest, files)


def _look_at_named_files(
    manifest: Mapping[str, Any], files: Mapping[str, bytes]
) -> Iterator[Fault]:
    named = content.part(manifest, "icons")
    for kind in icons.KINDS:
        name = named.get(kind.field)
        if not isinstance(name, str):
            continue
        where = f"icons.{kind.field}"
        if re.match(r"https?://", name, re.IGNORECASE):
            mend = "Put the picture into the zip, and name its file here."
            yield Fault(where, "It is a URL, as the portal wrote it.", mend)
        elif name not in files:
            yield Fault(where, f"{name[:100]!r} is not in the zip.", f"Add {kind.says}.")
        else:
            yield from icons.look(kind, name, files[name])
    if named.get("color") is not None and named.get("color") == named.get("outline"):
        yield Fault("icons", "Both icons are the same file.", "Make two: they differ in size.")
    translations = content.items(
        content.part(manifest, "localizationInfo").get("additionalLanguages")
    )
    for number, one in enumerate(translations):
        file = one.get("file") if isinstance(one, dict) else None
        if isinstance(file, str) and file not in files:
            where = f"localizationInfo.additionalLanguages[{number}]"
            yield Fault(
                where, f"{file[:100]!r} is not in the zip.", "Add the file, or remove this."
            )
