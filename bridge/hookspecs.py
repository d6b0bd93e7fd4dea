"""The hooks that plugins may implement, through pluggy. pluggy registers; the registered objects do the work."""

from collections.abc import Iterable

import pluggy

from bridge.channel import ChannelKind, Outcome
from bridge.models import Alert, Delivery
from bridge.source import Source

NAMESPACE = "webhook_bridge"
"""The entry-point group, and pluggy's project name."""

hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


@hookspec
def register_sources() -> Iterable[Source]:  # type: ignore[empty-body]  # a specification has no body
    """Give the sources of this plugin; called once, at start."""


@hookspec
def register_channels() -> Iterable[ChannelKind]:  # type: ignore[empty-body]  # a specification has no body
    """Give the channel kinds of this plugin; called once, at start."""


@hookspec
def delivery_finished(delivery: Delivery, outcome: Outcome) -> None:
    """Observe that a delivery was delivered or given up. Raising is logged and hurts nobody."""


@hookspec
def channel_alert(alert: Alert) -> None:
    """Observe that a channel is gone, was given up, or needs attention. Raising is logged and hurts nobody."""
