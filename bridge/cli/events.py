"""webhook-bridge events: what was received, and what became of it."""

from typing import Annotated, Any, get_args

import typer
from rich.text import Text

from bridge.app import Bridge
from bridge.cli import options, show
from bridge.cli.opened import with_bridge
from bridge.cli.options import DEFAULT_LIMIT, Cursor, Json, Limit
from bridge.models import EventState, Selection
from bridge.services import views
from bridge.services.access import OPERATOR

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="What was received, and what became of it."
)

ROUTED = tuple(state for state in get_args(EventState) if state != "received")

Id = Annotated[str, typer.Argument(metavar="EVENT", help="The event's id, ev_….")]


@app.command("list")
def list_(
    endpoint: Annotated[str | None, typer.Option(help="Only those of an endpoint.")] = None,
    state: Annotated[str | None, typer.Option(metavar="|".join(get_args(EventState)))] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    as_json: Json = False,
) -> None:
    """List the events, newest first."""
    wanted = options.choice(state, get_args(EventState))

    async def work(bridge: Bridge) -> dict[str, Any]:
        part = await bridge.services.events.list(
            OPERATOR, options.page(limit, cursor), endpoint, wanted
        )
        return views.listing(part, views.event)

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.table(
        ("id", "received (UTC)", "state", "source", "type", "reason"),
        (
            (
                it["id"],
                show.when(it["received_at"]),
                it["state"],
                it["source"],
                sorted(set(it["types"])),
                it["reason"],
            )
            for it in view["items"]
        ),
        empty="No events.",
    )
    show.more(view["next"])


@app.command("show")
def show_(
    event: Id,
    body: Annotated[bool, typer.Option("--body", help="With its headers and body.")] = False,
    as_json: Json = False,
) -> None:
    """Show one, and why it did or did not match.

    For each subscription of its endpoint: whether it matched and why, and what became of the card.
    """

    async def work(bridge: Bridge) -> dict[str, Any]:
        return views.trace(await bridge.services.events.show(OPERATOR, event))

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.out(_tree(view))
    if body:
        typer.echo()
        show.fields(view["headers"])
        typer.echo()
        show.out(show.text(view["body"]))


@app.command()
def replay(
    event: Annotated[
        str | None, typer.Argument(metavar="EVENT", help="The event's id, ev_….")
    ] = None,
    *,
    since: Annotated[
        str | None,
        typer.Option(help="All that were received since a time, or for a duration (2h, 7d)."),
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Only those before a time, or a duration ago.")
    ] = None,
    state: Annotated[str | None, typer.Option(metavar="|".join(ROUTED))] = None,
    endpoint: Annotated[str | None, typer.Option(help="Only those of an endpoint.")] = None,
    as_json: Json = False,
) -> None:
    """Route one again, or a selection of them, as if it just arrived.

    Either name an event, or give --since for all that were received since then.
    """
    wanted = options.choice(state, ROUTED)
    if bool(since) == bool(event) or (event and (until or wanted or endpoint)):
        raise typer.BadParameter("Name an event, or give --since for a selection.")
    if since:
        selection = Selection(
            state=wanted,
            since=options.since(since),
            until=options.since(until) if until else None,
            endpoint=endpoint,
        )
        _replay_selected(selection, as_json=as_json)
        return

    async def work(bridge: Bridge) -> dict[str, Any]:
        return views.event(await bridge.services.events.replay(OPERATOR, str(event)))

    view = with_bridge(work)
    if as_json:
        show.json(view)
    else:
        typer.echo("It will be routed again. See: webhook-bridge events show " + view["id"])


def _replay_selected(selection: Selection, *, as_json: bool) -> None:
    async def work(bridge: Bridge) -> int:
        return await bridge.services.events.replay_selected(OPERATOR, selection)

    count = with_bridge(work)
    if as_json:
        show.json({"replayed": count})
    else:
        typer.echo(f"{count} will be routed again.")


def _tree(view: dict[str, Any]) -> Any:
    head = Text(f"{view['id']}  {view['source']}  {show.when(view['received_at'])} UTC  ")
    root = show.tree(head + show.text(view["state"]))
    if view["reason"]:
        root.add(show.text(view["reason"]))
    if view["delivery_id"]:
        root.add(Text("delivery id ", style="dim") + show.text(view["delivery_id"]))
    for part, kind in enumerate(view["types"]):
        branch = root.add(Text.assemble((str(show.text(kind)), "bold")))
        for name, value in view["attributes"][part].items():
            if value not in (None, "", []):
                branch.add(Text(f"{show.text(name)} ", style="dim") + show.text(value))
        steps = [step for step in view["trace"] if step["part"] == part]
        if not steps:
            branch.add(Text("no subscription was looked at", style="yellow"))
        for step in steps:
            _branch(branch, step)
    return root


def _branch(above: Any, step: dict[str, Any]) -> None:
    mark = Text("✓ ", style="green") if step["matched"] else Text("✗ ", style="red")
    name = show.text(step["name"] or f"{step['subscription']} (removed)")
    branch = above.add(mark + name + Text(": ") + show.text(step["reason"]))
    owed = step["delivery"]
    if owed:
        line = Text(f"{owed['id']} ", style="dim") + show.text(owed["state"])
        branch.add(line + (Text(": ") + show.text(owed["reason"]) if owed["reason"] else Text()))
