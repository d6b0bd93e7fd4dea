"""The sources that a recipe each describes: the YAML files of this folder."""

from collections.abc import Iterable
from pathlib import Path

from bridge.plugin import Source, hookimpl, recipes


@hookimpl
def register_sources() -> Iterable[Source]:
    """The recipes of this folder."""
    return recipes(Path(__file__).parent)
