"""A lane that this worker serves: what the lane is, and how far its service has come."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bridge.cards.presentation import Presentation, read
from bridge.models import Delivery
from bridge.pipeline.lane import Lane, Owed
from bridge.store.records import Front


@dataclass(slots=True, eq=False)
class Served:
    """One channel's lane. `lane` is None until it was loaded; `stale`: somebody changed it, so that it must be again.

    `task` serves it now, `timer` will have it served later. `claimed` names the deliveries that are on record as being
    posted. `reserved`: a card that is about to be stored will be posted first. `queued`: it waits for a place. `woken`:
    there is something new to do, of which the task may not know yet.
    """

    channel_id: str
    lane: Lane | None = None
    stale: bool = False
    task: asyncio.Task[None] | None = None
    timer: asyncio.TimerHandle | None = None
    claimed: frozenset[str] = frozenset()
    reserved: bool = False
    queued: bool = False
    woken: bool = False

    @property
    def failing(self) -> bool:
        """Whether its channel did not take the last card."""
        return self.lane is not None and self.lane.channel.failures > 0

    def idle(self, now: float) -> bool:
        """Whether a card that came now could be posted at once."""
        unused = not (self.stale or self.reserved or self.task or self.queued)
        return self.lane is not None and unused and self.lane.free(now)

    @property
    def spare(self) -> bool:
        """Whether nothing would be lost if it were forgotten: neither cards nor back-off nor pace."""
        return self.timer is None and not self.failing and self.idle(float("inf"))

    def cancel_timer(self) -> None:
        """Do not wait for its time any more."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


def owed(
    delivery: Delivery,
    *,
    digest: bool,
    expiry: int | None,
    presentation: Presentation,
    acting: bool,
) -> Owed:
    """A delivery as its lane takes it. `expiry` is in minutes since it was owed."""
    since = delivery.owed_at or delivery.created_at
    expires = None if expiry is None else (since + timedelta(minutes=expiry)).timestamp()
    return Owed(delivery, digest, expires, presentation, acting)


def waiting(front: Front) -> list[Owed]:
    """What a lane begins with, as it takes it."""
    looks = {name: read(wanted) for name, wanted in front.presentations.items()}
    return [
        owed(
            one.delivery,
            digest=one.digest,
            expiry=one.expiry,
            presentation=looks[one.delivery.subscription_id],
            acting=one.acting,
        )
        for one in front.pending
    ]


def utc(seconds: float) -> datetime:
    """A time as records have it."""
    return datetime.fromtimestamp(seconds, UTC)
