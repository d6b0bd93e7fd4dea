"""Takes the first delivery of a lane one step on: render, encode, POST, judge, record."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import structlog

from bridge.cards.card import Card
from bridge.channel import Answer, ChannelKind, Outcome, Verdict
from bridge.errors import BridgeError, TemplateFailed
from bridge.models import Attempt, Channel, Delivery, Endpoint, ParsedEvent
from bridge.pipeline.faults import printable, sentence
from bridge.pipeline.keeping import Keeper
from bridge.pipeline.lanes import BackOff, gone_missing, recovered
from bridge.pipeline.post import Poster
from bridge.pipeline.route import LARGE_BODY, Unroutable, parsed
from bridge.registry import Registry
from bridge.source import Source
from bridge.store.port import Store

Render = Callable[[Source, Endpoint, ParsedEvent], Card]
_FINAL: Final = frozenset({Verdict.DELIVERED, Verdict.REJECTED, Verdict.TOO_LARGE})

log = structlog.get_logger()


class Unrenderable(BridgeError):
    """A card that cannot be made; the message is the delivery's reason."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One try at a delivery, with those before it."""

    channel: Channel
    delivery: Delivery
    before: Sequence[Attempt]
    attempt: Attempt
    outcome: Outcome

    @property
    def delivery_after(self) -> Delivery:
        """The delivery with this try counted."""
        return replace(self.delivery, attempts=self.delivery.attempts + 1)


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Delivers to channels. `render` makes an event's card; `keeper` writes down what came of it."""

    registry: Registry
    store: Store
    render: Render
    poster: Poster
    back_off: BackOff
    keeper: Keeper

    async def step(self, channel: Channel) -> Channel | None:
        """Try the lane's first delivery. The channel as it is now, or None if the lane can do no more for now."""
        delivery = await self.store.deliveries.head(channel.id)
        if delivery is None:
            return None
        before = await self.store.deliveries.attempts(delivery.id) if delivery.attempts else ()
        kind = self.registry.channels.get(channel.kind)
        at = datetime.now(UTC)
        if kind is None:
            answer = Answer(None, f"not posted: no plugin gives the kind {channel.kind}", 0)
            outcome = Outcome(Verdict.RETRY, f"The card was {answer.body}.", flagged=True)
            attempt = _attempt(at, answer, outcome)
            return await self._judged(Tried(channel, delivery, before, attempt, outcome))
        try:
            body = await self._body(delivery, kind, _limit(kind, before))
        except Unrenderable as error:
            await self._finish(delivery, None, Outcome(Verdict.REJECTED, str(error)))
            return channel
        answer = await self.poster.post(channel, kind, body)
        outcome = kind.judge(answer)
        if outcome.verdict is Verdict.TOO_LARGE and _shrunk(before):
            reason = f"{outcome.reason} It stayed so when the card was cut to half the size."
            outcome = replace(outcome, reason=reason)
        attempt = _attempt(at, answer, outcome)
        return await self._judged(Tried(channel, delivery, before, attempt, outcome))

    async def _body(self, delivery: Delivery, kind: ChannelKind, limit: int) -> bytes:
        """The delivery's card, as the channel takes it. Raises `Unrenderable`, `StoreUnavailable`."""
        event = await self.store.events.get(delivery.event_id)
        if event is None:
            raise Unrenderable("The event was removed.")
        endpoint = await self.store.endpoints.get(event.endpoint_id)
        if endpoint is None:
            raise Unrenderable("The endpoint was removed.")
        try:
            source, parts = await parsed(self.registry, event, endpoint)
        except Unroutable as error:
            raise Unrenderable(str(error)) from None
        if delivery.part >= len(parts):
            raise Unrenderable(f"{source.label} no longer gives this part of the event.")
        part = parts[delivery.part]

        def encode() -> bytes:
            return kind.encode(self.render(source, endpoint, part), limit)

        try:
            if len(event.body) >= LARGE_BODY:
                return await asyncio.to_thread(encode)
            return encode()
        except TemplateFailed as error:
            raise Unrenderable(f"The card's template failed: {error}") from None
        except Exception as error:  # noqa: BLE001  # templates and plugins may raise anything
            raise Unrenderable(f"The card cannot be made: {sentence(error)}") from None

    async def _judged(self, tried: Tried) -> Channel | None:
        verdict = tried.outcome.verdict
        if verdict is Verdict.TOO_LARGE and not _shrunk(tried.before):
            return await self._again_smaller(tried)
        if verdict in _FINAL:
            await self._finish(tried.delivery, tried.attempt, tried.outcome)
            return recovered(tried.channel)
        now = datetime.now(UTC)
        if verdict is Verdict.GONE or (
            verdict is Verdict.MISSING and gone_missing(tried.channel, tried.before, now)
        ):
            await self._close(tried, tried.outcome)
            return None
        failed = self.back_off.failed(tried.channel, tried.outcome, tried.attempt.at, now)
        if self.back_off.given_up(failed, now):
            reason = (
                f"Given up after failing since {failed.failing_since:%Y-%m-%d %H:%M} UTC. "
                f"{tried.outcome.reason}"
            )
            await self._close(tried, replace(tried.outcome, reason=reason))
            return None
        await self._wait(tried, failed)
        return None

    async def _again_smaller(self, tried: Tried) -> Channel:
        fresh = recovered(tried.channel)
        await self.keeper.keep(
            lambda: self.store.deliveries.retry(tried.delivery_after, tried.attempt, fresh)
        )
        return fresh

    async def _wait(self, tried: Tried, failed: Channel) -> None:
        await self.keeper.keep(
            lambda: self.store.deliveries.retry(tried.delivery_after, tried.attempt, failed)
        )
        tell = log.warning if tried.outcome.flagged else log.info
        tell(
            "delivery failed",
            delivery=tried.delivery.id,
            channel=failed.id,
            status=tried.attempt.status,
            failures=failed.failures,
            reason=tried.outcome.reason,
            flagged=tried.outcome.flagged,
        )

    async def _finish(self, delivery: Delivery, attempt: Attempt | None, outcome: Outcome) -> None:
        delivered = outcome.verdict is Verdict.DELIVERED
        finished = replace(
            delivery,
            state="delivered" if delivered else "dead",
            reason=None if delivered else printable(outcome.reason),
            attempts=delivery.attempts + (attempt is not None),
            finished_at=datetime.now(UTC),
        )
        await self.keeper.keep(lambda: self.store.deliveries.finish(finished, attempt))
        self._tell(finished, outcome)

    async def _close(self, tried: Tried, outcome: Outcome) -> None:
        closed = replace(recovered(tried.channel), state="gone", reason=printable(outcome.reason))
        at = datetime.now(UTC)
        dead = replace(tried.delivery_after, state="dead", reason=outcome.reason, finished_at=at)
        await self.keeper.keep(
            lambda: self.store.deliveries.close_channel(closed, dead, tried.attempt, at)
        )
        log.warning("channel closed", channel=closed.id, reason=outcome.reason)
        self._tell(dead, outcome)

    def _tell(self, delivery: Delivery, outcome: Outcome) -> None:
        log.info(
            "delivery finished",
            delivery=delivery.id,
            event_id=delivery.event_id,
            channel=delivery.channel_id,
            state=delivery.state,
            attempts=delivery.attempts,
        )
        self.registry.delivery_finished(delivery, outcome)


def _attempt(at: datetime, answer: Answer, outcome: Outcome) -> Attempt:
    return Attempt(
        at,
        outcome.verdict.value,
        printable(outcome.reason),
        answer.status,
        answer.milliseconds,
        printable(answer.body),
    )


def _shrunk(before: Sequence[Attempt]) -> bool:
    return any(attempt.outcome == Verdict.TOO_LARGE for attempt in before)


def _limit(kind: ChannelKind, before: Sequence[Attempt]) -> int:
    return kind.limit_bytes // 2 if _shrunk(before) else kind.limit_bytes
