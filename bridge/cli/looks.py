"""How a subscription's cards look, on the command line: the options for it, and what is said of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

Compact = Annotated[
    bool | None,
    typer.Option(
        "--compact/--full",
        help="A title and a line with the facts that matter, or the whole card. Full, if not said.",
    ),
]
Accent = Annotated[
    str | None,
    typer.Option(
        metavar="auto|neutral|accent|good|warning|attention",
        help="The cards' colour; auto is what the source gives.",
    ),
]
Facts = Annotated[
    list[str] | None,
    typer.Option(
        "--fact", help="Show only these facts, by name and in this order. May be repeated."
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option(help="The zone that times are told in: Europe/Berlin. UTC, if not said."),
]
Template = Annotated[
    Path | None,
    typer.Option(
        help="A file with a Jinja template of your own for the cards.",
        exists=True,
        dir_okay=False,
    ),
]
Whole = Annotated[
    str | None,
    typer.Option(
        "--presentation",
        metavar="JSON|FILE",
        help="All of how cards look, as in the API; the options above change single settings of it.",
    ),
]


def asked(
    whole: str | None,
    *,
    compact: bool | None,
    accent: str | None,
    facts: list[str] | None,
    time_zone: str | None,
    template: Path | None,
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """What is asked for: all of it, if that was given, and single settings. Raises `BadParameter`."""
    given: dict[str, Any] = {
        "style": None if compact is None else "compact" if compact else "full",
        "accent": accent,
        "facts": facts or None,
        "time_zone": time_zone,
        "template": None if template is None else _text(template),
    }
    single = {name: value for name, value in given.items() if value is not None}
    return (None if whole is None else presentation(whole)), single


def presentation(given: str) -> dict[str, Any]:
    """A JSON object, or the one in a file. Raises `BadParameter`."""
    text = given
    if not given.lstrip().startswith("{"):
        path = Path(given)
        if not path.is_file():
            raise typer.BadParameter(f"{given!r} is neither a JSON object nor a file with one.")
        text = _text(path)
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise typer.BadParameter(f"The presentation is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise typer.BadParameter("The presentation is JSON, but no object.")
    return found


def told(wanted: Mapping[str, Any]) -> str | None:
    """A presentation in words, or None where nothing is asked for."""
    facts, text, template = (wanted.get(name) for name in ("facts", "text", "template"))
    said = [
        "compact" if wanted.get("style") == "compact" else None,
        f"{wanted['accent']} in colour" if wanted.get("accent", "auto") != "auto" else None,
        _facts(facts) if facts is not None else None,
        None if text is None else f"at most {text} characters of text" if text else "no text",
        f"times in {wanted['time_zone']}" if "time_zone" in wanted else None,
        f"own template for {', '.join(template)}" if isinstance(template, Mapping) else None,
        "own template" if isinstance(template, str) else None,
    ]
    return "; ".join(filter(None, said)) or None


def _facts(facts: Any) -> str:
    if isinstance(facts, Mapping):
        return f"without {', '.join(facts['except'])}"
    return f"only {', '.join(facts)}" if facts else "no facts"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{path} is not text in UTF-8.") from None
