"""Takes a lane one post on: make the card or the digest, POST it, judge the answer, and keep what came of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from bridge.cards.digest import Entry, fit_digest
from bridge.channel import Answer, ChannelKind, Outcome, Verdict
from bridge.models import Alert, Attempt, Delivery, new_id
from bridge.pipeline.compose import Composer, Unrenderable
from bridge.pipeline.faults import printable
from bridge.pipeline.keeping import Keeper
from bridge.pipeline.lane import Lane, Owed
from bridge.pipeline.lanes import BackOff
from bridge.pipeline.post import Poster
from bridge.pipeline.verdicts import Result, Tried, attempted, now_utc, result, shrunk
from bridge.registry import Registry
from bridge.store.port import Store
from bridge.store.records import Settlement

Claim = Callable[[Lane], tuple[str, ...]]
"""Which deliveries the lane posts next, now that these are settled."""

WHOLE: Final = 1 << 30
"""A limit in bytes that nothing is cut for."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Made:
    """What is to be posted, and of which deliveries. `dead` could not be made into a card.

    `notes` says of a delivery, by its id, why its card does not look as its subscription wants.
    """

    body: bytes
    owed: tuple[Owed, ...]
    dead: tuple[Delivery, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Delivers to channels. `alerting`: somebody wants to be told of channels that need attention."""

    registry: Registry
    store: Store
    composer: Composer
    poster: Poster
    back_off: BackOff
    keeper: Keeper
    alerting: bool = False
    log: FilteringBoundLogger = field(default_factory=lambda: structlog.get_logger().bind())

    async def post(self, generation: int, lane: Lane, owed: tuple[Owed, ...], claim: Claim) -> None:
        """Post what is at the front of a lane. Raises `StoreUnavailable`, `LeaseLost`."""
        first = owed[0].delivery
        before = await self.store.deliveries.attempts(first.id) if first.attempts else ()
        kind = self.registry.channels.get(lane.channel.kind)
        if kind is None:
            answer = Answer(None, f"not posted: no plugin gives the kind {lane.channel.kind}", 0)
            outcome = Outcome(Verdict.RETRY, f"The card was {answer.body}.", flagged=True)
            lane.start(owed[:1])
            tried = _tried(lane, before, now_utc(), answer, outcome)
        else:
            made = await self._made(kind, owed, before)
            await self._bury(generation, lane, made.dead)
            if not made.owed:
                return
            lane.start(made.owed)
            at = now_utc()
            answer = await self.poster.post(lane.channel, kind, made.body)
            tried = replace(_tried(lane, before, at, answer, kind.judge(answer)), notes=made.notes)
        await self._settle(generation, lane, tried, claim)

    def dropped(self, delivery: Delivery) -> None:
        """A delivery ended without being posted."""
        self.composer.sent(delivery)
        log.info("delivery dropped", **_ids(delivery), reason=delivery.reason)

    async def _made(
        self, kind: ChannelKind, owed: tuple[Owed, ...], before: Sequence[Attempt]
    ) -> Made:
        limit = kind.limit_bytes // 2 if shrunk(before) else kind.limit_bytes
        if len(owed) > 1:
            return await self._digest(kind, owed, limit)
        (one,) = owed
        try:
            content = await self.composer.content(one.delivery)
            body = await self.composer.body(content, one, kind, limit)
            return Made(body.encoded, owed, notes={one.delivery.id: body.note} if body.note else {})
        except Unrenderable as error:
            return Made(b"", (), (_dead(one.delivery, error),))

    async def _digest(self, kind: ChannelKind, owed: tuple[Owed, ...], limit: int) -> Made:
        """One card of as many as fit."""
        entries: list[Entry] = []
        merged: list[Owed] = []
        dead: list[Delivery] = []
        notes: dict[str, str] = {}
        labels: set[str] = set()
        for one in owed:
            delivery = one.delivery
            try:
                content = await self.composer.content(delivery)
                shown = self.composer.card(content, delivery.part, one.presentation)
            except Unrenderable as error:
                dead.append(_dead(delivery, error))
                continue
            labels.add(content.endpoint.name)
            happened = content.source.label_of(content.parts[delivery.part].type)
            entries.append(Entry(happened, shown.card, delivery.remark))
            merged.append(one)
            if shown.note:
                notes[delivery.id] = shown.note
        if len(merged) == 1:
            made = await self._made(kind, tuple(merged), ())
            return replace(made, dead=(*dead, *made.dead))
        if not merged:
            return Made(b"", (), tuple(dead))
        label = labels.pop() if len(labels) == 1 else ""
        body, count = fit_digest(entries, label, lambda card: kind.encode(card, WHOLE), limit)
        return Made(body, tuple(merged[:count]), tuple(dead), notes)

    async def _bury(self, generation: int, lane: Lane, dead: tuple[Delivery, ...]) -> None:
        if not dead:
            return
        await self._keep(Settlement(generation, finished=dead))
        ids = {delivery.id for delivery in dead}
        lane.drop([one for one in lane.waiting if one.delivery.id in ids])
        for delivery in dead:
            self._tell(delivery, Outcome(Verdict.REJECTED, str(delivery.reason)))

    async def _settle(self, generation: int, lane: Lane, tried: Tried, claim: Claim) -> None:
        came = result(tried, self.back_off, now_utc())
        changed = came.channel != tried.channel
        settlement = Settlement(
            generation,
            finished=came.finished,
            kept=tuple(one.delivery for one in came.again),
            attempt=tried.attempt,
            channel=came.channel if changed else None,
            alert=came.alert if self.alerting else None,
        )
        if came.closed:
            await self._close(settlement, came)
            lane.settle(came.channel, time.time())
            lane.load((), complete=True)
        else:
            lane.settle(came.channel, time.time(), came.again)
            await self._keep(replace(settlement, claimed=claim(lane)))
        if came.again:
            _log_failure(tried, came)
        if came.alert:
            self._alert(came.alert)
        for delivery in came.finished:
            self._tell(delivery, tried.outcome)

    async def _close(self, settlement: Settlement, came: Result) -> None:
        at = now_utc()
        others = 0

        async def close() -> None:
            nonlocal others
            others = await self.store.deliveries.close_channel(settlement, at)

        await self.keeper.keep(close)
        log.warning(
            "channel closed", channel=came.channel.id, reason=came.channel.reason, dead=others + 1
        )

    async def _keep(self, settlement: Settlement) -> None:
        await self.keeper.keep(lambda: self.store.deliveries.settle(settlement))

    def _alert(self, alert: Alert) -> None:
        self.registry.channel_alert(alert)

    def _tell(self, delivery: Delivery, outcome: Outcome) -> None:
        self.composer.sent(delivery)
        self.log.info("delivery finished", **_ids(delivery), state=delivery.state)
        self.registry.delivery_finished(delivery, outcome)


def _tried(
    lane: Lane, before: Sequence[Attempt], at: datetime, answer: Answer, outcome: Outcome
) -> Tried:
    digest = new_id("dg") if len(lane.flying) > 1 else None
    attempt = attempted(at, answer, outcome, digest)
    if outcome.verdict is Verdict.TOO_LARGE and shrunk(before):
        outcome = replace(
            outcome,
            reason=f"{outcome.reason} It stayed so when the card was cut to half the size.",
        )
    return Tried(lane.channel, lane.flying, before, attempt, outcome)


def _dead(delivery: Delivery, error: Unrenderable) -> Delivery:
    return replace(delivery, state="dead", reason=printable(str(error)), finished_at=now_utc())


def _ids(delivery: Delivery) -> dict[str, object]:
    return {
        "delivery": delivery.id,
        "event_id": delivery.event_id,
        "subscription": delivery.subscription_id,
        "channel": delivery.channel_id,
        "attempts": delivery.attempts,
    }


def _log_failure(tried: Tried, came: Result) -> None:
    tell = log.warning if tried.outcome.flagged else log.info
    tell(
        "delivery failed",
        delivery=tried.owed[0].delivery.id,
        merged=len(tried.owed),
        channel=came.channel.id,
        status=tried.attempt.status,
        failures=came.channel.failures,
        reason=tried.outcome.reason,
        flagged=tried.outcome.flagged,
    )
