"""Printing: JSON as the API gives it, or tables and lines for people."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import typer
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

PIPED_WIDTH = 10_000
"""Nothing is wrapped for a program that reads it."""

_STYLES = {
    **dict.fromkeys(("active", "delivered", "routed", "ok", "yes"), "green"),
    **dict.fromkeys(("paused", "pending", "received", "dropped", "warn"), "yellow"),
    **dict.fromkeys(("disabled", "dead", "failed", "fail"), "red"),
}


def json(view: Any) -> None:
    """A view, as the API would give it."""
    typer.echo(orjson.dumps(view, option=orjson.OPT_INDENT_2))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], empty: str) -> None:
    """Rows under their columns' names; `empty` is said where there are none. The first column is never cut."""
    shown = [[text(value) for value in row] for row in rows]
    if not shown:
        typer.echo(empty, err=True)
        return
    made = Table(box=None, pad_edge=False, header_style="bold")
    for position, column in enumerate(columns):
        made.add_column(column, no_wrap=position == 0, overflow="fold")
    for row in shown:
        made.add_row(*row)
    out(made)


def fields(pairs: Mapping[str, Any]) -> None:
    """One thing: the name of each field and its value, those without a value left out."""
    made = Table(box=None, pad_edge=False, show_header=False)
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in pairs.items():
        if value not in (None, "", [], {}):
            made.add_row(name, text(value))
    out(made)


def more(cursor: str | None) -> None:
    """That the list goes on, and how to see it."""
    if cursor is not None:
        typer.echo(f"There is more: --cursor {cursor}", err=True)


def tree(label: RenderableType) -> Tree:
    """A tree to hang branches on, to be given to `out`."""
    return Tree(label, guide_style="dim")


def width() -> int:
    """How many columns there are to print to."""
    return Console().width if sys.stdout.isatty() else PIPED_WIDTH


def out(what: RenderableType) -> None:
    """Print for people: in colour on a terminal, plain and unwrapped in a pipe."""
    columns = None if sys.stdout.isatty() else PIPED_WIDTH
    console = Console(width=columns, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(what)
    # Columns are padded to their width; what is copied from here should not be.
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def text(value: Any) -> Text:
    """A value in words, without what could steer a terminal: it may come from anywhere."""
    words = _words(value)
    clean = "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in words)
    return Text(clean, style=_STYLES.get(clean, ""))


def when(time: str | None) -> str:
    """A view's time for people, in UTC."""
    return time[:19].replace("T", " ") if time else ""


def _words(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(_words, value))
        case dict():
            return orjson.dumps(value).decode()
        case _:
            return str(value)
