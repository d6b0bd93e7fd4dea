"""How long and how often to measure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run takes its time for. `folder` is where everything that is measured keeps its data."""

    folder: Path
    say: Callable[[str], None]
    pairs: int = 5
    seconds: float = 4.0
    connections: tuple[int, ...] = (8, 32)
    peer_rounds: int = 3
    outage: float = 10.0
    recovery: float = 30.0
    retries: str | None = "2,5,10"
    """The bridge's BRIDGE_RETRY_SCHEDULE while its receiver fails, so that nobody waits long; its own if None."""
    channels: int = 10_000
    latency_seconds: float = 30.0
    grown: tuple[int, ...] = (0, 100_000, 1_000_000)

    def quick(self) -> "Plan":
        """Enough to see that everything works, and where a change leads."""
        return replace(
            self,
            pairs=2,
            seconds=1.0,
            connections=(32,),
            peer_rounds=1,
            outage=4.0,
            recovery=20.0,
            retries="1,2,4",
            channels=500,
            latency_seconds=4.0,
            grown=(0, 10_000),
        )
