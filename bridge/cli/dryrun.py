"""webhook-bridge subscriptions dry-run: which of the last events would have come."""

from typing import Annotated, Any

import typer

from bridge.app import Bridge
from bridge.cli import show, wishes
from bridge.cli.opened import with_bridge
from bridge.cli.options import Json
from bridge.services import views
from bridge.services.access import OPERATOR


def dry_run(
    subscription: Annotated[
        str | None, typer.Argument(metavar="SUBSCRIPTION", help="The subscription's id, sub_….")
    ] = None,
    *,
    endpoint: Annotated[
        str | None, typer.Option(help="Without a subscription: whose events to try.")
    ] = None,
    event: Annotated[
        list[str] | None,
        typer.Option(help="An event type: push, 'pull_request.*', '*'. May be repeated."),
    ] = None,
    where: wishes.Where = None,
    filters: wishes.Filters = None,
    bots: wishes.Bots = None,
    as_json: Json = False,
) -> None:
    """Tell which of the last 100 events would have come.

    Either name a subscription, which is tried as it is or with what is given instead; or give --endpoint, and --event
    for each type ('*', if not said). Nothing is sent, and nothing is changed.
    """
    if bool(subscription) == bool(endpoint):
        raise typer.BadParameter("Name a subscription, or give --endpoint.")
    events = tuple(event) if event else None
    wanted = wishes.given(where, filters)

    async def work(bridge: Bridge) -> dict[str, Any]:
        service = bridge.services.dry_runs
        if subscription is None:
            asked = wishes.asked(wanted, bots=bots, before={})
            tried = await service.run(OPERATOR, str(endpoint), events or ("*",), asked or {})
        else:
            before = await bridge.services.subscriptions.get(OPERATOR, subscription)
            asked = wishes.asked(wanted, bots=bots, before=before.filters)
            tried = await service.of_subscription(OPERATOR, subscription, events, asked)
        return views.dry_run(tried)

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    typer.echo(view["sentence"])
    if view["looked_at"]:
        typer.echo(
            f"{view['matched']} of the last {view['looked_at']} events would have come here."
        )
    show.table(
        ("", "received (UTC)", "type", "why", "event"),
        (
            (
                "✓" if part["matched"] else "✗",
                show.when(item["received_at"]),
                part["type"],
                part["reason"],
                item["event"],
            )
            for item in view["items"]
            for part in item["parts"] or [{**item, "type": item["state"]}]
        ),
        empty="Nothing was received at this endpoint yet.",
    )
