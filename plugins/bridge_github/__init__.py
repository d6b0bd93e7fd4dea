"""GitHub as a source: what happens in its repositories and organisations becomes cards."""

from collections.abc import Iterable

from bridge.plugin import Source, hookimpl
from bridge_github.source import GitHub


@hookimpl
def register_sources() -> Iterable[Source]:
    """GitHub, on github.com and on an Enterprise Server."""
    return [GitHub()]
