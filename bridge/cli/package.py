"""webhook-bridge package: the Teams app's package, and what is wrong with one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.cli import show
from bridge.cli.group import FAILED, complain
from bridge.cli.options import Json
from bridge.errors import SettingsError
from bridge.package import app, check, manifest, schema, source, versions
from bridge.package.domains import look_at_url
from bridge.package.faults import Fault
from bridge.package.make import Made, make
from bridge.settings import load_settings

NODE_MODULES = Path("node_modules")
CONNECTORS = "connectors"


def package(
    *,
    out: Annotated[Path | None, typer.Option(help="Where to write it.", dir_okay=False)] = None,
    manifest_version: Annotated[
        str | None, typer.Option(help=f"The schema's version; else 1.{versions.NEWEST}.")
    ] = None,
    portal: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="A manifest or package from a portal, to be kept as far as it can be.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    tab_only: Annotated[
        bool, typer.Option("--tab-only", help="Leave out the entry for connectors.")
    ] = False,
    local: Annotated[
        bool, typer.Option("--local", help="Permit http and this machine, as in the sandbox.")
    ] = False,
    check_: Annotated[
        Path | None,
        typer.Option(
            "--check", help="Say what is wrong with this package.", exists=True, dir_okay=False
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make the Teams app's package, or check one.

    It is checked before it is written. Names, ids and links of the app come from BRIDGE_APP_* (docs/administrators.md).
    """
    if (out is None) == (check_ is None):
        raise typer.BadParameter("Give --out FILE to make a package, or --check FILE to check one.")
    if check_ is not None:
        if portal is not None or manifest_version is not None or tab_only:
            raise typer.BadParameter("--check takes a file and nothing else but --local.")
        _check(check_, local=local, as_json=as_json)
    elif out is not None:
        _make(out, manifest_version, portal, tab_only=tab_only, local=local, as_json=as_json)


def _check(file: Path, *, local: bool, as_json: bool) -> None:
    faults = check.check(source.package(file), file.name, local=local)
    if as_json:
        show.json({"items": [_view(fault) for fault in faults], "next": None})
    else:
        _tell(faults)
        if not faults:
            typer.echo(f"Nothing is wrong with {file}.")
    _fail_if_serious(faults)


def _make(
    out: Path,
    wanted: str | None,
    portal: Path | None,
    *,
    tab_only: bool,
    local: bool,
    as_json: bool,
) -> None:
    ours_of, settings = app.load_app_settings(), load_settings()
    found = source.portal(portal) if portal else None
    version = _version(wanted, found)
    wrong = list(look_at_url("BRIDGE_PUBLIC_URL", settings.public_url, local=local))
    if wrong:
        sentences = " ".join(f"{fault.problem} {fault.mend}" for fault in wrong)
        raise SettingsError(
            f"BRIDGE_PUBLIC_URL: {sentences} For a try on one machine, say --local."
        )
    values = app.values(ours_of, settings.public_url)
    ours = manifest.fill(
        source.template(), values, version, app.sign_in(settings.entra_client_id, values["domain"])
    )
    if tab_only:
        del ours[CONNECTORS]
    pictures = source.pictures(ours_of.color_icon, ours_of.outline_icon)
    made = make(ours, pictures, version, found, local=local)
    judged = schema.judge(made.manifest, version, NODE_MODULES)
    faults = [*made.faults, *(judged or ())]
    if tab_only:
        faults = [fault for fault in faults if fault.where != CONNECTORS]
    if found is None:
        faults = [_with_variable(fault) for fault in faults]
    whole = not any(fault.serious for fault in faults)
    if whole:
        _replace(out, made.data)
    if as_json:
        show.json(
            {
                "file": str(out) if whole else None,
                "manifest": made.manifest,
                "changes": list(made.changes),
                "schema": judged is not None,
                "faults": [_view(fault) for fault in faults],
            }
        )
    else:
        _say(out, made, faults, asked_schema=judged is not None, whole=whole)
        if whole and found is None:
            _say_what_is_unset(ours_of)
    _fail_if_serious(faults)


def _say(
    out: Path, made: Made, faults: Sequence[Fault], *, asked_schema: bool, whole: bool
) -> None:
    for change in made.changes:
        show.out(show.text(f"Changed: {change}"))
    _tell(faults)
    if not whole:
        complain(f"{out} was not written: mend what stands above with “fail”.")
        return
    made_of = made.manifest
    judge = "by Microsoft's schema too" if asked_schema else "by the bridge's own rules"
    show.fields(
        {
            "written": str(out),
            "app": f"{made_of['name']['short']} {made_of['version']}",
            "id": made_of["id"],
            "connectorId": made_of[CONNECTORS][0]["connectorId"] if CONNECTORS in made_of else None,
            "manifest": f"{made_of['manifestVersion']}, checked {judge}",
        }
    )


def _say_what_is_unset(given: app.AppSettings) -> None:
    links = ("website_url", "privacy_url", "terms_url")
    unset = [f"BRIDGE_APP_{name.upper()}" for name in links if getattr(given, name) is None]
    if unset:
        them = "it is" if len(unset) == 1 else "they are"
        typer.echo(
            f"{', '.join(unset)}: until {them} set, the link leads to the bridge, which has no such page.",
            err=True,
        )


def _version(wanted: str | None, portal: Mapping[str, bytes] | None) -> int:
    """The version asked for, else the portal's if it can be, else the newest."""
    if wanted is not None:
        number = versions.numbered(wanted)
        if number is not None and number in versions.VERSIONS:
            return number
        known = f"1.{versions.OLDEST} to 1.{versions.NEWEST}, without 1.{versions.MISSING}"
        raise typer.BadParameter(f"{wanted!r}: say {known}.")
    given = source.version(portal) if portal else None
    return given if given in versions.VERSIONS else versions.NEWEST


def _with_variable(fault: Fault) -> Fault:
    """A fault of our own package, with the setting that it comes from."""
    name = app.VARIABLES.get(fault.where)
    return replace(fault, where=f"{fault.where} (BRIDGE_APP_{name})") if name else fault


def _replace(out: Path, data: bytes) -> None:
    """Write the whole file or none."""
    beside = out.with_name(f".{out.name}.new")
    beside.write_bytes(data)
    beside.replace(out)


def _tell(faults: Sequence[Fault]) -> None:
    if faults:
        show.table(
            ("", "where", "what is wrong", "how to mend it"),
            (
                ("fail" if fault.serious else "warn", fault.where, fault.problem, fault.mend)
                for fault in faults
            ),
            empty="",
        )


def _view(fault: Fault) -> dict[str, Any]:
    return {
        "state": "fail" if fault.serious else "warn",
        "where": fault.where,
        "problem": fault.problem,
        "mend": fault.mend,
    }


def _fail_if_serious(faults: Sequence[Fault]) -> None:
    if any(fault.serious for fault in faults):
        raise typer.Exit(FAILED)
