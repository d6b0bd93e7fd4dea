"""webhook-bridge subscriptions move: from a connector that Teams switched off to a workflow, one or all."""

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import SecretStr

from bridge.app import Bridge
from bridge.cli import options, show
from bridge.cli.group import FAILED
from bridge.cli.opened import with_bridge
from bridge.cli.options import Json
from bridge.errors import Invalid, Refused
from bridge.pipeline.address import mask
from bridge.services.access import OPERATOR
from bridge.services.moving import Moved

URL_VARIABLE: Final = "BRIDGE_CHANNEL_URL"
_HEADER: Final = frozenset({"subscription", "channel", "id"})


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be moved: a subscription or all of a channel. `line` is where the mapping file says so, else None."""

    name: str
    url: SecretStr
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of the mapping file."""

    line: int
    sentence: str


def move(
    subscription: Annotated[
        str | None,
        typer.Argument(
            metavar="[SUBSCRIPTION]",
            help="The subscription's id, sub_…; or a channel's, ch_…, for all that post there.",
        ),
    ] = None,
    *,
    channel_url: Annotated[
        str | None,
        typer.Option(
            metavar="-|URL",
            help=f"The new webhook URL, a secret: - reads it from standard input, and it may be in {URL_VARIABLE}.",
        ),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="-|FILE",
            help="Move many: a CSV file with an id (sub_… or ch_…) and its new URL on each line; - is standard input.",
        ),
    ] = None,
    test: Annotated[
        bool,
        typer.Option(
            "--test/--no-test",
            help="Whether the new channel has to take a test card first. It has to, if not said.",
        ),
    ] = True,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only check and say what would be moved; send nothing."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Let subscriptions post to another URL.

    As from a connector, which Teams switched off, to a workflow. Filters and looks stay, cards that wait go along, and
    what was disabled is active again. A line of a file that goes wrong holds up no other; exits with 1 if any did.
    """
    steps = _steps(subscription, channel_url, mapping)

    async def work(bridge: Bridge) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for step in steps:
            rows += await _take(bridge, step, test=test, dry_run=dry_run)
        return rows

    rows = with_bridge(work)
    if as_json:
        show.json({"items": rows, "next": None})
    else:
        _print(rows)
    if any(row["problem"] for row in rows):
        raise typer.Exit(FAILED)


def _steps(
    subscription: str | None, channel_url: str | None, mapping: str | None
) -> Iterable[Step | Fault]:
    if (subscription is None) is (mapping is None):
        raise typer.BadParameter("Give one subscription and --channel-url, or --map for many.")
    if subscription is None:
        if channel_url is not None:
            raise typer.BadParameter("With --map, the URLs stand in the file.")
        return list(read(_lines(mapping or "-")))
    url = options.secret(channel_url, URL_VARIABLE, "The new webhook URL")
    if url is None:
        raise typer.BadParameter(f"Give --channel-url, or set {URL_VARIABLE}.")
    return [Step(subscription, url)]


def _lines(given: str) -> list[str]:
    if given == "-":
        return sys.stdin.read().splitlines()
    if not Path(given).is_file():
        raise typer.BadParameter(f"{given} is no file; - means standard input.")
    return Path(given).read_text(encoding="utf-8-sig").splitlines()


def read(lines: Iterable[str]) -> Iterator[Step | Fault]:
    """What a mapping file asks for, line by line. Empty lines, `#…` and a header are passed over. No fault shows a URL."""
    known: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True))]
        name = cells[0]
        if not known and name.lower() in _HEADER:
            continue
        if not name.startswith(("sub_", "ch_")):
            yield Fault(number, "It begins with no id: sub_… or ch_….")
        elif len(cells) != 2 or not cells[1]:  # noqa: PLR2004  # an id and a URL
            yield Fault(number, 'Write an id, a comma and a URL, in "…" where that has a comma.')
        elif name in known:
            yield Fault(number, f"{name} stands in line {known[name]} already.")
        else:
            known[name] = number
            yield Step(name, SecretStr(cells[1]), number)


async def _take(
    bridge: Bridge, step: Step | Fault, *, test: bool, dry_run: bool
) -> list[dict[str, Any]]:
    if isinstance(step, Fault):
        return [_row(step.line, None, step.sentence)]
    try:
        moved = await bridge.services.moves.move(
            OPERATOR, step.name, step.url, test=test, dry_run=dry_run
        )
    except Refused as error:
        if step.line is None:
            raise
        sentence = " ".join(error.fields.values()) if isinstance(error, Invalid) else str(error)
        return [_row(step.line, step.name, sentence)]
    return [
        {**_row(step.line, one.subscription.id), **_moved(one, dry_run=dry_run)} for one in moved
    ]


def _row(line: int | None, name: str | None, problem: str | None = None) -> dict[str, Any]:
    return {
        "line": line,
        "subscription": name,
        "name": None,
        "from": None,
        "to": None,
        "moved": False,
        "tested": None,
        "problem": problem,
        "outcome": problem,
    }


def _moved(one: Moved, *, dry_run: bool) -> dict[str, Any]:
    here = one.before.url == one.after.url and one.before.kind == one.after.kind
    if one.moved:
        outcome = "moved; the test card was taken" if one.tested else "moved, without a test card"
    elif here:
        outcome = "it posts there already"
    else:
        outcome = "would be moved" if dry_run else "not moved"
    return {
        "name": one.subscription.name,
        "from": f"{one.before.kind} {mask(one.before.url.get_secret_value())}",
        "to": f"{one.after.kind} {mask(one.after.url.get_secret_value())}",
        "moved": one.moved,
        "tested": one.tested.reason if one.tested else None,
        "outcome": outcome,
    }


def _print(rows: list[dict[str, Any]]) -> None:
    numbered = any(row["line"] for row in rows)
    names = (*(("line",) if numbered else ()), "subscription", "name", "from", "to", "outcome")
    show.table(
        names, [[row[name] for name in names] for row in rows], empty="The file has no lines."
    )
