"""webhook-bridge sandbox: a simulated Teams to try everything in."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.sandbox import PORT, run_sandbox


def sandbox(
    host: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes any free one.")] = PORT,
    node_modules: Annotated[
        Path | None, typer.Option(help="Where npm put Microsoft's libraries.", file_okay=False)
    ] = None,
    database: Annotated[
        Path | None, typer.Option(help="A file to keep its data in; without it, it is forgotten.")
    ] = None,
) -> None:
    """Start a simulated Teams to try it all in."""
    run_sandbox(host, port, node_modules, database)
