"""Jira as a source: Cloud, Data Center and old servers."""

from collections.abc import Iterable

from bridge.plugin import Source, hookimpl
from bridge_jira.source import Jira


@hookimpl
def register_sources() -> Iterable[Source]:
    """Jira, wherever it runs."""
    return [Jira()]
