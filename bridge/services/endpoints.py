"""Endpoints: made, shown, rotated and removed."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from pydantic import SecretStr

from bridge.errors import Conflict, Forbidden, Invalid, NotFound
from bridge.models import (
    Endpoint,
    EndpointSecret,
    Listing,
    Page,
    Refusal,
    Verification,
    new_id,
)
from bridge.registry import Registry
from bridge.services.access import Principal
from bridge.services.listing import visible
from bridge.services.validation import (
    Problems,
    check_name,
    check_secret,
    new_secret,
    no_plugin,
    no_source,
)
from bridge.source import Source
from bridge.store.port import Store
from bridge.texts import say

OVERLAP = timedelta(hours=24)
"""How long an old secret stays valid beside a new one, unless said otherwise."""

LONGEST_OVERLAP = timedelta(days=30)

URL_WARNING = say(
    "Whoever learns this endpoint's URL can post to it, because its sender does not sign. Keep the URL like a "
    "password, and choose signatures where the sender can make them."
)

OPEN_WARNING = say(
    "Anyone can post to this endpoint, because its settings ask for no proof of the sender, and its URL is no secret: it "
    "stands in logs and lists. Let the sender sign, or make an endpoint with verification: url instead."
)


def now() -> datetime:
    """The time as records keep it, to the millisecond."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def valid_secrets(endpoint: Endpoint, at: datetime) -> tuple[EndpointSecret, ...]:
    """The secrets that have not expired, oldest first."""
    return tuple(
        secret for secret in endpoint.secrets if secret.expires_at is None or secret.expires_at > at
    )


class EndpointService:
    """What people and programs can do with endpoints. Everything raises `NotFound` for what one may not see."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        public_url: str,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._store = store
        self._registry = registry
        self._public_url = public_url
        self._clock = clock
        self._changing = asyncio.Lock()  # a change is read, made and written: one at a time

    async def create(
        self,
        who: Principal,
        *,
        source: str,
        name: str,
        secret: SecretStr | None = None,
        config: Mapping[str, Any] | None = None,
        verification: Verification | None = None,
        draft: bool = False,
    ) -> Endpoint:
        """Make an endpoint; a secret that is not given is made. Raises `Invalid`, `Forbidden`.

        `verification` is by signature, but for a source whose system proves nothing: then the URL has to be the secret.
        """
        problems = Problems()
        found = self._registry.sources.get(source)
        if found is None:
            problems.add("source", no_source(source, self._registry.sources))
        else:
            who.require_source(source)
        stripped = check_name(problems, name)
        verification = _checked_verification(problems, found, verification)
        if secret is not None:
            check_secret(problems, secret, verification)
        checked = _checked_config(problems, found, config or {})
        problems.settle()
        at = self._clock()
        endpoint = Endpoint(
            id=new_id("ep"),
            source=source,
            name=stripped,
            secrets=(EndpointSecret(new_id("key"), secret or new_secret(), at),),
            owner=who.id,
            created_at=at,
            verification=verification,
            config=checked,
            draft=draft,
        )
        self._check_rights(who, endpoint)
        await self._store.endpoints.add(endpoint)
        return endpoint

    def url(self, endpoint: Endpoint) -> str:
        """What the external system posts to. Where verification is `url` it is a secret itself: show it like one."""
        if endpoint.verification == "url":
            current = self.secret(endpoint).value.get_secret_value()
            return f"{self._public_url}/hooks/{endpoint.id}.{current}"
        return f"{self._public_url}/hooks/{endpoint.id}"

    def masked_url(self, endpoint: Endpoint) -> str:
        """The URL as it may be shown at any time."""
        hidden = ".…" if endpoint.verification == "url" else ""
        return f"{self._public_url}/hooks/{endpoint.id}{hidden}"

    def warning(self, endpoint: Endpoint) -> str | None:
        """What people should know who rely on this endpoint's webhooks, if anything."""
        if endpoint.verification == "url":
            return URL_WARNING
        return OPEN_WARNING if self._is_open(endpoint) else None

    def secret(self, endpoint: Endpoint) -> EndpointSecret:
        """The newest valid secret: the one to enter in the external system."""
        return valid_secrets(endpoint, self._clock())[-1]

    async def get(self, who: Principal, endpoint_id: str) -> Endpoint:
        """One endpoint."""
        endpoint = await self._store.endpoints.get(endpoint_id)
        if endpoint is None:
            raise NotFound(say("There is no endpoint {id}.", id=endpoint_id))
        who.require_endpoint(endpoint)
        return endpoint

    async def list(self, who: Principal, page: Page) -> Listing[Endpoint]:
        """The endpoints that they may use, newest first."""

        async def may_see(endpoint: Endpoint) -> bool:
            return who.may_use_endpoint(endpoint)

        return await visible(self._store.endpoints.list, page, may_see)

    async def update(
        self,
        who: Principal,
        endpoint_id: str,
        *,
        name: str | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> Endpoint:
        """Rename it, or give it another configuration; what is None stays. Raises `Invalid`, `Forbidden`."""
        async with self._changing:
            endpoint = await self._own(who, endpoint_id)
            problems = Problems()
            if name is not None:
                endpoint = replace(endpoint, name=check_name(problems, name))
            if config is not None:
                source = self._registry.sources.get(endpoint.source)
                if source is None:
                    problems.add("config", no_plugin(endpoint.source))
                endpoint = replace(endpoint, config=_checked_config(problems, source, config))
                problems.settle()
                self._check_rights(who, endpoint)
            problems.settle()
            await self._store.endpoints.replace(endpoint)
            return endpoint

    async def remove(self, who: Principal, endpoint_id: str) -> None:
        """Remove it with its subscriptions and events. Raises `Conflict` while others than an invited owner use it."""
        endpoint = await self._own(who, endpoint_id)
        found = await self._store.subscriptions.of_endpoint(endpoint.id)
        if not all(who.may_change(subscription) for subscription in found.subscriptions):
            raise Conflict(say("Other people have subscribed to this endpoint: ask the operator."))
        await self._store.endpoints.remove(endpoint.id)

    async def add_secret(
        self,
        who: Principal,
        endpoint_id: str,
        secret: SecretStr | None = None,
        overlap: timedelta = OVERLAP,
    ) -> Endpoint:
        """Rotate: the new secret (made, if not given) is valid at once, the others for `overlap` yet."""
        async with self._changing:
            endpoint = await self._own(who, endpoint_id)
            problems = Problems()
            if secret is not None:
                check_secret(problems, secret, endpoint.verification)
                if any(secret == known.value for known in endpoint.secrets):
                    problems.add("secret", say("The endpoint has this secret already."))
            if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
                problems.add(
                    "overlap", say("From 0 seconds to {days} days.", days=LONGEST_OVERLAP.days)
                )
            problems.settle()
            at = self._clock()
            until = at + overlap
            old = tuple(
                known
                if known.expires_at and known.expires_at < until
                else replace(known, expires_at=until)
                for known in endpoint.secrets
            )
            added = EndpointSecret(new_id("key"), secret or new_secret(), at)
            endpoint = replace(endpoint, secrets=old)
            endpoint = replace(endpoint, secrets=(*valid_secrets(endpoint, at), added))
            await self._store.endpoints.replace(endpoint)
            return endpoint

    async def remove_secret(self, who: Principal, endpoint_id: str, secret_id: str) -> Endpoint:
        """End a secret at once. Raises `Conflict` for the last valid one."""
        async with self._changing:
            endpoint = await self._own(who, endpoint_id)
            left = tuple(secret for secret in endpoint.secrets if secret.id != secret_id)
            if left == endpoint.secrets:
                raise NotFound(say("This endpoint has no secret {id}.", id=secret_id))
            endpoint = replace(endpoint, secrets=left)
            if not valid_secrets(endpoint, self._clock()):
                raise Conflict(say("This is the only valid secret: add another one first."))
            await self._store.endpoints.replace(endpoint)
            return endpoint

    async def refusals(self, who: Principal, endpoint_id: str) -> Sequence[Refusal]:
        """The last webhooks that it turned away, newest first."""
        endpoint = await self.get(who, endpoint_id)
        return await self._store.endpoints.refusals(endpoint.id)

    async def _own(self, who: Principal, endpoint_id: str) -> Endpoint:
        endpoint = await self.get(who, endpoint_id)
        who.require_owner(endpoint)
        return endpoint

    def _check_rights(self, who: Principal, endpoint: Endpoint) -> None:
        # An endpoint's own template is code that runs here, if in Jinja's sandbox.
        if who.kind == "operator":
            return
        if self._registry.source(endpoint.source).template(endpoint) is not None:
            raise Forbidden(
                say("Only the operator may give an endpoint a card template of its own.")
            )
        if self._is_open(endpoint):
            raise Forbidden(
                say("Only the operator may let an endpoint take webhooks without any proof.")
            )

    def _is_open(self, endpoint: Endpoint) -> bool:
        """Whether anyone may post who knows its URL, although that is no secret."""
        source = self._registry.sources.get(endpoint.source)
        signs = endpoint.verification == "signature"
        return signs and source is not None and not source.asks_for_proof(endpoint)


def _checked_verification(
    problems: Problems, source: Source | None, given: Verification | None
) -> Verification:
    proves = source is None or source.issuer != "nobody"
    if given is None:
        return "signature" if proves else "url"
    if given not in get_args(Verification):
        problems.add("verification", say("Say signature (the default) or url."))
        return "signature"
    if given == "signature" and source is not None and not proves:
        problems.add(
            "verification",
            say("{source} does not sign its webhooks: say url.", source=source.said(source.label)),
        )
    return given


def _checked_config(
    problems: Problems, source: Source | None, config: Mapping[str, Any]
) -> Mapping[str, Any]:
    if source is None:
        return config
    try:
        return source.validate_config(config)
    except Invalid as error:
        problems.include(error)
        return config
