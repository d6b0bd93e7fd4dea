"""webhook-bridge deliveries: cards owed, sent and given up."""

from typing import Annotated, Any, get_args

import typer

from bridge.app import Bridge
from bridge.cli import options, show
from bridge.cli.opened import with_bridge
from bridge.cli.options import DEFAULT_LIMIT, Cursor, Json, Limit
from bridge.models import DeliveryState, Selection
from bridge.services import views
from bridge.services.access import OPERATOR

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Cards owed, delivered and given up."
)

FINISHED = tuple(state for state in get_args(DeliveryState) if state != "pending")

Id = Annotated[str, typer.Argument(metavar="DELIVERY", help="The delivery's id, dl_….")]


@app.command("list")
def list_(
    state: Annotated[str | None, typer.Option(metavar="|".join(get_args(DeliveryState)))] = None,
    subscription: Annotated[str | None, typer.Option(help="Only those to a subscription.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    as_json: Json = False,
) -> None:
    """List the deliveries, newest first."""
    wanted = options.choice(state, get_args(DeliveryState))

    async def work(bridge: Bridge) -> dict[str, Any]:
        part = await bridge.services.deliveries.list(
            OPERATOR, options.page(limit, cursor), wanted, subscription
        )
        return views.listing(part, views.delivery)

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.table(
        ("id", "created (UTC)", "state", "attempts", "event", "subscription", "reason"),
        (
            (
                it["id"],
                show.when(it["created_at"]),
                it["state"],
                it["attempts"],
                it["event"],
                it["subscription"],
                it["reason"],
            )
            for it in view["items"]
        ),
        empty="No deliveries.",
    )
    show.more(view["next"])


@app.command("show")
def show_(delivery: Id, as_json: Json = False) -> None:
    """Show one, with every try at it."""

    async def work(bridge: Bridge) -> dict[str, Any]:
        return views.delivery_with_attempts(
            *await bridge.services.deliveries.show(OPERATOR, delivery)
        )

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.fields(
        {
            **{name: view[name] for name in ("id", "state", "reason", "event", "subscription")},
            "part": view["part"] or None,
            "merged into": view["digest"],
            "its card says": view["remark"],
            "created (UTC)": show.when(view["created_at"]),
            "finished (UTC)": show.when(view["finished_at"]),
        }
    )
    if view["attempts"]:
        typer.echo()
        show.table(
            ("at (UTC)", "status", "ms", "outcome", "reason", "answer"),
            (
                (
                    show.when(it["at"]),
                    it["status"],
                    it["milliseconds"],
                    it["outcome"],
                    it["reason"],
                    it["excerpt"],
                )
                for it in view["attempts"]
            ),
            empty="",
        )


@app.command()
def replay(
    delivery: Annotated[
        str | None, typer.Argument(metavar="DELIVERY", help="The delivery's id, dl_….")
    ] = None,
    *,
    dead: Annotated[bool, typer.Option("--dead", help="The same as --state dead.")] = False,
    state: Annotated[
        str | None,
        typer.Option(metavar="|".join(FINISHED), help="All that ended so; with --since."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Those that ended since a time, or for a duration (2h, 7d).")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Those that ended before a time, or a duration ago.")
    ] = None,
    subscription: Annotated[str | None, typer.Option(help="Only those to a subscription.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Only those of an endpoint.")] = None,
    as_json: Json = False,
) -> None:
    """Send a card, or a selection of them, again.

    Either name a delivery, or give --state (or --dead) with --since for all that ended so since then.
    """
    wanted = options.choice("dead" if dead and state is None else state, FINISHED)
    narrowed = since or until or subscription or endpoint
    if bool(wanted) == bool(delivery) or (delivery and narrowed):
        raise typer.BadParameter("Name a delivery, or give --state (or --dead) with --since.")
    if wanted:
        if since is None:
            raise typer.BadParameter("Say since when: --since 2h, --since 2026-11-23T14:05Z.")
        selection = Selection(
            state=wanted,
            since=options.since(since),
            until=options.since(until) if until else None,
            subscription=subscription,
            endpoint=endpoint,
        )
        _replay_selected(selection, as_json=as_json)
        return

    async def work(bridge: Bridge) -> dict[str, Any]:
        return views.delivery(await bridge.services.deliveries.replay(OPERATOR, str(delivery)))

    view = with_bridge(work)
    if as_json:
        show.json(view)
    else:
        typer.echo("It will be sent again. See: webhook-bridge deliveries show " + view["id"])


def _replay_selected(selection: Selection, *, as_json: bool) -> None:
    async def work(bridge: Bridge) -> int:
        return await bridge.services.deliveries.replay_selected(OPERATOR, selection)

    count = with_bridge(work)
    if as_json:
        show.json({"replayed": count})
    else:
        typer.echo(f"{count} will be sent again.")
