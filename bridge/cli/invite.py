"""webhook-bridge invite: leave to use the configuration page."""

from typing import Annotated, Any

import typer

from bridge.app import Bridge
from bridge.cli import options, show
from bridge.cli.opened import with_bridge
from bridge.cli.options import DEFAULT_LIMIT, Cursor, Json, Limit
from bridge.services import views
from bridge.services.access import OPERATOR

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def invite(
    context: typer.Context,
    *,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Only new endpoints of this source. May be repeated."),
    ] = None,
    endpoint: Annotated[
        list[str] | None, typer.Option(help="Also this endpoint. May be repeated.")
    ] = None,
    lifetime: Annotated[str, typer.Option("--for", help="How long it is good: 8h, 7d.")] = "7d",
    note: Annotated[str, typer.Option(help="For whom it is: shown in `invite list`.")] = "",
    as_json: Json = False,
) -> None:
    """Invite somebody to the configuration page.

    Prints a token, this once, which the page asks for.

    Without --source and --endpoint it opens new endpoints of every source.
    """
    if context.invoked_subcommand is not None:
        return
    lasting = options.duration(lifetime)

    async def work(bridge: Bridge) -> dict[str, Any]:
        made, token = await bridge.services.invitations.invite(
            OPERATOR,
            note=note,
            sources=tuple(source or ()),
            endpoints=tuple(endpoint or ()),
            lifetime=lasting,
        )
        page = f"{bridge.settings.public_url}/connector/config"
        return {**views.invitation(made), "token": token.get_secret_value(), "page": page}

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.fields(
        {
            **{name: view[name] for name in ("id", "note", "sources", "endpoints")},
            "expires (UTC)": show.when(view["expires_at"]),
            "token": view["token"],
        }
    )
    typer.echo("Give them the token, which is not shown again: the page asks for it.")


@app.command("list")
def list_(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None, as_json: Json = False) -> None:
    """List the invitations, expired ones too."""

    async def work(bridge: Bridge) -> dict[str, Any]:
        part = await bridge.services.invitations.list(OPERATOR, options.page(limit, cursor))
        return views.listing(part, views.invitation)

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.table(
        ("id", "note", "sources", "endpoints", "expires (UTC)"),
        (
            (
                it["id"],
                it["note"],
                it["sources"] or ("all" if not it["endpoints"] else ""),
                it["endpoints"],
                show.when(it["expires_at"]),
            )
            for it in view["items"]
        ),
        empty="No invitations.",
    )
    show.more(view["next"])


@app.command()
def revoke(
    invitation: Annotated[str, typer.Argument(metavar="INVITATION", help="Its id, inv_….")],
) -> None:
    """Withdraw one; what was made with it stays."""

    async def work(bridge: Bridge) -> None:
        await bridge.services.invitations.revoke(OPERATOR, invitation)

    with_bridge(work)
    typer.echo(f"Withdrew {invitation}.")
