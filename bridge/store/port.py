"""What the bridge needs of a database, in its own words: never SQL, never a vendor's name.

Every verb that writes has committed durably when it returns, and either happens wholly or not at all. A verb that
cannot write (disk full, locked) raises `StoreUnavailable`. Secrets go in and come out in the records; an engine keeps
them encrypted. Lists are newest first.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr

from bridge.models import (
    Attempt,
    Channel,
    Decision,
    Delivery,
    DeliveryState,
    Endpoint,
    Event,
    EventState,
    Invitation,
    Listing,
    Page,
    ParsedEvent,
    Refusal,
    Subscription,
    SubscriptionState,
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Which event a webhook became; `duplicate`: it was here before, and nothing was written."""

    event_id: str
    duplicate: bool


class Endpoints(Protocol):
    """Inbound URLs."""

    async def add(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint."""

    async def get(self, endpoint_id: str) -> Endpoint | None:
        """One endpoint, with its secrets."""

    async def list(self, page: Page) -> Listing[Endpoint]:
        """All of them."""

    async def replace(self, endpoint: Endpoint) -> None:
        """Keep the endpoint of this id as it now is."""

    async def remove(self, endpoint_id: str) -> bool:
        """Remove it with its subscriptions (see `Subscriptions.remove`) and events; whether it was there.

        It and its subscriptions go at once; many events go piece by piece, and after a crash the rest at the next start.
        """

    async def remove_stale_drafts(self, before: datetime) -> int:
        """Remove drafts made before then that have neither subscription nor event; how many."""

    async def refuse(self, endpoint_id: str, refusal: Refusal) -> None:
        """Note a webhook that was turned away; the last twenty of an endpoint are kept."""

    async def refusals(self, endpoint_id: str) -> Sequence[Refusal]:
        """The last webhooks turned away, newest first."""


class Subscriptions(Protocol):
    """Who wants what, where. A subscription's channel is found by its URL: same kind and URL, same channel."""

    async def save(self, subscription: Subscription) -> Subscription:
        """Insert or replace by id; `subscription.channel`'s id is ignored and the stored one is returned.

        The endpoint stops being a draft. A channel that no subscription uses any more is removed. Pending deliveries go
        to the new channel. A channel that was gone or backing off is open again.
        """

    async def get(self, subscription_id: str) -> Subscription | None:
        """One subscription, with its channel."""

    async def list(self, page: Page, endpoint_id: str | None = None) -> Listing[Subscription]:
        """All of them, or an endpoint's."""

    async def of_endpoint(self, endpoint_id: str) -> Sequence[Subscription]:
        """Every subscription of an endpoint, oldest first."""

    async def set_state(
        self, subscription_id: str, state: SubscriptionState, reason: str | None
    ) -> bool:
        """Pause, disable or resume (which reopens the channel and releases what was held); whether it was there."""

    async def remove(self, subscription_id: str, at: datetime) -> bool:
        """Remove it and drop its pending deliveries, which stay visible as dropped; whether it was there."""


class Events(Protocol):
    """Received webhooks."""

    async def record(self, event: Event, duplicate_key: str, since: datetime | None) -> Recorded:
        """Keep a new event, unless one of the same endpoint and key was received (after `since`, if given)."""

    async def get(self, event_id: str) -> Event | None:
        """One event, with its body and decisions."""

    async def list(
        self, page: Page, endpoint_id: str | None = None, state: EventState | None = None
    ) -> Listing[Event]:
        """Events without their bodies and decisions."""

    async def unrouted(self, limit: int) -> Sequence[Event]:
        """The events to route, in commit order."""

    async def routed(
        self,
        event_id: str,
        parts: Sequence[ParsedEvent],
        decisions: Sequence[Decision],
        deliveries: Sequence[Delivery],
    ) -> None:
        """The event was parsed and matched: keep its deliveries, in this order, behind all before them.

        Nothing happens if the event is no longer `received`. A subscription removed meanwhile gets a dropped delivery, and
        a delivery goes to the channel that its subscription has by now.
        """

    async def failed(self, event_id: str, reason: str) -> None:
        """The event could not be routed."""

    async def replay(self, event_id: str) -> bool:
        """Route it again, as if it had just arrived; its old deliveries stay as they are. Whether it was there."""


class Deliveries(Protocol):
    """Cards owed. A lane is the pending deliveries of one channel, in order."""

    async def get(self, delivery_id: str) -> Delivery | None:
        """One delivery."""

    async def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """Its tries, oldest first."""

    async def of_event(self, event_id: str) -> Sequence[Delivery]:
        """Every delivery of an event, in order."""

    async def list(
        self, page: Page, state: DeliveryState | None = None, subscription_id: str | None = None
    ) -> Listing[Delivery]:
        """Deliveries, by state and subscription."""

    async def due(self, now: datetime, limit: int, exclude: Sequence[str]) -> Sequence[Channel]:
        """Open channels with something to send to an active subscription whose back-off is over, but for those named.

        The one that has waited longest comes first.
        """

    async def next_retry(self) -> datetime | None:
        """When the first back-off of a channel with something to send ends, or None."""

    async def head(self, channel_id: str) -> Delivery | None:
        """The first of a lane that goes to an active subscription; those of paused and disabled ones are held."""

    async def finish(self, delivery: Delivery, attempt: Attempt | None) -> None:
        """Keep the delivery's new state (delivered, dead, dropped) and its last try.

        A try that got through clears the channel's back-off.
        """

    async def retry(self, delivery: Delivery, attempt: Attempt, channel: Channel) -> None:
        """It stays pending; keep the try and the channel's back-off."""

    async def close_channel(
        self, channel: Channel, delivery: Delivery, attempt: Attempt, at: datetime
    ) -> None:
        """The channel is gone or given up: keep that, disable its subscriptions, end its lane.

        Its pending deliveries become dead, and all of them say the channel's reason.
        """

    async def replay(self, delivery_id: str) -> bool:
        """Owe it once more, behind what is pending now; whether it was there."""

    async def replay_dead(self, since: datetime, subscription_id: str | None) -> int:
        """Owe every dead delivery since then once more, in their order; how many."""


class Invitations(Protocol):
    """Leave to use the configuration page."""

    async def add(self, invitation: Invitation) -> None:
        """Keep a new invitation."""

    async def find(self, fingerprint: str, now: datetime) -> Invitation | None:
        """The invitation of that token, unless it expired."""

    async def get(self, invitation_id: str) -> Invitation | None:
        """One invitation, expired or not."""

    async def list(self, page: Page) -> Listing[Invitation]:
        """All of them."""

    async def remove(self, invitation_id: str) -> bool:
        """Withdraw it; whether it was there."""


class Store(Protocol):
    """A database, opened."""

    endpoints: Endpoints
    subscriptions: Subscriptions
    events: Events
    deliveries: Deliveries
    invitations: Invitations

    def fingerprint(self, secret: SecretStr) -> str:
        """A keyed hash that finds a secret without storing it; the same for ever."""

    def worker_lock(self) -> AbstractAsyncContextManager[None]:
        """Be the one worker of this database: entering waits for the others; a process that dies lets go of it."""

    async def check(self) -> None:
        """Raise `StoreUnavailable` unless the database can be read and written."""

    async def close(self) -> None:
        """Finish what was asked and let go of the database."""
