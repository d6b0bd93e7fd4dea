"""webhook-bridge deliveries: cards owed, sent and given up."""

from datetime import datetime
from typing import Annotated, Any, get_args

import typer

from bridge.app import Bridge
from bridge.cli import options, show
from bridge.cli.opened import with_bridge
from bridge.cli.options import DEFAULT_LIMIT, Cursor, Json, Limit
from bridge.models import DeliveryState
from bridge.services import views
from bridge.services.access import OPERATOR

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Cards owed, delivered and given up."
)

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
    dead: Annotated[bool, typer.Option("--dead", help="All that were given up.")] = False,
    since: Annotated[
        str | None, typer.Option(help="With --dead: since a time, or for a duration (2h, 7d).")
    ] = None,
    subscription: Annotated[
        str | None, typer.Option(help="With --dead: only those to a subscription.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send a card, or all dead ones, again.

    Either name a delivery, or give --dead with --since for all that were given up since then.
    """
    if dead == bool(delivery):
        raise typer.BadParameter("Name a delivery, or give --dead with --since.")
    if dead:
        if since is None:
            raise typer.BadParameter("Say since when: --since 2h, --since 2026-11-23T14:05Z.")
        _replay_dead(options.since(since), subscription, as_json=as_json)
        return
    if since or subscription:
        raise typer.BadParameter("--since and --subscription belong to --dead.")

    async def work(bridge: Bridge) -> dict[str, Any]:
        return views.delivery(await bridge.services.deliveries.replay(OPERATOR, str(delivery)))

    view = with_bridge(work)
    if as_json:
        show.json(view)
    else:
        typer.echo("It will be sent again. See: webhook-bridge deliveries show " + view["id"])


def _replay_dead(since: datetime, subscription: str | None, *, as_json: bool) -> None:
    async def work(bridge: Bridge) -> int:
        return await bridge.services.deliveries.replay_dead(OPERATOR, since, subscription)

    count = with_bridge(work)
    if as_json:
        show.json({"replayed": count})
    else:
        typer.echo(f"{count} will be sent again.")
