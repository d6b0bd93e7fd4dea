"""Endpoints and their subscriptions, kept in memory until they change: a webhook costs the database no question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from bridge.cards.card import Mention
from bridge.models import Endpoint, subject_of_people
from bridge.pipeline.listener import Listener
from bridge.store.port import Store

KEPT: Final = 20_000
"""Endpoints that are kept; of more, the oldest are asked for again."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who listens to an endpoint, oldest first, as it was after the change `seen`.

    `holding`: some of them hold what opens something. `ageing`: some want to know what comes late.
    """

    listeners: tuple[Listener, ...]
    seen: int
    holding: bool = False
    ageing: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Roster:
    """Whom cards of a source may mention, by what the source calls them in small letters."""

    people: Mapping[str, Mention]


class Directory:
    """Looks up what is not known yet. `forget` must be told of every change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._endpoints: _Kept[Endpoint] = _Kept()
        self._audiences: _Kept[Audience] = _Kept()
        self._rosters: _Kept[Roster] = _Kept()

    async def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """One endpoint, or None where there is none: that is not kept, since it may be made at any time."""
        known = self._endpoints.get(endpoint_id)
        if known is not None:
            return known
        before = self._endpoints.changes
        found = await self._store.endpoints.get(endpoint_id)
        if found is not None:
            self._endpoints.keep(endpoint_id, found, before)
        return found

    async def audience(self, endpoint_id: str) -> Audience:
        """Who listens to an endpoint."""
        known = self._audiences.get(endpoint_id)
        if known is not None:
            return known
        before = self._audiences.changes
        found = await self._store.subscriptions.of_endpoint(endpoint_id)
        audience = Audience(
            tuple(map(Listener, found.subscriptions)),
            found.seen,
            holding=any(one.hold for one in found.subscriptions),
            ageing=any(one.stale != "keep" for one in found.subscriptions),
        )
        self._audiences.keep(endpoint_id, audience, before)
        return audience

    async def roster(self, source: str) -> Roster:
        """Who is who in a source; the same one until somebody changes it."""
        subject = subject_of_people(source)
        known = self._rosters.get(subject)
        if known is not None:
            return known
        before = self._rosters.changes
        found = await self._store.people.of_source(source)
        roster = Roster({one.user: Mention(one.teams_id, one.name) for one in found})
        self._rosters.keep(subject, roster, before)
        return roster

    def forget(self, subjects: Sequence[str] | None) -> None:
        """These endpoints changed, or they or their subscriptions, or a source's people; None: anything may have."""
        self._endpoints.forget(subjects)
        self._audiences.forget(subjects)
        self._rosters.forget(subjects)


class _Kept(Generic[T]):
    """What is kept of a kind. `changes` counts, so that nothing is kept that changed while it was looked up."""

    def __init__(self) -> None:
        self._known: dict[str, T] = {}
        self.changes = 0

    def get(self, name: str) -> T | None:
        return self._known.get(name)

    def keep(self, name: str, found: T, before: int) -> None:
        if before != self.changes:
            return
        while len(self._known) >= KEPT:
            del self._known[next(iter(self._known))]
        self._known[name] = found

    def forget(self, subjects: Sequence[str] | None) -> None:
        self.changes += 1
        if subjects is None:
            self._known.clear()
            return
        for subject in subjects:
            self._known.pop(subject, None)
