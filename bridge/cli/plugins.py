"""webhook-bridge plugins: what is installed."""

import typer

from bridge.cli import show
from bridge.cli.options import Json
from bridge.loader import load
from bridge.services import views
from bridge.settings import load_settings

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The sources and channel kinds that are here."
)


@app.callback()
def plugins() -> None:
    """The sources and channel kinds that are here."""


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the plugins, where they come from and what they bring."""
    loaded = [views.plugin(plugin) for plugin in load(load_settings()).plugins]
    if as_json:
        show.json({"items": loaded, "next": None})
        return
    show.table(
        ("plugin", "from", "sources", "channel kinds"),
        ((it["name"], it["origin"], it["sources"], it["channels"]) for it in loaded),
        empty="No plugins.",
    )
