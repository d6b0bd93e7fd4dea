"""How fast cards may go to one channel, so that none of its rate windows is ever burst. Pure: times are handed in.

Times are floats, in seconds since 1970. A card counts from the time of its answer, so that with one request in flight
the receiver sees any card no sooner than a window's seconds after the one that it must keep away from.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bridge.channel import Window

GRAIN: Final = 0.001
"""Seconds that are kept beyond a window: stored times and timers are no finer."""

UNEVEN: Final = 1.0
"""Seconds that a clock may be behind an answer before it counts as set back: a caller's `now` is never quite fresh."""

KEPT: Final = 0.25
"""The part of a long window's count that is not spent at once, see `Pace.even_at`."""


class Pace:
    """What a channel got lately, against its windows. `answered` is what is known from before; any order.

    Where the clock is set back, what lies in its future counts as just answered: no burst comes of it, and nothing waits
    longer than the windows are. Without windows everything is allowed and nothing is kept.
    """

    def __init__(self, windows: Sequence[Window], answered: Iterable[float] = ()) -> None:
        if any(window.count < 1 or window.seconds <= 0 for window in windows):
            raise ValueError("A rate window permits at least one card in more than no time.")
        self._windows = tuple(windows)
        self._longest = max((window.seconds for window in windows), default=0.0)
        most = max((window.count for window in windows), default=0)
        self._answered = deque(sorted(answered), maxlen=most)

    def next_at(self, now: float) -> float:
        """The earliest time from now on at which one more card keeps within all windows."""
        self._believe(now)
        full = (window for window in self._windows if len(self._answered) >= window.count)
        return max(now, max((_end(self._answered[-one.count], one) for one in full), default=now))

    def room(self, now: float, span: float) -> int | None:
        """How many more cards the windows of at least `span` seconds permit now; None where there is no such window."""
        self._believe(now)
        return min(
            (window.count - self._used(window, now) for window in self._long(span)), default=None
        )

    def even_at(self, now: float, span: float) -> float | None:
        """When to send the next card so that the long windows never run dry; None where enough is left.

        Once little is left of a window of at least `span` seconds, the rest is spread evenly over the time until the window
        gives something back. A lane that can merge what waits loses nothing by it: it would else be silent for hours.
        """
        self._believe(now)
        times: list[float] = []
        for window in self._long(span):
            used = self._used(window, now)
            left = window.count - used
            if used and left < window.count * KEPT:
                last = self._answered[-1]
                back = _end(self._answered[-used], window)
                times.append(last + (back - last) / (left + 1))
        return max(times, default=None)

    def note(self, at: float) -> None:
        """A card was answered at that time."""
        self._believe(at)
        newest = max(at, self._answered[-1]) if self._answered else at
        while self._answered and self._answered[0] + self._longest + GRAIN <= newest:
            self._answered.popleft()
        self._answered.append(newest)

    def _long(self, span: float) -> Iterator[Window]:
        return (window for window in self._windows if window.seconds >= span)

    def _used(self, window: Window, now: float) -> int:
        """How many of the last cards still count in a window; never more than it has room for."""
        over = bisect_right(self._answered, now, key=lambda at: _end(at, window))
        return min(len(self._answered) - over, window.count)

    def _believe(self, now: float) -> None:
        if self._answered and self._answered[-1] > now + UNEVEN:
            believed = (min(at, now) for at in self._answered)
            self._answered = deque(believed, maxlen=self._answered.maxlen)


def _end(at: float, window: Window) -> float:
    """When a card answered at that time no longer counts in a window."""
    return at + (window.seconds + GRAIN)
