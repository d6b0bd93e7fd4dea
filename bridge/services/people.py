"""People: who a source's users are in Teams, so that cards can mention them. The operator's alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from bridge.cards.card import Mention
from bridge.errors import NotFound
from bridge.models import Person
from bridge.registry import Registry
from bridge.services.access import Principal
from bridge.services.roster import masked, read_csv, read_people
from bridge.store.port import Store


class PeopleService:
    """Keeps who is who."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._registry = registry

    async def list(self, who: Principal, source: str) -> Sequence[Person]:
        """Everybody who is known of a source. Raises `NotFound`."""
        who.require_operator()
        return await self._store.people.of_source(self._registry.source(source).name)

    async def replace(
        self, who: Principal, source: str, people: Sequence[Mapping[str, Any]]
    ) -> Sequence[Person]:
        """Know these and nobody else. Raises `NotFound`, `Invalid`."""
        who.require_operator()
        name = self._registry.source(source).name
        given = ((f"people.{position}", row) for position, row in enumerate(people))
        return await self._replace(name, read_people(name, given))

    async def import_csv(self, who: Principal, source: str, text: str) -> Sequence[Person]:
        """The same from a CSV text. Raises `NotFound`, `Invalid`, naming lines."""
        who.require_operator()
        name = self._registry.source(source).name
        return await self._replace(name, read_csv(name, text))

    async def change(
        self, who: Principal, source: str, user: str, changed: Mapping[str, str]
    ) -> Person:
        """Add one, or change the `teams_id` or `name` of one who is known. Raises `NotFound`, `Invalid`."""
        known = {person.user: person for person in await self.list(who, source)}
        before = known.get(user.lower())
        row = {"user": user, **changed}
        if before is not None:
            row = {"teams_id": before.teams_id.get_secret_value(), "name": before.name, **row}
        (person,) = read_people(self._registry.source(source).name, [(user, row)])
        await self._store.people.put(person)
        return person

    async def remove(self, who: Principal, source: str, user: str) -> None:
        """Know somebody no more. Raises `NotFound`."""
        who.require_operator()
        found = self._registry.source(source)
        if not await self._store.people.remove(found.name, user):
            raise NotFound(f"Nobody is known as {user} in {found.label}.")

    async def shown(self, source: str, presentation: Mapping[str, Any]) -> Mapping[str, Mention]:
        """Who a preview may mention, if that is wanted: by their names, their ids masked."""
        if presentation.get("mentions") is not True:
            return {}
        return {
            person.user: Mention(SecretStr(masked(person)), person.name)
            for person in await self._store.people.of_source(source)
        }

    async def _replace(self, source: str, people: Sequence[Person]) -> Sequence[Person]:
        await self._store.people.replace(source, people)
        return people
