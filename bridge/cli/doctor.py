"""webhook-bridge doctor: what is missing, and how to mend it."""

import asyncio

import typer

from bridge.cli import show
from bridge.cli.checks import Finding, examine
from bridge.cli.group import FAILED
from bridge.cli.options import Json


def doctor(as_json: Json = False) -> None:
    """Check the set-up; say how to mend it.

    Settings, key, plugins, database, channels and public URL; exits with 1 if something must be mended.
    """
    found = asyncio.run(examine())
    if as_json:
        show.json({"items": [_view(finding) for finding in found], "next": None})
    else:
        show.table(
            ("", "what", "finding"),
            ((finding.state, finding.what, _sentence(finding)) for finding in found),
            empty="",
        )
    if any(finding.state == "fail" for finding in found):
        raise typer.Exit(FAILED)


def _sentence(finding: Finding) -> str:
    return f"{finding.finding} {finding.mend}".strip()


def _view(finding: Finding) -> dict[str, str]:
    return {
        "state": finding.state,
        "what": finding.what,
        "finding": finding.finding,
        "mend": finding.mend,
    }
