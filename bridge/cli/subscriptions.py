"""webhook-bridge subscriptions: who gets which cards."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, get_args

import typer

from bridge.app import Bridge
from bridge.cli import looks, options, show, wishes
from bridge.cli.dryrun import dry_run
from bridge.cli.group import FAILED
from bridge.cli.move import URL_VARIABLE, move
from bridge.cli.opened import with_bridge
from bridge.cli.options import DEFAULT_LIMIT, Cursor, Json, Limit, Yes
from bridge.models import Stale, Subscription
from bridge.services import views
from bridge.services.access import OPERATOR
from bridge.services.subscriptions import WantedSubscription

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Which channel gets which cards."
)

Id = Annotated[str, typer.Argument(metavar="SUBSCRIPTION", help="The subscription's id, sub_….")]

Digest = Annotated[
    bool | None,
    typer.Option(
        "--digest/--no-digest",
        help="Whether its cards may be merged into one when too many wait. They may, if not said.",
    ),
]
ExpireAfter = Annotated[
    str | None,
    typer.Option(
        help="Drop cards that were not sent within 30m, 2h, 1d; 0m is never, the default."
    ),
]
Hold = Annotated[
    str | None,
    typer.Option(
        help="Let what opens something wait so long (10s, at most 5m) before its filters are asked, for the labels that "
        "are added right after; 0s is not at all, the default."
    ),
]
StaleChoice = Annotated[
    str | None,
    typer.Option(
        "--stale",
        metavar="keep|mark|drop",
        help="What becomes of an event that is older than what the channel already saw of the same thing: kept, if not "
        "said; marked as older on its card; dropped.",
    ),
]


@app.command()
def create(
    endpoint: Annotated[str, typer.Argument(metavar="ENDPOINT", help="The endpoint's id, ep_….")],
    *,
    event: Annotated[
        list[str],
        typer.Option(help="An event type: push, 'pull_request.*', '*'. May be repeated."),
    ],
    where: wishes.Where = None,
    filters: wishes.Filters = None,
    bots: wishes.Bots = None,
    channel_url: Annotated[
        str | None,
        typer.Option(
            metavar="-|URL",
            help="The channel's webhook URL, a secret: - reads it from standard input, and it may be in "
            f"{URL_VARIABLE}, so that it stays out of the shell's history.",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(help="connector or workflow, where the URL does not tell."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Without it, the endpoint's name.")] = None,
    digest: Digest = None,
    expire_after: ExpireAfter = None,
    hold: Hold = None,
    stale: StaleChoice = None,
    compact: looks.Compact = None,
    accent: looks.Accent = None,
    fact: looks.Facts = None,
    time_zone: looks.TimeZone = None,
    template: looks.Template = None,
    presentation: looks.Whole = None,
    as_json: Json = False,
) -> None:
    """Subscribe a channel to an endpoint.

    The channel is reached by the webhook URL that its owner made in Teams: a connector's, or that of a Power Automate
    workflow ("When a Teams webhook request is received").
    """
    url = options.secret(channel_url, URL_VARIABLE, "The channel's webhook URL")
    if url is None:
        raise typer.BadParameter(f"Give --channel-url, or set {URL_VARIABLE}.")
    whole, single = looks.asked(
        presentation,
        compact=compact,
        accent=accent,
        facts=fact,
        time_zone=time_zone,
        template=template,
    )
    wanted = WantedSubscription(
        endpoint=endpoint,
        url=url,
        kind=kind,
        events=tuple(event),
        filters=wishes.asked(wishes.given(where, filters), bots=bots, before={}) or {},
        presentation={**(whole or {}), **single},
        name=name,
        digest=digest,
        expiry=options.minutes(expire_after),
        hold=options.seconds(hold),
        stale=options.choice(stale, get_args(Stale)),
    )

    async def work(bridge: Bridge) -> dict[str, Any]:
        return await _view(bridge, await bridge.services.subscriptions.save(OPERATOR, wanted))

    _print(with_bridge(work), as_json=as_json)


@app.command("list")
def list_(
    endpoint: Annotated[str | None, typer.Option(help="Only those of an endpoint.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    as_json: Json = False,
) -> None:
    """List the subscriptions, newest first."""

    async def work(bridge: Bridge) -> dict[str, Any]:
        service = bridge.services.subscriptions
        part = await service.list(OPERATOR, options.page(limit, cursor), endpoint)
        said = await service.sentences(*part.items)
        return views.listing(part, lambda it: views.subscription(it, said[it.id]))

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.table(
        ("id", "state", "name", "channel", "what becomes a card", "reason"),
        (
            (
                it["id"],
                it["state"],
                it["name"],
                f"{it['channel']['kind']} {it['channel']['url']}",
                it["sentence"],
                " ".join(it["off"]) or it["reason"] or it["channel"]["reason"],
            )
            for it in view["items"]
        ),
        empty="No subscriptions yet. Make one: webhook-bridge subscriptions create ENDPOINT --event '*'",
    )
    show.more(view["next"])


@app.command("show")
def show_(subscription: Id, as_json: Json = False) -> None:
    """Show one, and how its channel is doing."""

    async def work(bridge: Bridge) -> dict[str, Any]:
        return await _view(bridge, await bridge.services.subscriptions.get(OPERATOR, subscription))

    _print(with_bridge(work), as_json=as_json)


@app.command()
def change(
    subscription: Id,
    *,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    event: Annotated[
        list[str] | None, typer.Option(help="Other event types. May be repeated.")
    ] = None,
    where: wishes.Where = None,
    filters: wishes.Filters = None,
    bots: wishes.Bots = None,
    digest: Digest = None,
    expire_after: ExpireAfter = None,
    hold: Hold = None,
    stale: StaleChoice = None,
    compact: looks.Compact = None,
    accent: looks.Accent = None,
    fact: looks.Facts = None,
    time_zone: looks.TimeZone = None,
    template: looks.Template = None,
    presentation: looks.Whole = None,
    as_json: Json = False,
) -> None:
    """Change what is given; the rest stays.

    Given filters take the place of those there were; --no-bots and --bots alone leave the rest of them. A disabled
    subscription is active again.
    """
    given = wishes.given(where, filters)
    expiry = options.minutes(expire_after)
    seconds = options.seconds(hold)
    chosen = options.choice(stale, get_args(Stale))
    whole, single = looks.asked(
        presentation,
        compact=compact,
        accent=accent,
        facts=fact,
        time_zone=time_zone,
        template=template,
    )

    async def work(bridge: Bridge) -> dict[str, Any]:
        service = bridge.services.subscriptions
        before = await service.get(OPERATOR, subscription)
        wanted = whole
        if single:
            wanted = {**(before.presentation if whole is None else whole), **single}
        changed = await service.update(
            OPERATOR,
            subscription,
            presentation=wanted,
            name=name,
            events=tuple(event) if event else None,
            filters=wishes.asked(given, bots=bots, before=before.filters),
            digest=digest,
            expiry=expiry,
            hold=seconds,
            stale=chosen,
        )
        return await _view(bridge, changed)

    _print(with_bridge(work), as_json=as_json)


@app.command()
def pause(subscription: Id, as_json: Json = False) -> None:
    """Hold its cards and drop new ones.

    What is pending stays and is sent after `resume`; what would match meanwhile is recorded as dropped.
    """
    _print(with_bridge(_to_state(subscription, "paused")), as_json=as_json)


@app.command()
def resume(subscription: Id, as_json: Json = False) -> None:
    """Send cards again, also those held.

    A channel that was given up is tried again.
    """
    _print(with_bridge(_to_state(subscription, "active")), as_json=as_json)


@app.command()
def remove(subscription: Id, yes: Yes = False) -> None:
    """Remove a subscription.

    Its pending cards are dropped.
    """

    async def find(bridge: Bridge) -> str:
        return (await bridge.services.subscriptions.get(OPERATOR, subscription)).name

    async def work(bridge: Bridge) -> None:
        await bridge.services.subscriptions.remove(OPERATOR, subscription)

    name = with_bridge(find)
    if not yes:
        typer.confirm(f"Remove the subscription {name}?", abort=True)
    with_bridge(work)
    typer.echo(f"Removed {name}.")


app.command("dry-run")(dry_run)
app.command("move")(move)


@app.command("test")
def try_out(subscription: Id, as_json: Json = False) -> None:
    """Send a sample card now.

    Prints what the channel answered; exits with 1 if the card was not delivered.
    """

    async def work(bridge: Bridge) -> dict[str, Any]:
        answer, outcome = await bridge.services.subscriptions.test(OPERATOR, subscription)
        return views.tested(answer, outcome)

    view = with_bridge(work)
    if as_json:
        show.json(view)
    else:
        took = f"{view['milliseconds']} ms"
        names = ("delivered", "verdict", "reason", "status", "excerpt")
        show.fields({**{name: view[name] for name in names}, "took": took})
    if not view["delivered"]:
        raise typer.Exit(FAILED)


def _to_state(
    subscription: str, state: Literal["active", "paused"]
) -> Callable[[Bridge], Awaitable[dict[str, Any]]]:
    async def work(bridge: Bridge) -> dict[str, Any]:
        service = bridge.services.subscriptions
        return await _view(bridge, await service.set_state(OPERATOR, subscription, state))

    return work


async def _view(bridge: Bridge, subscription: Subscription) -> dict[str, Any]:
    said = await bridge.services.subscriptions.sentences(subscription)
    return views.subscription(subscription, said[subscription.id])


def _print(view: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show.json(view)
        return
    channel = view["channel"]
    names = ("id", "name", "state", "reason", "endpoint", "events")
    team = [part for part in (view["teams"]["team"], view["teams"]["channel"]) if part]
    show.fields(
        {
            **{name: view[name] for name in names},
            "what becomes a card": view["sentence"],
            "turned off": " ".join(view["off"]),
            "merged into digests": "yes" if view["digest"] else "no",
            "dropped after (minutes)": view["expiry"],
            "held after opening (seconds)": view["hold"] or None,
            "older events": {"keep": None, "mark": "marked", "drop": "dropped"}[view["stale"]],
            "cards": looks.told(view["presentation"]),
            "channel": f"{channel['kind']} {channel['url']}",
            "channel's id": channel["id"],
            "in Teams": " / ".join(team),
            "of the app's kind": view["teams"]["app_type"],
            "in the tab": view["teams"]["tab"],
            "channel's state": channel["state"] if channel["state"] != "open" else None,
            "channel's fault": channel["reason"],
            "failing since (UTC)": show.when(channel["failing_since"]),
            "next try (UTC)": show.when(channel["retry_at"]),
            "owner": view["owner"],
            "created (UTC)": show.when(view["created_at"]),
            "updated (UTC)": show.when(view["updated_at"]),
        }
    )
