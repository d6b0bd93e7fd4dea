"""webhook-bridge administration: connectors and card actions on or off, for a tenant or a team."""

from typing import Annotated, Any, Literal

import typer

from bridge.app import Bridge
from bridge.cli import options, show
from bridge.cli.opened import with_bridge
from bridge.cli.options import DEFAULT_LIMIT, Cursor, Json, Limit
from bridge.services import views
from bridge.services.access import OPERATOR

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Turn connectors on or off.")

Tenant = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant's id, a GUID.")]
Team = Annotated[
    str | None, typer.Option(help="Only for this team: its id, groupId= in the link to it.")
]
Switch = Literal["on", "off"]


@app.command("set")
def set_(
    tenant: Tenant,
    *,
    team: Team = None,
    connectors: Annotated[
        Switch | None, typer.Option(help="Whether cards are posted and set up there.")
    ] = None,
    actions: Annotated[
        Switch | None, typer.Option(help="Whether cards there have buttons that act.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Turn things on or off, at once.

    A tenant's switch wins over its teams'. While connectors are off, cards are held, and new events become none.
    """
    if connectors is None and actions is None:
        raise typer.BadParameter("Say --connectors on|off, --actions on|off, or both.")

    async def work(bridge: Bridge) -> dict[str, Any]:
        standing, changed = await bridge.services.administration.turn(
            OPERATOR, tenant, team, connectors=_on(connectors), actions=_on(actions)
        )
        return {**views.standing(standing), "subscriptions": changed}

    view = with_bridge(work)
    _print(view, as_json=as_json)
    if not as_json:
        count = view["subscriptions"]
        typer.echo(f"This changed {count} subscription{'' if count == 1 else 's'}.")


@app.command("show")
def show_(tenant: Tenant, team: Team = None, as_json: Json = False) -> None:
    """Show what is on for a tenant or a team."""

    async def work(bridge: Bridge) -> dict[str, Any]:
        return views.standing(await bridge.services.administration.show(OPERATOR, tenant, team))

    _print(with_bridge(work), as_json=as_json)


@app.command("list")
def list_(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None, as_json: Json = False) -> None:
    """List where something is off."""

    async def work(bridge: Bridge) -> dict[str, Any]:
        part = await bridge.services.administration.list(OPERATOR, options.page(limit, cursor))
        return views.listing(part, views.switches)

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.table(
        ("tenant", "team", "connectors", "actions", "changed (UTC)"),
        (
            (
                it["tenant"],
                it["team"],
                _word(it["connectors"]),
                _word(it["actions"]),
                show.when(it["changed_at"]),
            )
            for it in view["items"]
        ),
        empty="Everything is on everywhere.",
    )
    show.more(view["next"])


def _print(view: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show.json(view)
        return
    show.fields(
        {
            "tenant": view["tenant"],
            "team": view["team"],
            "connectors": _word(view["connectors"]),
            "actions": _word(view["actions"]),
            "in force": " ".join(view["reasons"]) or "everything is on",
        }
    )


def _on(switch: Switch | None) -> bool | None:
    return None if switch is None else switch == "on"


def _word(on: bool) -> str:
    return "on" if on else "off"
