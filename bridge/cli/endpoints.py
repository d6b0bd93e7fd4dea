"""webhook-bridge endpoints: where external systems post to."""

from typing import Annotated, Any, cast, get_args

import typer
from pydantic import SecretStr

from bridge.app import Bridge
from bridge.cli import options, show
from bridge.cli.group import complain
from bridge.cli.opened import with_bridge
from bridge.cli.options import DEFAULT_LIMIT, Cursor, Json, Limit, Yes
from bridge.models import Endpoint, Verification
from bridge.services import views
from bridge.services.access import OPERATOR
from bridge.services.acting import WantedActing, Who

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Where external systems post their webhooks."
)

TOKEN_VARIABLE = "BRIDGE_ACTION_TOKEN"  # noqa: S105  # the name of a variable
SECRET_VARIABLE = "BRIDGE_ENDPOINT_SECRET"  # noqa: S105  # the name of a variable

Id = Annotated[str, typer.Argument(metavar="ENDPOINT", help="The endpoint's id, ep_….")]
Secret = Annotated[
    str | None,
    typer.Option(
        metavar="-|TEXT",
        help=f"A secret of your own; - reads it from standard input. Also from {SECRET_VARIABLE}. "
        "Without it a strong one is made.",
    ),
]
Config = Annotated[str | None, typer.Option(metavar="FILE|-", help=options.CONFIG_HELP)]


@app.command()
def create(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="github, jira, generic, … (see `plugins list`).")
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people will recognise it by.")],
    *,
    secret: Secret = None,
    config: Config = None,
    verification: Annotated[
        str | None,
        typer.Option(
            metavar="signature|url",
            help="url: for a system that cannot sign; its URL is then the secret.",
            show_default="signature, if it can",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an endpoint.

    Prints its URL and, this once, its secret.
    """
    how = None if verification is None else _verification(verification)
    if [secret, config] == ["-", "-"]:
        raise typer.BadParameter("Only one of --secret and --config can be standard input.")
    settings = options.config(config)

    async def work(bridge: Bridge) -> dict[str, Any]:
        service = bridge.services.endpoints
        made = await service.create(
            OPERATOR,
            source=source,
            name=name,
            secret=options.secret(secret, SECRET_VARIABLE, "Secret"),
            config=settings,
            verification=how,
        )
        theirs = secret is None and bridge.registry.source(source).issuer == "sender"
        return {**views.new_endpoint(made, service), "theirs": theirs}

    view = with_bridge(work)
    _show_new(view, as_json=as_json, theirs=view.pop("theirs"))


@app.command()
def acting(
    endpoint: Id,
    *,
    who: Annotated[
        str | None,
        typer.Option(metavar="nobody|people|channel", help="Who may act from its cards."),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option(help="Somebody who may: an Entra object id. May be repeated."),
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="Where things are done: https://example.atlassian.net.")
    ] = None,
    user: Annotated[
        str | None, typer.Option(help="The account's name, where the system wants one.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="-|TEXT",
            help=f"The account's token; - reads it from standard input. Also from {TOKEN_VARIABLE}.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say who may act from its cards, and as whom.

    What is not given stays as it is. Nobody may, unless said otherwise.
    """
    if who not in {None, *get_args(Who)}:
        raise typer.BadParameter(f"Say one of {', '.join(get_args(Who))}.", param_hint="--who")
    wanted = WantedActing(
        who=cast("Who | None", who),
        people=tuple(map(SecretStr, person)) if person else None,
        site=site,
        user=user,
        token=options.secret(token, TOKEN_VARIABLE, "Token"),
    )

    async def work(bridge: Bridge) -> dict[str, Any]:
        service = bridge.services.endpoints
        found = await service.get(OPERATOR, endpoint)
        changed = await bridge.services.acting.change(OPERATOR, found, wanted)
        return views.endpoint(changed, service)

    view = with_bridge(work)
    if as_json:
        show.json(view)
    else:
        show.fields(view["acting"])


@app.command("list")
def list_(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None, as_json: Json = False) -> None:
    """List the endpoints, newest first."""

    async def work(bridge: Bridge) -> dict[str, Any]:
        service = bridge.services.endpoints
        part = await service.list(OPERATOR, options.page(limit, cursor))
        return views.listing(part, lambda record: views.endpoint(record, service))

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.table(
        ("id", "source", "name", "verification", "created (UTC)"),
        (
            (it["id"], it["source"], it["name"], it["verification"], show.when(it["created_at"]))
            for it in view["items"]
        ),
        empty="No endpoints yet. Make one: webhook-bridge endpoints create SOURCE NAME",
    )
    show.more(view["next"])


@app.command("show")
def show_(endpoint: Id, as_json: Json = False) -> None:
    """Show one, and what it turned away."""

    async def work(bridge: Bridge) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        service = bridge.services.endpoints
        found = await service.get(OPERATOR, endpoint)
        refusals = await service.refusals(OPERATOR, endpoint)
        return views.endpoint(found, service), [views.refusal(record) for record in refusals]

    view, refused = with_bridge(work)
    if as_json:
        show.json({**view, "refused": refused})
        return
    _show(view)
    if refused:
        typer.echo("\nTurned away, newest first:")
        rows = ((show.when(it["at"]), it["status"], it["reason"]) for it in refused)
        show.table(("at (UTC)", "status", "reason"), rows, empty="")


@app.command()
def change(
    endpoint: Id,
    *,
    name: Annotated[str | None, typer.Option(help="What people will recognise it by.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Rename one, or give it other settings.

    The settings given replace all that it had. Its URL and its secret stay.
    """
    if name is None and config is None:
        raise typer.BadParameter("Say what is to change: --name, --config.")
    settings = None if config is None else options.config(config)

    async def work(bridge: Bridge) -> dict[str, Any]:
        service = bridge.services.endpoints
        changed = await service.update(OPERATOR, endpoint, name=name, config=settings)
        return views.endpoint(changed, service)

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    _show(view)
    if "warning" in view:
        complain(f"careful: {view['warning']}")


@app.command()
def rotate(
    endpoint: Id,
    secret: Secret = None,
    overlap: Annotated[
        str, typer.Option(help="How long the old secrets stay valid: 0s, 24h, 7d.")
    ] = "24h",
    as_json: Json = False,
) -> None:
    """Add a secret, let the old ones expire.

    Prints the new one, this once.
    """
    lasting = options.duration(overlap)

    async def work(bridge: Bridge) -> dict[str, Any]:
        service = bridge.services.endpoints
        given = options.secret(secret, SECRET_VARIABLE, "Secret")
        changed = await service.add_secret(OPERATOR, endpoint, given, lasting)
        return views.new_endpoint(changed, service)

    _show_new(with_bridge(work), as_json=as_json)


@app.command()
def remove(endpoint: Id, yes: Yes = False) -> None:
    """Remove one with all that hangs on it.

    Its subscriptions and events are removed, too.
    """

    async def find(bridge: Bridge) -> Endpoint:
        return await bridge.services.endpoints.get(OPERATOR, endpoint)

    async def work(bridge: Bridge) -> None:
        await bridge.services.endpoints.remove(OPERATOR, endpoint)

    name = with_bridge(find).name
    if not yes:
        typer.confirm(f"Remove {name} with all its subscriptions and events?", abort=True)
    with_bridge(work)
    typer.echo(f"Removed {name}.")


def _verification(given: str) -> Verification:
    match given:
        case "signature" | "url":
            return given
        case _:
            raise typer.BadParameter(f"{given!r}: say signature or url.")


def _show_new(view: dict[str, Any], *, as_json: bool, theirs: bool = False) -> None:
    """`theirs`: the external system makes the secret, once it knows the URL."""
    if as_json:
        show.json(view)
    elif theirs and view["verification"] == "signature":
        show.fields({"id": view["id"], "url": view["url"]})
        typer.echo(
            "Enter the URL in the external system, and give the secret that it shows here: "
            f"webhook-bridge endpoints rotate {view['id']} --secret -"
        )
    elif view["verification"] == "url":
        show.fields({"id": view["id"], "url": view["url"]})
        typer.echo("Enter the URL in the external system: it is not shown again.")
    else:
        show.fields({"id": view["id"], "url": view["url"], "secret": view["secret"]})
        typer.echo("Enter both in the external system: the secret is not shown again.")
    if "warning" in view:
        complain(f"careful: {view['warning']}")


def _show(view: dict[str, Any]) -> None:
    secrets = [
        f"{it['id']} (until {show.when(it['expires_at'])})" if it["expires_at"] else it["id"]
        for it in view["secrets"]
    ]
    times = {"created (UTC)": show.when(view["created_at"])}
    names = ("id", "name", "source", "url", "verification", "warning", "config", "owner")
    acting = view["acting"]
    who = f"{acting['people']} named people" if acting["who"] == "people" else acting["who"]
    may = {"who may act from cards": f"{who}, in {acting['site'] or 'the source’s own system'}"}
    known = {name: view.get(name) for name in names}
    show.fields({**known, "secrets": secrets, **(may if who != "nobody" else {}), **times})
