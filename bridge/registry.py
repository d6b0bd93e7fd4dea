"""What the plugins registered, as the rest of the bridge sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bridge.channel import ChannelKind, Outcome
from bridge.errors import NotFound
from bridge.models import Alert, Delivery
from bridge.source import Source
from bridge.texts import say

DeliveryObserver = Callable[[Delivery, Outcome], None]
AlertObserver = Callable[[Alert], None]


def _observe_nothing(*_: object) -> None:
    """No plugin asked to observe."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One loaded plugin: where it came from, and what it brought."""

    name: str
    origin: str
    sources: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """Sources and channel kinds by name.

    `delivery_finished` and `channel_alert` tell every observer, and never raise.
    """

    sources: Mapping[str, Source]
    channels: Mapping[str, ChannelKind]
    plugins: tuple[Plugin, ...] = ()
    delivery_finished: DeliveryObserver = field(default=_observe_nothing)
    channel_alert: AlertObserver = field(default=_observe_nothing)

    def source(self, name: str) -> Source:
        """The source of that name. Raises `NotFound`, saying which there are."""
        try:
            return self.sources[name]
        except KeyError:
            known = ", ".join(sorted(self.sources))
            raise NotFound(
                say("There is no source named {name}. There are: {known}.", name=name, known=known)
            ) from None
