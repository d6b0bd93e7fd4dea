"""What a subscription wants, on the command line: the options for its filters."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
import typer

from bridge.cli import options
from bridge.services.bots import with_bots, without_bots

Where = Annotated[
    list[str] | None,
    typer.Option(
        help="Only events with such an attribute: 'repository=acme/*,octo/*', 'labels!=wontfix', "
        "'milestone=' (empty). May be repeated: all must hold.",
    ),
]
Filters = Annotated[
    str | None,
    typer.Option(
        metavar="JSON|FILE", help="Filters with groups (all, any, not), as in the API; or a file."
    ),
]
Bots = Annotated[
    bool | None,
    typer.Option(
        "--bots/--no-bots",
        help="Whether what programs do becomes a card. It does, if not said.",
    ),
]


def given(where: list[str] | None, filters: str | None) -> dict[str, Any] | None:
    """The filters that are given, if any are. Raises `BadParameter`."""
    if where and filters is not None:
        raise typer.BadParameter("Give --where or --filters, not both.")
    if where:
        return options.where(where)
    return None if filters is None else _read(filters)


def asked(
    wanted: dict[str, Any] | None, *, bots: bool | None, before: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The filters as they are to be: what is wanted in place of those `before`. None: they are to stay."""
    if bots is None:
        return wanted
    change = with_bots if bots else without_bots
    return change(before if wanted is None else wanted)


def _read(given: str) -> dict[str, Any]:
    if not given.lstrip().startswith("{"):
        return options.config(given)
    try:
        found: dict[str, Any] = orjson.loads(given)
    except orjson.JSONDecodeError as error:
        raise typer.BadParameter(f"The filters are not JSON: {error}.") from None
    return found
