"""Teams' rate limit, kept by the simulated channels where somebody switches it on."""

from collections import deque
from collections.abc import Sequence

from bridge.channel import Window

REMEMBERED = 2000
"""How many of a connector's last cards are remembered: more than any documented window counts."""


class Quota:
    """When each connector took its last cards. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._taken: dict[str, deque[float]] = {}

    def take(self, connector: str, windows: Sequence[Window], now: float) -> bool:
        """Whether one more card fits into every window; if so, it is counted."""
        taken = self._taken.setdefault(connector, deque(maxlen=REMEMBERED))
        for window in windows:
            if sum(1 for at in taken if at > now - window.seconds) >= window.count:
                return False
        taken.append(now)
        return True
