"""Says what is wrong with a manifest by itself, without the files that it names. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bridge.package import versions
from bridge.package.domains import covers, look_at_domains, look_at_url
from bridge.package.faults import Fault
from bridge.package.shape import look as look_at_shape

NOTHING: Final = "00000000-0000-0000-0000-000000000000"
GUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
SEMVER: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)([-+][0-9A-Za-z.+-]+)?", re.ASCII
)


def look(manifest: Mapping[str, Any], *, local: bool) -> Iterator[Fault]:
    """What is wrong. `local`: pages may be http and on this machine."""
    version = versions.numbered(manifest.get("manifestVersion"))
    yield from _look_at_version(manifest, version)
    yield from look_at_shape(versions.MANIFEST, manifest, _nearest(version))
    yield from _look_at_words(manifest)
    yield from _look_at_entries(manifest, local=local)


def _look_at_version(manifest: Mapping[str, Any], version: int | None) -> Iterator[Fault]:
    if "manifestVersion" not in manifest:
        return
    where, given = "manifestVersion", str(manifest["manifestVersion"])[:40]
    newest = f"1.{versions.NEWEST}"
    if version is None:
        yield Fault(where, f"There is no schema version {given!r}.", f"Write {newest}.")
    elif version > versions.NEWEST:
        yield Fault(
            where,
            f"{given} is newer than this check knows; it was checked as {newest}.",
            f"Take {newest}, or a newer webhook-bridge.",
            serious=False,
        )
    elif version < versions.OLDEST:
        problem = f"{given} is too old to be checked; it was checked as 1.{versions.OLDEST}."
        yield Fault(where, problem, f"Write {newest}.")
    elif version not in versions.VERSIONS:
        yield Fault(where, f"Microsoft published no {given}.", f"Write {newest}.")
    schema = versions.schema_version(manifest.get("$schema"))
    if version is not None and schema is not None and schema != version:
        yield Fault(
            "$schema",
            f"It names 1.{schema}, and manifestVersion {given}.",
            "Let both name the same version.",
            serious=False,
        )


def _nearest(version: int | None) -> int:
    """The known version to check by."""
    if version is None:
        return versions.NEWEST
    return max(known for known in versions.VERSIONS if known <= max(version, versions.OLDEST))


def _look_at_words(manifest: Mapping[str, Any]) -> Iterator[Fault]:
    for where, value in _texts(manifest):
        if re.search(r"\{\{|\}\}", value):
            yield Fault(where, f"A gap was not filled: {value[:60]!r}.", "Put the value there.")
    given = manifest.get("version")
    if isinstance(given, str) and not SEMVER.fullmatch(given):
        yield Fault("version", f"{given[:60]!r} is not of the form 1.0.0.", "Write three numbers.")
    if manifest.get("id") == NOTHING:
        yield Fault("id", "It is the GUID of nothing.", "Give the app a GUID of its own.")
    name, description = part(manifest, "name"), part(manifest, "description")
    if name.get("short") and name.get("short") == name.get("full"):
        mend = "Say more in the full name, or leave it out where the version permits."
        yield Fault("name", "The short and the full name are the same.", mend, serious=False)
    short, full = description.get("short"), description.get("full")
    if isinstance(short, str) and isinstance(full, str) and short and short in full:
        problem = "The short description is repeated in the full one."
        yield Fault("description", problem, "Say it in other words.", serious=False)


def _texts(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield where, value
        case dict():
            for name, inner in value.items():
                yield from _texts(inner, f"{where}.{name}" if where else name)
        case list():
            for number, inner in enumerate(value):
                yield from _texts(inner, f"{where}[{number}]")


def _look_at_entries(manifest: Mapping[str, Any], *, local: bool) -> Iterator[Fault]:
    developer = part(manifest, "developer")
    for field in ("websiteUrl", "privacyUrl", "termsOfUseUrl"):
        if isinstance(developer.get(field), str):
            yield from look_at_url(f"developer.{field}", developer[field], local=local)
    given = manifest.get("validDomains")
    domains = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    yield from look_at_domains(domains)
    for entry, what in (("connectors", "the connector"), ("configurableTabs", "the tab")):
        found = [one for one in items(manifest.get(entry)) if isinstance(one, dict)]
        if not found:
            mend = f"Add {entry} with a configurationUrl, if people are to find it there."
            yield Fault(entry, f"There is no entry for {what}.", mend, serious=False)
        for number, one in enumerate(found):
            yield from _look_at_page(f"{entry}[{number}]", one, domains, local=local)
            if entry == "connectors":
                yield from _look_at_connector_id(f"{entry}[{number}].connectorId", one)
    resource = part(manifest, "webApplicationInfo").get("resource")
    if isinstance(resource, str) and resource.startswith("api://"):
        url = f"https://{resource.removeprefix('api://')}"
        if not _host_covered(domains, url):
            mend = "Begin it with api:// and the host of the app's pages."
            yield Fault("webApplicationInfo.resource", "Its host is not in validDomains.", mend)


def _look_at_page(
    where: str, entry: Mapping[str, Any], domains: list[str], *, local: bool
) -> Iterator[Fault]:
    url = entry.get("configurationUrl")
    if not isinstance(url, str):
        if where.startswith("connectors"):
            problem = "Without a configurationUrl there is nothing to configure inside Teams."
            yield Fault(f"{where}.configurationUrl", problem, "Add the page's URL.", serious=False)
        return
    faults = list(look_at_url(f"{where}.configurationUrl", url, local=local))
    yield from faults
    if not faults and not _host_covered(domains, url):
        yield Fault(
            f"{where}.configurationUrl",
            "Its host is not in validDomains, so that Teams does not show what it leads to.",
            "Add the host's name to validDomains.",
        )


def _look_at_connector_id(where: str, entry: Mapping[str, Any]) -> Iterator[Fault]:
    given = entry.get("connectorId")
    if isinstance(given, str) and (given == NOTHING or not GUID.fullmatch(given)):
        problem = f"{given[:60]!r} is not the GUID that the connector portal gave."
        yield Fault(where, problem, "Write the portal's, or the app's id where there is none.")


def _host_covered(domains: list[str], url: str) -> bool:
    try:
        return covers(domains, url)
    except ValueError:
        return False


def part(manifest: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object in a manifest; empty where there is none."""
    found = manifest.get(name)
    return found if isinstance(found, dict) else {}


def items(value: Any) -> Iterable[Any]:
    """What is in a list; nothing where it is none."""
    return value if isinstance(value, list) else ()
