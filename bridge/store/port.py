"""What the bridge needs of a database, in its own words: never SQL, never a vendor's name.

Every verb that writes has committed durably when it returns, and either happens wholly or not at all. A verb that
cannot write (disk full, locked) raises `StoreUnavailable`. Secrets go in and come out in the records; an engine keeps
them encrypted. Lists are newest first.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr

from bridge.models import (
    Alert,
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    Event,
    EventState,
    Invitation,
    Listing,
    Off,
    Page,
    Person,
    Refusal,
    Selection,
    Subscription,
    SubscriptionState,
    Switches,
)
from bridge.store.order import Held, Release, Thing
from bridge.store.records import (
    Ages,
    Changes,
    Front,
    Recorded,
    Routed,
    Routing,
    Settlement,
    Subscribed,
    Unrouted,
)


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

    async def of_endpoint(self, endpoint_id: str) -> Subscribed:
        """Every subscription of an endpoint."""

    async def of_channel(self, channel_id: str) -> Sequence[Subscription]:
        """Every subscription of a channel, oldest first."""

    async def of_tab(self, tab: str) -> Sequence[Subscription]:
        """Every subscription that was made in a tab, oldest first."""

    async def set_state(
        self, subscription_id: str, state: SubscriptionState, reason: str | None
    ) -> bool:
        """Pause, disable or resume (which reopens the channel and releases what was held); whether it was there."""

    async def remove(self, subscription_id: str, at: datetime) -> bool:
        """Remove it and drop its pending deliveries, which stay visible as dropped; whether it was there."""


class Events(Protocol):
    """Received webhooks."""

    def record(
        self, event: Event, duplicate_key: str, since: datetime | None
    ) -> Awaitable[Recorded]:
        """Keep a new event, unless one of the same endpoint and key was received (after `since`, if given).

        Raises `NotFound` without its endpoint.
        """

    async def get(self, event_id: str) -> Event | None:
        """One event, with its body and decisions."""

    async def list(
        self,
        page: Page,
        endpoint_id: str | None = None,
        state: EventState | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Listing[Event]:
        """Events without their bodies and decisions; `since` and `until` are about when they were received."""

    async def unrouted(self, turn: int, limit: int) -> Sequence[Unrouted]:
        """The first events to route from that turn on, in order: fewer where their bodies are large."""

    def routed(self, routings: Sequence[Routing]) -> Awaitable[Sequence[Routed]]:
        """Events were parsed and matched: keep what they became, all or none.

        Nothing happens to an event that is no longer `received`. A subscription removed meanwhile gets a dropped delivery, and
        a delivery goes to the channel that its subscription has by now. Raises `LeaseLost`.
        """

    async def failed(self, event_id: str, reason: str, generation: int) -> None:
        """The event could not be routed. Raises `LeaseLost`."""

    async def replay(self, event_id: str) -> bool:
        """Route it again, as if it had just arrived; its old deliveries stay as they are.

        Whether it was there, with its body.
        """

    async def replay_selected(
        self, selection: Selection, limit: int
    ) -> tuple[int, Selection | None]:
        """Route the first so many of a selection again, in their order; how many, and what is left to do, or None."""


class Deliveries(Protocol):
    """Cards owed. A lane is the pending deliveries of one channel, in order."""

    async def get(self, delivery_id: str) -> Delivery | None:
        """One delivery."""

    async def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """Its tries, oldest first."""

    async def of_event(self, event_id: str) -> Sequence[Delivery]:
        """Every delivery of an event, in order."""

    async def attempts_of_event(self, event_id: str, most: int) -> Mapping[str, Sequence[Attempt]]:
        """The last tries at each delivery of an event, at most so many of each, oldest first, by the delivery's id."""

    async def digests_of_event(self, event_id: str) -> Mapping[str, int]:
        """The digest cards that deliveries of an event were tried in, and how many deliveries each had."""

    async def list(
        self, page: Page, state: DeliveryState | None = None, subscription_id: str | None = None
    ) -> Listing[Delivery]:
        """Deliveries, by state and subscription."""

    async def lanes(self) -> Sequence[str]:
        """The open channels that have something to send to an active subscription, the longest waiting first."""

    async def front(self, channel_id: str, limit: int, generation: int) -> Front:
        """The first of what a channel is owed by active subscriptions; that of paused and disabled ones is held."""

    async def answered(self, channel_id: str, since: datetime) -> Sequence[datetime]:
        """When the channel answered posts, oldest first; a digest card counts once."""

    def settle(self, settlement: Settlement) -> Awaitable[None]:
        """Keep what came of a post. Raises `LeaseLost`."""

    async def close_channel(self, settlement: Settlement, at: datetime) -> int:
        """The channel is gone or given up: keep that, disable its subscriptions, end its lane.

        What is pending for its active subscriptions becomes dead with the channel's reason; the number of those, without
        the settlement's own. What was held stays so. Raises `LeaseLost`.
        """

    async def replay(self, delivery_id: str) -> bool:
        """Owe it once more, behind what is pending now; whether it was there."""

    async def replay_selected(
        self, selection: Selection, limit: int
    ) -> tuple[int, Selection | None]:
        """Owe the first so many of a selection once more, in their order; how many, and what is left to do, or None."""


class Order(Protocol):
    """What keeps a channel's cards about one thing in order: what is held for a while, and what channels saw."""

    async def held(self) -> Sequence[Held]:
        """Everything that is held, in the order in which it came."""

    async def release(self, releases: Sequence[Release], generation: int) -> Sequence[str | None]:
        """These are held no more; the channel of each, or None where it was not held any more and nothing was kept.

        What stays pending goes behind all that is pending now, in this order, in the channel that its subscription has by
        now. Raises `LeaseLost`.
        """

    async def seen(self, things: Sequence[Thing]) -> Mapping[Thing, datetime]:
        """The newest time as of which cards about these were put into their lanes; without those that were not seen."""


class Alerts(Protocol):
    """What the operator is to be told, until it was."""

    async def first(self) -> tuple[int, Alert] | None:
        """The oldest, and what names it."""

    async def told(self, number: int) -> None:
        """It was told."""


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


class Switchboard(Protocol):
    """What administrators turned off for tenants and teams. Ids are compared without regard to case."""

    async def get(self, tenant: str, team: str | None) -> Switches:
        """The switches of a tenant, or of a team of it: all on where nobody turned any."""

    async def off(self, tenant: str | None, team: str | None) -> Off:
        """What is off in a place, the tenant's switch before the team's."""

    async def list(self, page: Page) -> Listing[Switches]:
        """Every tenant and team where something is off."""

    async def turn(
        self,
        tenant: str,
        team: str | None,
        at: datetime,
        *,
        connectors: bool | None,
        actions: bool | None,
    ) -> tuple[Switches, int]:
        """Turn switches on or off, None leaving one as it is; what they are now, and how many subscriptions it changes.

        Subscriptions whose connectors are off hold their cards as paused ones do; when they are on again, these go
        behind all that is pending.
        """


class People(Protocol):
    """Whom cards may mention, by what their sources call them."""

    async def of_source(self, source: str) -> Sequence[Person]:
        """Everybody whom a source is known to name, by their user names."""

    async def replace(self, source: str, people: Sequence[Person]) -> None:
        """These are all that are known of a source; no two have one user name."""

    async def put(self, person: Person) -> None:
        """Know somebody, in place of who was known by that user name."""

    async def remove(self, source: str, user: str) -> bool:
        """Know somebody no more, by their user name in any case; whether they were known."""


class Presses(Protocol):
    """What buttons of cards were pressed with."""

    async def once(self, keys: Sequence[str], now: datetime, until: datetime) -> bool:
        """Note these until then; whether none of them was noted before."""


class Lease(Protocol):
    """Being the one worker. Every write of a worker carries the generation, and is refused when another one has begun."""

    generation: int

    @property
    def sure(self) -> bool:
        """Whether no other worker can have taken over yet."""

    async def renew(self) -> None:
        """Say that this worker lives. Raises `LeaseLost`, `StoreUnavailable`."""


class Store(Protocol):
    """A database, opened."""

    endpoints: Endpoints
    subscriptions: Subscriptions
    events: Events
    deliveries: Deliveries
    order: Order
    alerts: Alerts
    invitations: Invitations
    people: People
    presses: Presses
    switches: Switchboard

    def fingerprint(self, secret: SecretStr) -> str:
        """A keyed hash that finds a secret without storing it; the same for ever."""

    def lease(self) -> AbstractAsyncContextManager[Lease]:
        """Be the one worker of this database: entering waits for the others, at most until their lease runs out."""

    def on_change(self, told: Callable[[Sequence[str]], None]) -> None:
        """Tell of changes by this process, before the verb that made them returns, by their subjects."""

    async def changes(self, position: int) -> Changes:
        """What anyone changed after that position."""

    async def sweep(self, ages: Ages, limit: int) -> bool:
        """Remove at most so many of each that are old and finished; whether there may be more."""

    async def check(self) -> None:
        """Raise `StoreUnavailable` unless the database can be read and written."""

    async def close(self) -> None:
        """Finish what was asked and let go of the database."""
