"""Makes a manifest: the project's own from its template, or a portal's with what must change. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bridge.package import content, shape, versions
from bridge.package.domains import covers

_GAP: Final = re.compile(r"\{\{ (\w+) \}\}")


@dataclass(frozen=True, slots=True)
class Adopted:
    """A portal's manifest as it goes into the package, and in sentences what was changed."""

    manifest: dict[str, Any]
    changes: tuple[str, ...]


def fill(
    template: bytes, values: Mapping[str, str], version: int, sign_in: Mapping[str, str]
) -> dict[str, Any]:
    """The template with its gaps filled, as a version of the schema has it. `sign_in` is its `webApplicationInfo`."""
    manifest = _filled(orjson.loads(template), {**values, "schema_version": f"1.{version}"})
    if sign_in:
        manifest["webApplicationInfo"] = dict(sign_in)
    fitted, _ = shape.fit(versions.MANIFEST, manifest, version)
    made: dict[str, Any] = fitted
    return made


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _GAP.sub(lambda gap: values[gap[1]], value)
        case dict():
            return {name: _filled(inner, values) for name, inner in value.items()}
        case list():
            return [_filled(inner, values) for inner in value]
        case _:
            return value


def adopt(given: Mapping[str, Any], ours: Mapping[str, Any], version: int) -> Adopted:
    """A portal's manifest for this bridge: everything stays but what could not work. `ours` is the one by `fill`."""
    changes: list[str] = []
    made = dict(given)
    for field in ("$schema", "manifestVersion"):
        _put(made, field, ours[field], changes)
    _complete(made, ours, version, changes)
    _mend_version(made, ours, changes)
    for entry in ("connectors", "configurableTabs"):
        _lead_here(made, ours, entry, changes)
    _allow(made, ours, changes)
    if "webApplicationInfo" in ours:
        _put(made, "webApplicationInfo", ours["webApplicationInfo"], changes)
    fitted, gone = shape.fit(versions.MANIFEST, made, version)
    changes += [f"{path} is left out: 1.{version} has no such thing." for path in gone]
    return Adopted(fitted, tuple(changes))


def _put(made: dict[str, Any], field: str, value: Any, changes: list[str]) -> None:
    if made.get(field) != value:
        made[field] = value
        changes.append(f"{field} is {_said(value)} now.")


def _complete(
    made: dict[str, Any], ours: Mapping[str, Any], version: int, changes: list[str]
) -> None:
    """Add what the version asks for and the portal did not write."""
    for field, one in versions.MANIFEST.known(version).items():
        if not one.is_needed(version):
            continue
        if field not in made or (field == "id" and not content.GUID.fullmatch(str(made["id"]))):
            _put(made, field, ours[field], changes)
        elif isinstance(one.shape, shape.Fields) and isinstance(made[field], dict):
            inside = dict(made[field])
            for name, inner in one.shape.known(version).items():
                if name not in inside and inner.is_needed(version):
                    inside[name] = ours[field][name]
                    changes.append(f"{field}.{name} is {_said(inside[name])} now.")
            made[field] = inside


def _mend_version(made: dict[str, Any], ours: Mapping[str, Any], changes: list[str]) -> None:
    given = str(made["version"])
    if content.SEMVER.fullmatch(given):
        return
    numbers = re.fullmatch(r"\d+(\.\d+)?", given, re.ASCII)
    missing = ".0" * (2 - given.count("."))
    _put(made, "version", f"{given}{missing}" if numbers else ours["version"], changes)


def _lead_here(
    made: dict[str, Any], ours: Mapping[str, Any], entry: str, changes: list[str]
) -> None:
    """Let the page of an entry be this bridge's; its id and scopes stay as they are."""
    found = [one for one in content.items(made.get(entry)) if isinstance(one, dict)]
    if entry not in ours:
        if made.pop(entry, None) is not None:
            changes.append(f"{entry} is left out, as asked.")
        return
    (own,) = ours[entry]
    if not found:
        made[entry] = [own]
        changes.append(f"{entry} is added.")
        return
    first = {**own, **found[0], "configurationUrl": own["configurationUrl"]}
    made[entry] = [first, *found[1:]]
    if first != found[0]:
        changes.append(f"{entry}[0].configurationUrl is {own['configurationUrl']} now.")


def _allow(made: dict[str, Any], ours: Mapping[str, Any], changes: list[str]) -> None:
    given = made.get("validDomains")
    domains = list(given) if isinstance(given, list) else []
    names = [one for one in domains if isinstance(one, str)]
    for domain in ours["validDomains"]:
        if not covers(names, f"https://{domain}"):
            made["validDomains"] = domains = [*domains, domain]
            changes.append(f"validDomains has {domain} now.")


def _said(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
