"""How long a lane waits after a failure, and when it gives up. Pure: time and chance are handed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bridge.channel import Outcome, Verdict
from bridge.models import Attempt, Channel

JITTER: Final = 0.2
"""How far a wait is moved at most, as a part of it: in either direction, but only upwards from what a channel needs."""

THROTTLED_WAIT: Final = 60.0
"""Seconds that help against a 429 that does not say how long to wait: most windows are shorter."""

LONGEST_RETRY_AFTER: Final = 3600.0
"""Seconds that a channel's own Retry-After is granted at most."""

MISSING_TIMES: Final = 3
MISSING_FOR: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class BackOff:
    """The waits between a lane's attempts in seconds, the last one repeating, and when it gives up.

    `chance` gives numbers from 0 to 1, evenly spread.
    """

    schedule: tuple[float, ...]
    give_up_after: timedelta
    chance: Callable[[], float]

    def wait(self, failures: int, outcome: Outcome) -> float:
        """Seconds until the next attempt, after so many failures before this one.

        No longer than the longest step, unless the channel itself asks for more.
        """
        most = max(self.schedule)
        step = self.schedule[min(failures, len(self.schedule) - 1)]
        if outcome.retry_after is not None:
            # Neither a zero nor a channel that has long been wrong about it may make a busy loop.
            floor = 1.0 if failures < len(self.schedule) else THROTTLED_WAIT
            step = least = max(outcome.retry_after, min(step, floor))
            most = LONGEST_RETRY_AFTER
        elif outcome.throttled:
            step = least = max(step, min(THROTTLED_WAIT, most))
        else:
            least = step * (1 - JITTER)
        least = min(least, most)
        return least + (min(step * (1 + JITTER), most) - least) * self.chance()

    def failed(self, channel: Channel, outcome: Outcome, began: datetime, now: datetime) -> Channel:
        """The channel with its back-off after one more failure, of an attempt that began before now."""
        return replace(
            channel,
            failing_since=channel.failing_since or began,
            failures=channel.failures + 1,
            retry_at=now + timedelta(seconds=self.wait(channel.failures, outcome)),
            reason=outcome.reason,
        )

    def given_up(self, channel: Channel, now: datetime) -> bool:
        """Whether a channel that has just failed has done so for too long."""
        since = channel.failing_since
        return since is not None and now - since >= self.give_up_after


def recovered(channel: Channel) -> Channel:
    """The channel without its back-off: it has just shown that it works."""
    return replace(
        channel, failing_since=None, failures=0, retry_at=None, reason=None, flagged=False
    )


def gone_missing(channel: Channel, before: Sequence[Attempt], now: datetime) -> bool:
    """Whether a channel that says just now that it is not there has said so often and long enough to believe it.

    `before` are the earlier attempts of the same delivery, oldest first; those before the channel last worked, or was
    opened again by a person, do not count.
    """
    if channel.failing_since is None:
        return False
    times = [now]
    for attempt in reversed(before):
        if attempt.outcome != Verdict.MISSING or attempt.at < channel.failing_since:
            break
        times.append(attempt.at)
    return len(times) >= MISSING_TIMES and now - times[-1] >= MISSING_FOR
