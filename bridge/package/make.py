"""Puts a package together: manifest, icons and translations, checked before anybody writes it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bridge.package import archive, check, content, icons
from bridge.package.faults import Fault
from bridge.package.manifest import Adopted, adopt

OURS: Final = {"color": "color.png", "outline": "outline.png"}


@dataclass(frozen=True, slots=True)
class Made:
    """A package: its bytes, its manifest, what was changed of a portal's, and what is wrong with it."""

    data: bytes
    manifest: Mapping[str, Any]
    changes: tuple[str, ...]
    faults: tuple[Fault, ...]


def make(
    ours: Mapping[str, Any],
    pictures: Mapping[str, bytes],
    version: int,
    portal: Mapping[str, bytes] | None = None,
    *,
    local: bool = False,
) -> Made:
    """A package of this manifest, or of a portal's files, and these pictures (by `color` and `outline`).

    `local`: as `check` takes it. Raises `ValueError` where the portal's manifest is no JSON object.
    """
    if portal is None:
        adopted, files = Adopted(dict(ours), ()), {OURS[kind]: pictures[kind] for kind in OURS}
    else:
        adopted, files = _from_portal(ours, pictures, version, portal)
    written = orjson.dumps(adopted.manifest, option=orjson.OPT_INDENT_2) + b"\n"
    data = archive.pack({check.MANIFEST: written, **files})
    faults = check.check(data, "app.zip", local=local)
    return Made(data, adopted.manifest, adopted.changes, tuple(faults))


def _from_portal(
    ours: Mapping[str, Any],
    pictures: Mapping[str, bytes],
    version: int,
    portal: Mapping[str, bytes],
) -> tuple[Adopted, dict[str, bytes]]:
    given = orjson.loads(portal[check.MANIFEST].removeprefix(check.BOM))
    if not isinstance(given, dict):
        raise ValueError("not an object")  # noqa: TRY004  # what a JSON error is, too
    adopted = adopt(given, ours, version)
    manifest, changes = adopted.manifest, list(adopted.changes)
    names = dict(content.part(manifest, "icons"))
    files: dict[str, bytes] = {}
    for kind in (icons.COLOR, icons.OUTLINE):
        name = names.get(kind.field)
        picture = portal.get(name) if isinstance(name, str) else None
        if picture is not None and not any(one.serious for one in icons.look(kind, "", picture)):
            files[str(name)] = picture
            continue
        names[kind.field] = OURS[kind.field]
        files[OURS[kind.field]] = pictures[kind.field]
        changes.append(f"icons.{kind.field} is {OURS[kind.field]} now, the bridge's own picture.")
    translations = content.items(
        content.part(manifest, "localizationInfo").get("additionalLanguages")
    )
    for one in translations:
        name = one.get("file") if isinstance(one, dict) else None
        if isinstance(name, str) and name in portal:
            files[name] = portal[name]
    return Adopted({**manifest, "icons": names}, tuple(changes)), files
