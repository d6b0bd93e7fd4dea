"""webhook-bridge plugins: what is installed, and what of it can be translated."""

from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.options import Json
from bridge.errors import NotFound
from bridge.loader import load
from bridge.services import views
from bridge.settings import load_settings
from bridge.translations import template

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


@app.command()
def texts(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME", help="Plugins, as `plugins list` has them.")
    ],
) -> None:
    """Print what the pages say of plugins, for translators: a gettext template."""
    registry = load(load_settings())
    found = {plugin.name: plugin for plugin in registry.plugins if plugin.sources}
    for name in names:
        if name not in found:
            raise NotFound(
                f"There is no plugin named {name!r} that brings a source. There are: {', '.join(found)}."
            )
    wanted = (source for name in names for source in found[name].sources)
    typer.echo(template(registry.sources[source] for source in wanted), nl=False)
