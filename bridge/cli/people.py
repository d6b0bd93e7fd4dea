"""webhook-bridge people: who a source's users are in Teams, so that cards can mention them."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.app import Bridge
from bridge.cli import show
from bridge.cli.opened import with_bridge
from bridge.cli.options import Json
from bridge.services import views
from bridge.services.access import OPERATOR
from bridge.services.roster import write_csv

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Whom cards can mention in Teams."
)

Source = Annotated[str, typer.Option(help="The source that calls them so: github, jira.")]


@app.command("list")
def list_(source: Source, *, as_json: Json = False) -> None:
    """List who is known; ids are shown in part."""

    async def work(bridge: Bridge) -> dict[str, Any]:
        return views.people(await bridge.services.people.list(OPERATOR, source))

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.table(
        ("user", "name", "in Teams"),
        ((it["user"], it["name"], it["teams_id"]) for it in view["items"]),
        empty=f"Nobody is known of {source}. See `people import`.",
    )


@app.command("import")
def import_(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV with user,teams_id,name; - for stdin.")
    ],
    source: Source,
    *,
    as_json: Json = False,
) -> None:
    """Know those in a CSV file, and nobody else.

    Its first line names the columns: user (what the source calls them), teams_id (their user principal name or object id
    in Microsoft Entra) and name (what a mention shows). A file with a fault changes nothing.
    """
    text = _text(file)

    async def work(bridge: Bridge) -> dict[str, Any]:
        return views.people(await bridge.services.people.import_csv(OPERATOR, source, text))

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    number = len(view["items"])
    typer.echo(f"{number} {'person is' if number == 1 else 'people are'} known of {source} now.")


@app.command()
def export(
    source: Source,
    out: Annotated[Path | None, typer.Option(help="A file to write, instead of printing.")] = None,
) -> None:
    """Write them as CSV, with their whole ids.

    As `people import` reads it.
    """

    async def work(bridge: Bridge) -> str:
        return write_csv(await bridge.services.people.list(OPERATOR, source))

    text = with_bridge(work)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(f"Wrote {out}.")


@app.command()
def remove(
    user: Annotated[str, typer.Argument(metavar="USER", help="What the source calls them.")],
    source: Source,
) -> None:
    """Know somebody no more.

    Cards still show their name, and mention them no longer.
    """

    async def work(bridge: Bridge) -> None:
        await bridge.services.people.remove(OPERATOR, source, user)

    with_bridge(work)
    typer.echo(f"Removed {user} of {source}.")


def _text(file: str) -> str:
    if file != "-" and not Path(file).is_file():
        raise typer.BadParameter(f"{file} is no file; - means standard input.")
    given = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file} is not UTF-8: save it as such.") from None
