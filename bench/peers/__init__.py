"""What a user would run instead of the bridge, each configured as its own documentation says."""

from typing import Final

from bench.peers.alertmanager import ALERTMANAGER, WITH_PROM2TEAMS
from bench.peers.nodered import NODE_RED
from bench.peers.peer import Peer
from bench.peers.probot import PROBOT
from bench.peers.prom2teams import PROM2TEAMS, PROM2TEAMS_RETRYING
from bench.peers.webhook import WEBHOOK

PEERS: Final[tuple[Peer, ...]] = (
    PROBOT,
    NODE_RED,
    PROM2TEAMS,
    WEBHOOK,
    ALERTMANAGER,
    WITH_PROM2TEAMS,
)
"""Those that are flooded."""

FAILING: Final[tuple[Peer, ...]] = (*PEERS, PROM2TEAMS_RETRYING)
"""Those whose receiver fails."""
