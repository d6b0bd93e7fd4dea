"""The parts of the simulated Teams, together."""

import asyncio
from dataclasses import dataclass, field

from starlette.requests import Request

from bridge.sandbox.faults import Faults
from bridge.sandbox.feed import Feed
from bridge.sandbox.host import Host
from bridge.sandbox.issuer import Issuer
from bridge.sandbox.quota import Quota

SLOW_SECONDS = 6.0


@dataclass(frozen=True)
class Teams:
    """One simulated Teams. `stopping` is set when the sandbox ends, so that nothing slow holds it up."""

    host: Host
    origin: str
    issuer: Issuer
    faults: Faults = field(default_factory=Faults)
    feed: Feed = field(default_factory=Feed)
    quota: Quota = field(default_factory=Quota)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    slow_seconds: float = SLOW_SECONDS

    def stop(self) -> None:
        """Let go of every open stream and slow answer."""
        self.stopping.set()
        self.feed.close()


def teams_of(request: Request) -> Teams:
    """The simulated Teams that a request is for."""
    teams: Teams = request.app.state.teams
    return teams
