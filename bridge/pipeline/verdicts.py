"""What an answer means for the deliveries that were tried and for their lane. Pure: it says what is to be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from bridge.channel import Answer, Outcome, Verdict
from bridge.models import Alert, Attempt, Channel, Delivery, DeliveryState
from bridge.pipeline.faults import printable
from bridge.pipeline.lane import Owed
from bridge.pipeline.lanes import BackOff, gone_missing, recovered

Closed: TypeAlias = Literal["gone", "given up"]

INTERRUPTED: Final = "The process that was posting this ended before the answer was recorded: the channel may have it already."


@dataclass(frozen=True, slots=True)
class Tried:
    """One post: of a card, or of a digest of several. `before` are the earlier attempts at the first of them.

    `notes` says of a delivery, by its id, why its card does not look as its subscription wants.
    """

    channel: Channel
    owed: tuple[Owed, ...]
    before: Sequence[Attempt]
    attempt: Attempt
    outcome: Outcome
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def merged(self) -> bool:
        """Whether it was a digest."""
        return len(self.owed) > 1


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a post. `finished` are in their new state, `again` stay at the front of the lane.

    `channel` has its new back-off. `closed`: it is over with the channel, and with what waits in its lane.
    """

    channel: Channel
    finished: tuple[Delivery, ...] = ()
    again: tuple[Owed, ...] = ()
    alert: Alert | None = None
    closed: bool = False


def now_utc() -> datetime:
    """The time, as records have it."""
    return datetime.now(UTC)


def attempted(at: datetime, answer: Answer, outcome: Outcome, digest: str | None) -> Attempt:
    """The try, as it is kept."""
    return Attempt(
        at,
        outcome.verdict.value,
        printable(outcome.reason),
        answer.status,
        answer.milliseconds,
        printable(answer.body),
        digest,
    )


def interrupted(at: datetime) -> Attempt:
    """What is noted of a post whose process ended in the middle of it."""
    return Attempt(at, "interrupted", INTERRUPTED, None, 0)


def shrunk(before: Sequence[Attempt]) -> bool:
    """Whether it was too large once, and was to be cut since."""
    return any(attempt.outcome == Verdict.TOO_LARGE for attempt in before)


def result(tried: Tried, back_off: BackOff, now: datetime) -> Result:
    """What came of a post."""
    verdict = tried.outcome.verdict
    if verdict is Verdict.DELIVERED:
        return _finished(tried, "delivered", now)
    if verdict in {Verdict.REJECTED, Verdict.TOO_LARGE}:
        return _refused(tried, now)
    if verdict is Verdict.GONE or (
        verdict is Verdict.MISSING and gone_missing(tried.channel, tried.before, now)
    ):
        return _closed(tried, "gone", tried.outcome.reason, now)
    return _failed(tried, back_off, now)


def _refused(tried: Tried, now: datetime) -> Result:
    """The card's fault: it is cut once, a digest taken apart, and then it is dead."""
    again = _again(tried)
    if tried.outcome.verdict is Verdict.TOO_LARGE and not shrunk(tried.before):
        return Result(recovered(tried.channel), again=again)
    if tried.merged:
        return Result(
            recovered(tried.channel), again=tuple(replace(it, digest=False) for it in again)
        )
    return _finished(tried, "dead", now)


def _finished(tried: Tried, state: DeliveryState, now: datetime) -> Result:
    return Result(recovered(tried.channel), finished=_all(tried, state, now))


def _all(tried: Tried, state: DeliveryState, now: datetime) -> tuple[Delivery, ...]:
    delivered = state == "delivered"
    return tuple(
        replace(
            one.delivery,
            state=state,
            reason=tried.notes.get(one.delivery.id)
            if delivered
            else printable(tried.outcome.reason),
            attempts=one.delivery.attempts + 1,
            finished_at=now,
            digest=tried.attempt.digest if delivered else None,
        )
        for one in tried.owed
    )


def _failed(tried: Tried, back_off: BackOff, now: datetime) -> Result:
    outcome = tried.outcome
    failed = back_off.failed(tried.channel, outcome, tried.attempt.at, now)
    if back_off.given_up(failed, now):
        since = failed.failing_since or now
        reason = f"Given up after failing since {since:%Y-%m-%d %H:%M} UTC. {outcome.reason}"
        return _closed(tried, "given up", reason, now)
    alert = None
    if outcome.flagged and not tried.channel.flagged:
        alert = Alert(now, failed.id, "needs attention", printable(outcome.reason))
    failed = replace(failed, flagged=outcome.flagged)
    return Result(failed, again=_again(tried), alert=alert)


def _again(tried: Tried) -> tuple[Owed, ...]:
    """What was tried, with this try counted."""
    return tuple(
        replace(one, delivery=replace(one.delivery, attempts=one.delivery.attempts + 1))
        for one in tried.owed
    )


def _closed(tried: Tried, why: Closed, reason: str, now: datetime) -> Result:
    reason = printable(reason)
    channel = replace(recovered(tried.channel), state="gone", reason=reason)
    because = replace(tried, outcome=replace(tried.outcome, reason=reason))
    return Result(
        channel,
        finished=_all(because, "dead", now),
        alert=Alert(now, channel.id, why, reason),
        closed=True,
    )


def expired(owed: Owed, now: datetime) -> Delivery:
    """A delivery that was not sent in time."""
    delivery = owed.delivery
    since = delivery.owed_at or delivery.created_at
    minutes = ((owed.expires_at or now.timestamp()) - since.timestamp()) / 60
    reason = f"Not sent within {minutes:.0f} minutes, after which its subscription drops a card."
    return replace(delivery, state="dropped", reason=reason, finished_at=now)
