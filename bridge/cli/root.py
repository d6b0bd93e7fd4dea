"""All commands, gathered."""

from importlib.metadata import version
from typing import Annotated

import typer

from bridge import logs
from bridge.cli import (
    administration,
    deliveries,
    doctor,
    endpoints,
    events,
    invite,
    keys,
    package,
    people,
    plugins,
    preview,
    sandbox,
    serve,
    subscriptions,
)
from bridge.cli.group import Commands

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"webhook-bridge {version('teams-webhook-bridge')}")
        raise typer.Exit


@app.callback()
def root(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which it is.")
    ] = False,
) -> None:
    """Put cards into Microsoft Teams channels from any system that can POST a webhook.

    Settings come from BRIDGE_* variables or a .env file; `doctor` checks them.
    """
    logs.set_up(level="WARNING")


app.command()(sandbox.sandbox)
app.command()(serve.serve)
app.command()(serve.worker)
app.command()(serve.migrate)
app.add_typer(endpoints.app, name="endpoints")
app.add_typer(subscriptions.app, name="subscriptions")
app.add_typer(events.app, name="events")
app.add_typer(deliveries.app, name="deliveries")
app.command()(preview.preview)
app.add_typer(plugins.app, name="plugins")
app.add_typer(invite.app, name="invite")
app.add_typer(people.app, name="people")
app.command()(package.package)
app.add_typer(administration.app, name="administration")
app.command("new-key")(keys.new_key)
app.command()(doctor.doctor)
