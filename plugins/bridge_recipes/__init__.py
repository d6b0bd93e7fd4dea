"""The sources that a recipe each describes."""

from collections.abc import Iterable

from bridge.plugin import Source, hookimpl


@hookimpl
def register_sources() -> Iterable[Source]:
    """The recipes of this folder."""
    return ()
