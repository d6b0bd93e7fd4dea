"""webhook-bridge events: what was received, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, get_args

import typer

from bridge.app import Bridge
from bridge.cli import options, show
from bridge.cli.opened import with_bridge
from bridge.cli.options import DEFAULT_LIMIT, Cursor, Json, Limit
from bridge.cli.trace import explained
from bridge.models import Endpoint, EventState, Listing, Page, Selection
from bridge.services import views
from bridge.services.access import OPERATOR
from bridge.services.find import Found, Query

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="What was received, and what became of it."
)

ROUTED = tuple(state for state in get_args(EventState) if state != "received")

PARTS: Final = 40
"""Parts of a list that one command looks through, of some hundred events each."""

WIDE: Final = 110
"""Columns of a terminal from which on a list tells types, too."""

ENDPOINTS: Final = 200
"""Endpoints that are asked for what they turned away."""

Id = Annotated[str, typer.Argument(metavar="EVENT", help="The event's id, ev_….")]


@app.command("list")
def list_(
    *,
    text: Annotated[
        str | None,
        typer.Option(help="Only those whose card or attributes have these words: 'octo/hello 12'."),
    ] = None,
    event_type: Annotated[
        str | None, typer.Option("--type", help="Only those of a type: pull_request, *.opened.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Those received since a time, or for a duration (2h, 7d).")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Those received before a time, or a duration ago.")
    ] = None,
    subscription: Annotated[
        str | None, typer.Option(help="What one subscription made of each, and why.")
    ] = None,
    endpoint: Annotated[str | None, typer.Option(help="Only those of an endpoint.")] = None,
    state: Annotated[str | None, typer.Option(metavar="|".join(get_args(EventState)))] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    as_json: Json = False,
) -> None:
    """Find events, newest first.

    "Why did I not get the card for pull request 12?": events list --text 12 --subscription SUBSCRIPTION says it in a
    word; events show EVENT says all.
    """
    query = Query(
        endpoint=endpoint,
        state=options.choice(state, get_args(EventState)),
        type=event_type,
        text=text,
        since=options.since(since) if since else None,
        until=options.since(until) if until else None,
        subscription=subscription,
    )

    async def work(bridge: Bridge) -> tuple[dict[str, Any], list[tuple[Endpoint, int]]]:
        part = await _found(bridge, query, options.page(limit, cursor))
        refused = [] if part.items else await _refused(bridge, query)
        return views.listing(part, views.found), refused

    view, refused = with_bridge(work)
    if as_json:
        show.json(view)
        return
    _table(view["items"], with_view=subscription is not None)
    for turned_away, count in refused:
        typer.echo(
            f"{turned_away.name} turned away {count} webhook{'s' if count > 1 else ''}, of which no event is made: "
            f"webhook-bridge endpoints show {turned_away.id}",
            err=True,
        )
    show.more(view["next"])


@app.command("show")
def show_(
    event: Id,
    body: Annotated[bool, typer.Option("--body", help="With its headers and body.")] = False,
    as_json: Json = False,
) -> None:
    """Show one, and why it did or did not match.

    When it came, who proved it, what it was read as, and for each subscription of its endpoint: whether it matched and
    why, the card, and every try at sending it. Nothing is sent or changed by it.
    """

    async def work(bridge: Bridge) -> dict[str, Any]:
        return views.trace(await bridge.services.events.show(OPERATOR, event))

    view = with_bridge(work)
    if as_json:
        show.json(view)
        return
    show.out(explained(view))
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


async def _found(bridge: Bridge, query: Query, page: Page) -> Listing[Found]:
    """As many as are wanted, however many events must be looked through for them, within bounds."""
    found: list[Found] = []
    for _ in range(PARTS):
        left = replace(page, limit=page.limit - len(found))
        part = await bridge.services.events.find(OPERATOR, left, query)
        found += part.items
        page = replace(page, cursor=part.next)
        if part.next is None or len(found) >= page.limit:
            break
    return Listing(tuple(found), page.cursor)


async def _refused(bridge: Bridge, query: Query) -> list[tuple[Endpoint, int]]:
    """The endpoints that turned webhooks away in the time that is asked for, and how many of the last."""
    service = bridge.services.endpoints
    wanted = query.endpoint
    if query.subscription:
        found = await bridge.services.subscriptions.get(OPERATOR, query.subscription)
        wanted = found.endpoint_id
    if wanted:
        endpoints: Sequence[Endpoint] = [await service.get(OPERATOR, wanted)]
    else:
        endpoints = (await service.list(OPERATOR, Page(ENDPOINTS))).items
    refused = []
    for endpoint in endpoints:
        refusals = await service.refusals(OPERATOR, endpoint.id)
        count = sum(
            (query.since is None or one.at >= query.since)
            and (query.until is None or one.at < query.until)
            for one in refusals
        )
        if count:
            refused.append((endpoint, count))
    return refused


def _table(items: Sequence[Mapping[str, Any]], *, with_view: bool) -> None:
    wide = show.width() >= WIDE
    columns = ("id", "received (UTC)", *(["type"] if wide else []), "what")
    show.table(
        (*columns, "what became of it" if with_view else "state"),
        (
            (
                it["id"],
                show.when(it["received_at"]),
                *([sorted(set(it["types"]))] if wide else []),
                it["reason"] or list(dict.fromkeys(filter(None, it["titles"]))) or it["types"],
                _became(it) if with_view else it["state"],
            )
            for it in items
        ),
        empty="No events.",
    )


def _became(item: Mapping[str, Any]) -> str:
    said = [step["standing"] or step["reason"] for step in item["steps"]]
    return " / ".join(dict.fromkeys(said)) or item["unasked"] or ""
