"""The built-in channel kinds: they register as any plugin's do."""

from collections.abc import Iterable

from bridge.channel import ChannelKind
from bridge.channels.connector import Connector
from bridge.channels.workflow import Workflow
from bridge.hookspecs import hookimpl


@hookimpl
def register_channels() -> Iterable[ChannelKind]:
    """Both ways to reach a Teams channel."""
    return [Connector(), Workflow()]
