"""Anything that posts JSON, as a source: a card that shows it well, or one of the endpoint's own."""

from collections.abc import Iterable

from bridge.plugin import Source, hookimpl
from bridge_generic.source import Generic


@hookimpl
def register_sources() -> Iterable[Source]:
    """Any system, by its endpoint's config."""
    return [Generic()]
