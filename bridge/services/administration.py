"""What an administrator turns off for a tenant or a team: connectors (the cards there), or the actions of cards."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bridge.errors import Forbidden
from bridge.models import Listing, Off, Page, Switches, TeamsContext
from bridge.services.access import Principal
from bridge.services.endpoints import now
from bridge.services.validation import Problems
from bridge.store.port import Store

LONGEST_TEAM: Final = 300
_GUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standing:
    """A place's own switches, and what is off there by them or by its tenant's."""

    switches: Switches
    off: Off


class AdministrationService:
    """Turns things on and off for the operator, and says to everybody else what is off. A tenant's switch wins."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = now) -> None:
        self._store = store
        self._clock = clock

    async def turn(
        self,
        who: Principal,
        tenant: str,
        team: str | None = None,
        *,
        connectors: bool | None = None,
        actions: bool | None = None,
    ) -> tuple[Standing, int]:
        """Turn switches, None leaving one as it is; how many subscriptions that changes. Raises `Invalid`.

        It is in force at once: what is posted at this moment is posted to its end, everything else is held.
        """
        who.require_operator()
        _check(tenant, team)
        _, changed = await self._store.switches.turn(
            tenant, team, self._clock(), connectors=connectors, actions=actions
        )
        return await self._standing(tenant, team), changed

    async def show(self, who: Principal, tenant: str, team: str | None = None) -> Standing:
        """The switches of a tenant, or of a team of it. Raises `Invalid`."""
        who.require_operator()
        _check(tenant, team)
        return await self._standing(tenant, team)

    async def list(self, who: Principal, page: Page) -> Listing[Switches]:
        """Every tenant and team where something is off, the newest first."""
        who.require_operator()
        return await self._store.switches.list(page)

    async def off(self, teams: TeamsContext) -> Off:
        """What is off in a place, for whoever is there."""
        return await self._store.switches.off(teams.tenant, teams.team_id)

    async def require_connectors(self, teams: TeamsContext) -> None:
        """Raise `Forbidden` where connectors are off."""
        why = (await self.off(teams)).no_connectors
        if why:
            raise Forbidden(why)

    async def _standing(self, tenant: str, team: str | None) -> Standing:
        return Standing(
            await self._store.switches.get(tenant, team),
            await self._store.switches.off(tenant, team),
        )


def _check(tenant: str, team: str | None) -> None:
    problems = Problems()
    if not _GUID.fullmatch(tenant):
        problems.add(
            "tenant",
            "Give the tenant's id, a GUID: the Microsoft Entra admin center shows it in the overview.",
        )
    if team is not None and (
        not 0 < len(team) <= LONGEST_TEAM or not team.isprintable() or re.search(r"\s", team)
    ):
        problems.add(
            "team", "Give the team's id: what groupId= has in the link to the team, a GUID."
        )
    problems.settle()
