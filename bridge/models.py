"""The records that travel between the parts of the bridge: frozen, typed, without behaviour beyond reading themselves.

Times are timezone-aware datetimes in UTC. Ids are unguessable strings whose prefix says what they name.
Secrets are `SecretStr`, so that no repr, log line or traceback shows them.
"""

from binascii import b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from os import urandom
from time import time
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import parse_qs

import orjson
from pydantic import SecretStr

from bridge.errors import UnreadableRequest
from bridge.texts import say

T = TypeVar("T")

AttributeValue: TypeAlias = str | int | float | bool | tuple[str, ...] | None
"""What a source may give as an attribute; absent, None and () all mean empty."""

IdPrefix: TypeAlias = Literal["ep", "key", "ch", "sub", "ev", "dl", "dg", "inv"]


_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")


def new_id(prefix: IdPrefix) -> str:
    """Name a new endpoint, secret, channel, subscription, event, delivery or invitation.

    Eight characters say when, to four milliseconds, so that what was made together stands together in a database's
    indexes; sixteen are 96 random bits.
    """
    random = b2a_base64(urandom(12), newline=False).translate(_URL_SAFE).decode()
    return f"{prefix}_{_when(int(time() * 250))}{random}"


@lru_cache(4)
def _when(ticks: int) -> str:
    return "".join([_DIGITS[ticks >> shift & 31] for shift in (35, 30, 25, 20, 15, 10, 5, 0)])


@dataclass(frozen=True)
class InboundRequest:
    """One webhook as it came over the wire, the same in `receive`, in the worker and in a preview.

    `headers` has lower-case names; `body` is the raw bytes that a signature covers.
    """

    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"

    def header(self, name: str) -> str | None:
        """The value of a header by its name in any case, or None."""
        return self.headers.get(name.lower())

    @property
    def content_type(self) -> str:
        """The media type in lower case without its parameters; empty where none was sent."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @cached_property
    def _json(self) -> Any:
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise UnreadableRequest(f"The body is not JSON: {error}.") from error

    def json(self) -> Any:
        """The body as JSON, parsed once. Raises `UnreadableRequest`."""
        return self._json

    def form(self) -> Mapping[str, str]:
        """The body as a form (`application/x-www-form-urlencoded`), first value of each name. Raises `UnreadableRequest`."""
        try:
            values = parse_qs(self.body.decode(), keep_blank_values=True, max_num_fields=1000)
        except ValueError as error:
            raise UnreadableRequest("The body is not a form.") from error
        return {name: value[0] for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class EndpointSecret:
    """One secret of an endpoint; several are valid at once while one is rotated out (`expires_at`)."""

    id: str
    value: SecretStr
    created_at: datetime
    expires_at: datetime | None = None


Verification: TypeAlias = Literal["signature", "url"]
"""How an endpoint knows its sender: the source's signature, or (the operator's explicit choice) an unguessable URL."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who may do things from an endpoint's cards, and as whom they are done in its system.

    `people` are Entra object ids: stored encrypted and shown to nobody. `site` is where calls go, None the source's own;
    `user` is the account's name where the system wants one beside the token.
    """

    who: Literal["nobody", "people", "channel"] = "nobody"
    people: tuple[SecretStr, ...] = ()
    site: str | None = None
    user: str | None = None
    token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One inbound URL of one source, with its secrets and its owner.

    `config` is the source's own, as its `validate_config` returned it. `draft`: made on the configuration page and not
    yet bound by a subscription.
    """

    id: str
    source: str
    name: str
    secrets: tuple[EndpointSecret, ...]
    owner: str
    created_at: datetime
    verification: Verification = "signature"
    config: Mapping[str, Any] = field(default_factory=dict)
    draft: bool = False
    acting: Acting = Acting()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A webhook that an endpoint turned away, kept so that a person can see why nothing arrives."""

    at: datetime
    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedEvent:
    """What a source read out of one webhook; a batch gives several.

    `type` is dotted (`pull_request.opened`). `attributes` are what subscribers filter on. `context` is what the card's
    templates see by name. `url` is where the thing itself can be read: a card that had to be cut links there.
    `object` names the thing it is about, unique within its endpoint and with its kind (`issue octo/repo#12`), and `at` is
    the vendor's own time of what happened to it: by these, what comes late is told from what is new.
    """

    type: str
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    url: str | None = None
    object: str | None = None
    at: datetime | None = None


EventState: TypeAlias = Literal["received", "routed", "failed"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What an endpoint knew the sender of a webhook by.

    `headers` were looked at for it: none where the source asks for no proof, or the URL was it. `secret` is the id of the
    endpoint's secret that fitted, where that can be told.
    """

    by: Verification
    headers: tuple[str, ...] = ()
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Why one part of an event did or did not become a delivery to one subscription. `part` counts from 0."""

    subscription_id: str
    part: int
    matched: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """One received webhook, as it came less its secrets, and what was made of it.

    `types` and `attributes` have one entry for each part of a batch; both are empty until it is routed.
    `delivery_id` is the vendor's. `reason` says why it failed. `proof` is None for one from before it was kept.
    `removed`: its headers, body and proof are no longer kept.
    """

    id: str
    endpoint_id: str
    source: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes
    delivery_id: str | None = None
    state: EventState = "received"
    reason: str | None = None
    types: tuple[str, ...] = ()
    attributes: tuple[Mapping[str, AttributeValue], ...] = ()
    decisions: tuple[Decision, ...] = ()
    removed: bool = False
    proof: Proof | None = None

    def request(self) -> InboundRequest:
        """The webhook as the source's `parse` takes it."""
        return InboundRequest(headers=self.headers, body=self.body)


@dataclass(frozen=True, slots=True)
class Channel:
    """A place that cards are posted to, and its lane: the queue that order and back-off belong to.

    `failing_since`, `failures` and `retry_at` are the back-off; `reason` is the last failure's. `flagged`: waiting will
    not mend it.
    """

    id: str
    kind: str
    url: SecretStr
    state: Literal["open", "gone"] = "open"
    reason: str | None = None
    failing_since: datetime | None = None
    failures: int = 0
    retry_at: datetime | None = None
    flagged: bool = False


SubscriptionState: TypeAlias = Literal["active", "paused", "disabled"]

Stale: TypeAlias = Literal["keep", "mark", "drop"]
"""What becomes of an event that is older than what its channel already saw about the same object."""


@dataclass(frozen=True, slots=True)
class TeamsContext:
    """What Teams said of the place a subscription was made in: shown to people, never trusted.

    `user_object_id` identifies a person: stored encrypted and shown to nobody. `tab` is the tab that it was made in,
    by the id that the tab's page gave it.
    """

    app_type: str | None = None
    team: str | None = None
    channel: str | None = None
    tenant: str | None = None
    user_object_id: SecretStr | None = None
    team_id: str | None = None
    tab: str | None = None


OffBy: TypeAlias = Literal["tenant", "team"]
"""Whose switch turned something off; where both did, the tenant's."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What an administrator left on for a tenant, or (with `team`, its id) for one of its teams."""

    tenant: str
    team: str | None = None
    connectors: bool = True
    actions: bool = True
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Off:
    """What is off in a place, and by whose switch; what is None is on."""

    connectors: OffBy | None = None
    actions: OffBy | None = None

    @property
    def no_connectors(self) -> str | None:
        """Why no cards are posted there, in a sentence."""
        match self.connectors:
            case "tenant":
                return say("Connectors are turned off for this tenant by an administrator.")
            case "team":
                return say("Connectors are turned off for this team by an administrator.")
            case None:
                return None

    @property
    def no_actions(self) -> str | None:
        """Why cards there have no actions, in a sentence."""
        match self.actions:
            case "tenant":
                return say("Card actions are turned off for this tenant by an administrator.")
            case "team":
                return say("Card actions are turned off for this team by an administrator.")
            case None:
                return None


@dataclass(frozen=True, slots=True)
class Subscription:
    """Channel × endpoint × event types × filters × presentation: "connector configuration" in Teams.

    `events` are patterns over event types. `filters` and `presentation` are as the outside faces give them. `digest`:
    its cards may be merged when there are too many. `expiry`: minutes after which a card that was not sent is dropped.
    `hold`: seconds for which an event that opens something waits for what is added to it right after, 0 for none.
    `off` is what an administrator turned off in its tenant or team.
    """

    id: str
    endpoint_id: str
    channel: Channel
    name: str
    events: tuple[str, ...]
    owner: str
    created_at: datetime
    updated_at: datetime
    filters: Mapping[str, Any] = field(default_factory=dict)
    presentation: Mapping[str, Any] = field(default_factory=dict)
    state: SubscriptionState = "active"
    reason: str | None = None
    teams: TeamsContext = TeamsContext()
    digest: bool = True
    expiry: int | None = None
    hold: int = 0
    stale: Stale = "keep"
    off: Off = Off()

    @property
    def live(self) -> bool:
        """Whether its cards are posted: else they are held."""
        return self.state == "active" and self.off.connectors is None


DeliveryState: TypeAlias = Literal["pending", "delivered", "dead", "dropped"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery. `status` is None where no answer was seen; `excerpt` is the start of the answer.

    `digest` names the digest card that was tried, if it was one.
    """

    at: datetime
    outcome: str
    reason: str
    status: int | None
    milliseconds: int
    excerpt: str = ""
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One card owed to one subscription, for one part of one event.

    `owed_at` is when it took its place in the lane: when it was made, released or replayed. `digest` names the digest
    card in which it was delivered, if it was one. `remark` is a line that its card says besides: that it is older than
    what was shown before, or what was added to its thing while it was held.
    """

    id: str
    event_id: str
    part: int
    subscription_id: str
    channel_id: str
    created_at: datetime
    state: DeliveryState = "pending"
    reason: str | None = None
    attempts: int = 0
    finished_at: datetime | None = None
    owed_at: datetime | None = None
    digest: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that the operator should know of a channel at once."""

    at: datetime
    channel_id: str
    event: Literal["gone", "given up", "needs attention"]
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which deliveries, or events, are meant: everything given must hold.

    `since` and `until` are about when deliveries were finished and when events were received. `after` is how far into
    the selection a long piece of work has come.
    """

    state: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    subscription: str | None = None
    endpoint: str | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom cards of a source may mention: `user` is what the source calls them, in small letters.

    `teams_id` is their user principal name or object id in Microsoft Entra; `name` is what a mention shows.
    """

    source: str
    user: str
    teams_id: SecretStr
    name: str


def subject_of_people(source: str) -> str:
    """What a change of a source's people is told as."""
    return f"people:{source}"


@dataclass(frozen=True, slots=True)
class Invitation:
    """An operator's leave to use the configuration page, until it expires.

    `sources` and `endpoints` bound what it opens; both empty: everything. `fingerprint` finds it by the token, which is
    shown once and not stored.
    """

    id: str
    fingerprint: str
    note: str
    sources: tuple[str, ...]
    endpoints: tuple[str, ...]
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a long list is wanted: at most `limit` items after `cursor` (from the page before)."""

    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A part of a long list, and the cursor of the next part, or None at the end."""

    items: tuple[T, ...]
    next: str | None = None
