"""Tells the operator, in a channel that the settings name, of channels that are gone, given up or need attention."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from pydantic import SecretStr

from bridge.cards.card import Card, Fact, Paragraph, Span
from bridge.channel import Verdict
from bridge.errors import StoreUnavailable
from bridge.models import Alert, Channel, Subscription
from bridge.pipeline.address import mask, which_kind
from bridge.pipeline.post import Poster
from bridge.registry import Registry
from bridge.store.port import Store

LOOK: Final = 1.0
"""Seconds between two looks for something to tell."""

AGAIN: Final = 60.0
"""Seconds until the alert channel is tried again, where it did not take an alert."""

NAMED: Final = 10
"""Subscriptions that an alert names."""

_SAID: Final = {
    "gone": "A channel is gone",
    "given up": "A channel was given up",
    "needs attention": "A channel needs attention",
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Alerter:
    """Tells what the store has noted, one after another, until the alert channel took it."""

    registry: Registry
    store: Store
    poster: Poster
    url: SecretStr

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            try:
                seconds = await self._tell_first()
            except StoreUnavailable:
                seconds = AGAIN
            if seconds:
                await asyncio.sleep(seconds)

    async def _tell_first(self) -> float:
        """Tell the oldest; how long to wait then."""
        found = await self.store.alerts.first()
        if found is None:
            return LOOK
        number, alert = found
        reason = await self._posted(alert)
        if reason is not None:
            log.warning("alert not told", channel=alert.channel_id, reason=reason)
            return AGAIN
        await self.store.alerts.told(number)
        return 0.0

    async def _posted(self, alert: Alert) -> str | None:
        """Post an alert; why it was not taken, or None."""
        url = self.url.get_secret_value()
        kind = self.registry.channels.get(which_kind(url, self.registry.channels) or "")
        if kind is None:
            return "BRIDGE_ALERT_CHANNEL has the shape of no known kind of channel."
        subscriptions = await self.store.subscriptions.of_channel(alert.channel_id)
        body = kind.encode(alert_card(alert, subscriptions), kind.limit_bytes)
        answer = await self.poster.post(Channel("alert", kind.name, self.url), kind, body)
        outcome = kind.judge(answer)
        return None if outcome.verdict is Verdict.DELIVERED else outcome.reason


def alert_card(alert: Alert, subscriptions: Sequence[Subscription]) -> Card:
    """What the operator is told. Pure."""
    title = _SAID[alert.event]
    names = ", ".join(one.name for one in subscriptions[:NAMED])
    more = len(subscriptions) - NAMED
    where = mask(subscriptions[0].channel.url.get_secret_value()) if subscriptions else "unknown"
    facts = [
        Fact("Channel", (Span(f"{alert.channel_id} ({where})"),)),
        Fact("Since", (Span(f"{alert.at:%Y-%m-%d %H:%M} UTC"),)),
    ]
    if names:
        said = f"{names} and {more} more" if more > 0 else names
        facts.append(Fact("Subscriptions", (Span(said),)))
    then = (
        "Cards wait until it takes them again, or it is given up."
        if alert.event == "needs attention"
        else "Its subscriptions are disabled. Saving or resuming one opens it again."
    )
    return Card(
        title=(Span(title),),
        summary=f"{title}: {alert.reason}",
        text=(Paragraph((Span(alert.reason),)), Paragraph((Span(then),))),
        facts=tuple(facts),
        accent="attention",
    )
