"""Invitations: the operator's leave for somebody to use the configuration page for a while."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import SecretStr

from bridge.errors import NotFound, Unauthorized
from bridge.models import Invitation, Listing, Page, new_id
from bridge.registry import Registry
from bridge.services.access import Principal, invited
from bridge.services.endpoints import now
from bridge.services.validation import Problems, no_source
from bridge.store.port import Store
from bridge.texts import say

LONGEST = timedelta(days=365)
NOTE_LENGTH = 200


class InvitationService:
    """Issues invitations, and knows their bearers. Only the operator may do anything else than bear one."""

    def __init__(
        self, store: Store, registry: Registry, clock: Callable[[], datetime] = now
    ) -> None:
        self._store = store
        self._registry = registry
        self._clock = clock

    async def invite(
        self,
        who: Principal,
        *,
        note: str = "",
        sources: tuple[str, ...] = (),
        endpoints: tuple[str, ...] = (),
        lifetime: timedelta = timedelta(days=7),
    ) -> tuple[Invitation, SecretStr]:
        """Issue one, bound to sources and endpoints if any are given. The token is never seen again. Raises `Invalid`."""
        who.require_operator()
        problems = Problems()
        if len(note) > NOTE_LENGTH or not note.isprintable():
            problems.add("note", f"One line of at most {NOTE_LENGTH} characters.")
        if not timedelta(0) < lifetime <= LONGEST:
            problems.add("lifetime", f"More than nothing, and at most {LONGEST.days} days.")
        for position, source in enumerate(sources):
            if source not in self._registry.sources:
                problems.add(f"sources.{position}", no_source(source, self._registry.sources))
        for position, endpoint in enumerate(endpoints):
            if await self._store.endpoints.get(endpoint) is None:
                problems.add(f"endpoints.{position}", f"There is no endpoint {endpoint}.")
        problems.settle()
        token = SecretStr(secrets.token_urlsafe(32))
        at = self._clock()
        invitation = Invitation(
            id=new_id("inv"),
            fingerprint=self._store.fingerprint(token),
            note=note,
            sources=sources,
            endpoints=endpoints,
            created_at=at,
            expires_at=at + lifetime,
        )
        await self._store.invitations.add(invitation)
        return invitation, token

    async def bearer(self, token: SecretStr) -> Principal:
        """Who comes with this token. Raises `Unauthorized`."""
        found = await self._store.invitations.find(self._store.fingerprint(token), self._clock())
        if found is None:
            raise Unauthorized(
                say("This token is not valid, or no longer: ask the operator for a new one.")
            )
        return invited(found)

    async def list(self, who: Principal, page: Page) -> Listing[Invitation]:
        """All of them, expired or not, newest first."""
        who.require_operator()
        return await self._store.invitations.list(page)

    async def revoke(self, who: Principal, invitation_id: str) -> None:
        """Withdraw one at once; what its bearer made stays. Raises `NotFound`."""
        who.require_operator()
        if not await self._store.invitations.remove(invitation_id):
            raise NotFound(f"There is no invitation {invitation_id}.")
