"""Subscriptions: saved whole or not at all, paused, resumed, tried and removed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from pydantic import SecretStr

from bridge.channel import Answer, Outcome
from bridge.errors import Invalid, NotFound
from bridge.models import (
    Channel,
    Endpoint,
    Listing,
    Page,
    Stale,
    Subscription,
    TeamsContext,
    new_id,
)
from bridge.registry import Registry
from bridge.services.access import Principal
from bridge.services.administration import AdministrationService
from bridge.services.channels import ChannelService
from bridge.services.endpoints import now
from bridge.services.listing import visible
from bridge.services.presentations import check_presentation
from bridge.services.previews import PreviewService
from bridge.services.sentence import sentence
from bridge.services.validation import (
    Problems,
    check_events,
    check_expiry,
    check_hold,
    check_name,
    check_stale,
    check_where,
    no_plugin,
)
from bridge.source import Source
from bridge.store.port import Store
from bridge.texts import say

_CLIENT_MADE = re.compile(r"sub_[A-Za-z0-9_-]{24}")


@dataclass(frozen=True, slots=True)
class WantedSubscription:
    """What somebody asks for. Without `kind`, the URL's shape tells it; without `name`, the endpoint's is taken.

    Where `digest`, `expiry`, `hold` or `stale` is None it stays as it was; a new subscription has digests, no expiry and
    no hold, and keeps what is stale. `expiry` is in minutes, 0 is never; `hold` in seconds. `pasted`: somebody pasted its
    URL on the page; `receipt` is that of a test card there.
    """

    endpoint: str
    url: SecretStr
    events: tuple[str, ...]
    kind: str | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    presentation: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    teams: TeamsContext = field(default_factory=TeamsContext)
    digest: bool | None = None
    expiry: int | None = None
    hold: int | None = None
    stale: Stale | None = None
    pasted: bool = False
    receipt: SecretStr | None = None


class SubscriptionService:
    """What people and programs can do with subscriptions. Everything raises `NotFound` for what one may not see."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        channels: ChannelService,
        previews: PreviewService,
        administration: AdministrationService,
        *,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._store = store
        self._registry = registry
        self._channels = channels
        self._previews = previews
        self._administration = administration
        self._clock = clock

    async def save(
        self, who: Principal, wanted: WantedSubscription, subscription_id: str | None = None
    ) -> Subscription:
        """Make a subscription, or replace the one of that id (which the page makes up). Raises `Invalid`.

        A disabled one is active again; a paused one stays paused. Raises `Forbidden` where an administrator turned
        connectors off.
        """
        # Where somebody signed in, their tenant is known; else it is what Teams told the page.
        teams = replace(wanted.teams, tenant=who.tenant) if who.tenant else wanted.teams
        await self._administration.require_connectors(teams)
        before = await self._before(who, subscription_id)
        problems = Problems()
        endpoint = await self._endpoint(who, problems, wanted.endpoint)
        channel = self._channels.read(problems, wanted.url, wanted.kind)
        self._check_trial(problems, who, wanted, channel, before)
        default = endpoint.name if endpoint else "the endpoint's"
        name = check_name(problems, default if wanted.name is None else wanted.name)
        events = wanted.events
        source = self._registry.sources.get(endpoint.source) if endpoint else None
        if endpoint and source is None:
            problems.add("endpoint", no_plugin(endpoint.source))
        if source:
            events = check_events(problems, wanted.events, source)
        check_where(problems, wanted.filters, source)
        check_presentation(problems, wanted.presentation, source)
        check_expiry(problems, wanted.expiry)
        check_hold(problems, wanted.hold, source)
        check_stale(problems, wanted.stale)
        problems.settle()
        digest, expiry = wanted.digest, wanted.expiry
        if digest is None:
            digest = before.digest if before else True
        if expiry is None:
            expiry = before.expiry if before else None
        hold, stale = wanted.hold, wanted.stale
        if hold is None:
            hold = before.hold if before else 0
        if stale is None:
            stale = before.stale if before else "keep"
        at = self._clock()
        return await self._store.subscriptions.save(
            Subscription(
                id=subscription_id or new_id("sub"),
                endpoint_id=wanted.endpoint,
                channel=channel,
                name=name,
                events=events,
                owner=before.owner if before else who.id,
                created_at=before.created_at if before else at,
                updated_at=at,
                filters=wanted.filters,
                presentation=wanted.presentation,
                state="paused" if before and before.state == "paused" else "active",
                reason=before.reason if before and before.state == "paused" else None,
                teams=teams,
                digest=digest,
                expiry=expiry or None,
                hold=hold,
                stale=stale,
            )
        )

    async def get(self, who: Principal, subscription_id: str) -> Subscription:
        """One subscription."""
        subscription = await self._store.subscriptions.get(subscription_id)
        if subscription is None:
            raise NotFound(say("There is no subscription {id}.", id=subscription_id))
        who.require_subscription(subscription)
        return subscription

    async def sentences(self, *subscriptions: Subscription) -> Mapping[str, str]:
        """What each asks for in one sentence, by its id."""
        sources: dict[str, Source | None] = {}
        for endpoint_id in {it.endpoint_id for it in subscriptions}:
            endpoint = await self._store.endpoints.get(endpoint_id)
            sources[endpoint_id] = self._registry.sources.get(endpoint.source) if endpoint else None
        return {
            it.id: sentence(sources[it.endpoint_id], it.events, it.filters) for it in subscriptions
        }

    async def list(
        self, who: Principal, page: Page, endpoint_id: str | None = None
    ) -> Listing[Subscription]:
        """The subscriptions that they may change, newest first."""

        async def fetch(part: Page) -> Listing[Subscription]:
            return await self._store.subscriptions.list(part, endpoint_id)

        async def may_see(subscription: Subscription) -> bool:
            return who.may_change(subscription)

        return await visible(fetch, page, may_see)

    async def update(
        self,
        who: Principal,
        subscription_id: str,
        *,
        name: str | None = None,
        url: SecretStr | None = None,
        kind: str | None = None,
        events: tuple[str, ...] | None = None,
        filters: Mapping[str, Any] | None = None,
        presentation: Mapping[str, Any] | None = None,
        digest: bool | None = None,
        expiry: int | None = None,
        hold: int | None = None,
        stale: Stale | None = None,
        receipt: SecretStr | None = None,
    ) -> Subscription:
        """Change what is given; what is None stays. Raises `Invalid`."""
        old = await self.get(who, subscription_id)
        if url is None and kind is None:
            kind = old.channel.kind
        wanted = WantedSubscription(
            endpoint=old.endpoint_id,
            url=old.channel.url if url is None else url,
            kind=kind,
            events=old.events if events is None else events,
            filters=old.filters if filters is None else filters,
            presentation=old.presentation if presentation is None else presentation,
            name=old.name if name is None else name,
            teams=old.teams,
            digest=digest,
            expiry=expiry,
            hold=hold,
            stale=stale,
            receipt=receipt,
        )
        return await self.save(who, wanted, subscription_id)

    async def set_state(
        self, who: Principal, subscription_id: str, state: Literal["active", "paused"]
    ) -> Subscription:
        """Pause it, which holds its cards, or resume it, which releases them and opens its channel again."""
        await self.get(who, subscription_id)
        reason = "Paused by hand." if state == "paused" else None
        await self._store.subscriptions.set_state(subscription_id, state, reason)
        return await self.get(who, subscription_id)

    async def remove(self, who: Principal, subscription_id: str) -> None:
        """Remove it; its pending deliveries are dropped."""
        await self.get(who, subscription_id)
        await self._store.subscriptions.remove(subscription_id, self._clock())

    async def test(self, who: Principal, subscription_id: str) -> tuple[Answer, Outcome]:
        """Send a sample card now, past the queue, and say what was answered. Raises `Forbidden` as `save` does."""
        subscription = await self.get(who, subscription_id)
        endpoint = await self._store.endpoints.get(subscription.endpoint_id)
        card = self._previews.test_card(subscription, endpoint)
        return await self._channels.post(subscription.channel, card, subscription.teams)

    async def _before(self, who: Principal, subscription_id: str | None) -> Subscription | None:
        if subscription_id is None:
            return None
        before = await self._store.subscriptions.get(subscription_id)
        if before is not None:
            who.require_subscription(before)
        elif not _CLIENT_MADE.fullmatch(subscription_id):
            raise Invalid(
                {"id": say("A new subscription's id is sub_ and 24 letters, digits, - or _.")}
            )
        return before

    def _check_trial(
        self,
        problems: Problems,
        who: Principal,
        wanted: WantedSubscription,
        channel: Channel,
        before: Subscription | None,
    ) -> None:
        """A URL that a person brings must have taken a test card, unless it stays as it is: only an operator's need not."""
        tab = wanted.teams.tab
        if who.kind == "operator" and not wanted.pasted:
            return
        if tab is None and self._channels.handed(channel):
            return
        if before and before.teams.tab == tab and before.channel.url == channel.url:
            return
        if not self._channels.tried(channel, wanted.receipt):
            problems.add(
                "channel.url",
                say("Send a test card to this URL first, and save within an hour of it."),
            )

    async def _endpoint(
        self, who: Principal, problems: Problems, endpoint_id: str
    ) -> Endpoint | None:
        endpoint = await self._store.endpoints.get(endpoint_id)
        if endpoint is None or not who.may_use_endpoint(endpoint):
            problems.add("endpoint", say("There is no endpoint {id}.", id=endpoint_id))
            return None
        return endpoint
