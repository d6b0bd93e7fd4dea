"""What commands take: the options they share, and the reading of what people type."""

import math
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import orjson
import typer
import yaml
from pydantic import SecretStr

from bridge.models import Page

T = TypeVar("T")

Json = Annotated[bool, typer.Option("--json", help="Print JSON, in the API's shape.")]
Limit = Annotated[int, typer.Option(help="How many at most.", min=1, max=200)]
Cursor = Annotated[str | None, typer.Option(help="Where the list before this one ended.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

DEFAULT_LIMIT = 50

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"(\d{1,6})([smhdw])")


def page(limit: int, cursor: str | None) -> Page:
    """Which part of a list is wanted."""
    return Page(limit, cursor)


def choice(given: str | None, values: tuple[T, ...]) -> T | None:
    """One of some words, if it is given. Raises `BadParameter`."""
    for value in values:
        if value == given:
            return value
    if given is not None:
        raise typer.BadParameter(f"{given!r}: say {', '.join(map(str, values))}.")
    return None


def duration(given: str) -> timedelta:
    """`30s`, `10m`, `24h`, `7d` or `2w`. Raises `BadParameter`."""
    found = _DURATION.fullmatch(given.strip())
    if found is None:
        raise typer.BadParameter(f"{given!r} is no duration such as 30s, 10m, 24h, 7d or 2w.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def minutes(given: str | None) -> int | None:
    """A duration in whole minutes, rounded up, if it is given. Raises `BadParameter`."""
    return None if given is None else math.ceil(duration(given).total_seconds() / 60)


def seconds(given: str | None) -> int | None:
    """A duration in seconds, if it is given. Raises `BadParameter`."""
    return None if given is None else int(duration(given).total_seconds())


def since(given: str) -> datetime:
    """A time (`2026-11-23T14:05Z`; UTC where no zone is given), or a duration before now. Raises `BadParameter`."""
    if _DURATION.fullmatch(given.strip()):
        return datetime.now(UTC) - duration(given)
    try:
        at = datetime.fromisoformat(given.strip())
    except ValueError:
        raise typer.BadParameter(
            f"{given!r} is neither a time such as 2026-11-23T14:05Z nor a duration such as 2h."
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def secret(given: str | None, variable: str | None, prompt: str) -> SecretStr | None:
    """A secret given as such, as `-` (asked for, or read from standard input), or in an environment variable, if any."""
    if given == "-":
        if sys.stdin.isatty():
            given = typer.prompt(prompt, hide_input=True)
        else:
            given = sys.stdin.readline().strip()
    if given is None and variable is not None:
        given = os.environ.get(variable)
    return SecretStr(given) if given else None


CONFIG_HELP = "The source's own settings: a JSON or YAML file, or - for standard input."


def config(given: str | None) -> dict[str, Any]:
    """The settings in a JSON or YAML file, or on standard input where `-` is given. Raises `BadParameter`."""
    if given is None:
        return {}
    if given != "-" and not Path(given).is_file():
        raise typer.BadParameter(f"{given} is no file; - means standard input.")
    name = "Standard input" if given == "-" else given
    text = sys.stdin.buffer.read() if given == "-" else Path(given).read_bytes()
    try:
        found = _read(text)
    except yaml.YAMLError as error:
        raise typer.BadParameter(f"{name} is neither JSON nor YAML: {_place(error)}.") from None
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{name} holds no settings, which are names with values.")
    return {str(setting): value for setting, value in found.items()}


def _read(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return yaml.safe_load(text)


def _place(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    return "it cannot be read"


def headers(given: list[str]) -> dict[str, str]:
    """Headers given as `Name: value`. Raises `BadParameter`."""
    found = {}
    for one in given:
        name, colon, value = one.partition(":")
        if not colon or not name.strip():
            raise typer.BadParameter(f"{one!r} is no header: write 'Name: value'.")
        found[name.strip()] = value.strip()
    return found


def where(given: list[str]) -> dict[str, Any]:
    """Filters given as `attribute=pattern,…` and `attribute!=pattern,…`, all of which must hold. Raises `BadParameter`.

    `attribute=` means that it is empty, `attribute!=` that it is not.
    """
    conditions = [_condition(one) for one in given]
    return {"all": conditions} if conditions else {}


def _condition(given: str) -> dict[str, Any]:
    name, equals, values = given.partition("=")
    excluded = name.endswith("!")
    attribute = name.removesuffix("!").strip()
    if not equals or not attribute:
        raise typer.BadParameter(
            f"{given!r} is no filter: write attribute=pattern or attribute!=pattern."
        )
    patterns = [value.strip() for value in values.split(",") if value.strip()]
    if not patterns:
        return {"attribute": attribute, "empty": not excluded}
    return {"attribute": attribute, "none_of" if excluded else "any_of": patterns}
