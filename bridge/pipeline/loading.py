"""Reads a lane from the store: what is first in it, how its channel is doing, and what that got lately."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from bridge.channel import Window
from bridge.models import Channel
from bridge.pipeline.keeping import Keeper
from bridge.pipeline.lane import Lane, Policy
from bridge.pipeline.pacing import Pace
from bridge.pipeline.served import Served, utc, waiting
from bridge.pipeline.verdicts import interrupted, now_utc
from bridge.registry import Registry
from bridge.store.port import Lease, Store
from bridge.store.records import Front, Settlement

LOADED: Final = 128
"""Deliveries of a lane that are read at once."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Loader:
    """Loads lanes for one worker. `windows` is None where each channel kind's own hold, and () where none do."""

    store: Store
    registry: Registry
    keeper: Keeper
    lease: Lease
    policy: Policy
    windows: tuple[Window, ...] | None

    def empty(self, channel: Channel) -> Lane | None:
        """The lane of a channel in which nothing waits; None where it must be read what that got lately."""
        if self._windows_of(channel):
            return None
        return Lane(channel, Pace(()), self.policy, complete=True)

    async def load(self, served: Served) -> None:
        """Read the lane's beginning, and its channel's back-off and pace if they are not known."""
        served.stale = False
        generation = self.lease.generation
        front = await self.store.deliveries.front(served.channel_id, LOADED, generation)
        if front.channel is None:
            served.lane = None
            return
        await self._note_interrupted(front)
        if served.lane is None:
            pace = await self._pace(front.channel)
            served.lane = Lane(front.channel, pace, self.policy)
        served.lane.channel = front.channel
        if any(one.interrupted for one in front.pending):
            served.lane.pace.note(time.time())
        served.lane.load(waiting(front), complete=front.complete)

    async def _note_interrupted(self, front: Front) -> None:
        cut_off = tuple(one.delivery for one in front.pending if one.interrupted)
        if cut_off:
            settlement = Settlement(
                self.lease.generation, kept=cut_off, attempt=interrupted(now_utc())
            )
            await self.keeper.keep(lambda: self.store.deliveries.settle(settlement))
            ids = [one.id for one in cut_off]
            log.warning("delivery interrupted", channel=cut_off[0].channel_id, deliveries=ids)

    async def _pace(self, channel: Channel) -> Pace:
        windows = self._windows_of(channel)
        if not windows:
            return Pace(())
        longest = max(window.seconds for window in windows)
        since = utc(time.time()) - timedelta(seconds=longest)
        answered = await self.store.deliveries.answered(channel.id, since)
        return Pace(windows, [at.timestamp() for at in answered])

    def _windows_of(self, channel: Channel) -> tuple[Window, ...]:
        if self.windows is not None:
            return self.windows
        kind = self.registry.channels.get(channel.kind)
        return kind.windows if kind else ()
