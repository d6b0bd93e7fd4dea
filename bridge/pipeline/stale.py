"""Tells what comes late: older than what its channel already saw of the same object. Pure.

Only a vendor's own times of one object are compared. What an operator replays is wanted: it is marked, and never dropped.
"""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bridge.models import Delivery, Stale
from bridge.pipeline.faults import printable
from bridge.store.order import Sight, Thing

Seen: TypeAlias = MutableMapping[Thing, datetime]
"""The newest that channels saw of things."""

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


@dataclass(frozen=True, slots=True)
class Showing:
    """A delivery that is about to show its channel a thing as of a vendor's time; and what becomes of it if it is late."""

    delivery: Delivery
    thing: Thing
    at: datetime
    choice: Stale


def judged(showing: Showing, seen: Seen, now: datetime) -> tuple[Delivery, Sight | None]:
    """The delivery as it is then, and what its channel sees, which is added to `seen`."""
    delivery, thing, at = showing.delivery, showing.thing, showing.at
    newest = seen.get(thing)
    if newest is None or at >= newest:
        seen[thing] = at
        return delivery, Sight(delivery.id, thing.object, at)
    late = f"Came late: what this channel saw before is newer by {_length(newest - at)}."
    # One that is dropped says it, too, once somebody replays it.
    delivery = replace(delivery, remark=f"{delivery.remark} {late}" if delivery.remark else late)
    if showing.choice == "drop":
        reason = (
            f"Older than what the channel already saw of {thing.object}: this is from {_time(at)}, the newest from "
            f"{_time(newest)}."
        )
        dropped = replace(delivery, state="dropped", reason=printable(reason), finished_at=now)
        return dropped, None
    return delivery, Sight(delivery.id, thing.object, at)


def _length(age: timedelta) -> str:
    parts = list(_parts(int(age.total_seconds())))
    return " ".join(parts[:2]) or "less than a second"


def _parts(seconds: int) -> Iterator[str]:
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            yield f"{count} {unit}"


def _time(at: datetime) -> str:
    precision = "milliseconds" if at.microsecond else "seconds"
    return at.replace(tzinfo=None).isoformat(" ", precision) + " UTC"
