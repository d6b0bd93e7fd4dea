"""The services over a real SQLite store, with a source of doors and a receiver on the loopback interface."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.cards.templates import CardRenderer
from bridge.channels import register_channels
from bridge.models import (
    Decision,
    Delivery,
    DeliveryState,
    Endpoint,
    Event,
    Page,
    ParsedEvent,
    Subscription,
    new_id,
)
from bridge.pipeline.post import Poster
from bridge.pipeline.tickets import Tickets
from bridge.registry import Registry
from bridge.services import Services, make_services
from bridge.services.access import OPERATOR, Principal
from bridge.services.find import Found, Query
from bridge.services.subscriptions import WantedSubscription
from bridge.settings import Settings
from bridge.store.open import open_store
from bridge.store.port import Store
from bridge.store.secrets import Vault
from tests.e2e.running import Receiver, receiver
from tests.services.doors import Doors
from tests.store.making import Shift, a_delivery

KEY = bytes(range(32))
OPENED = b'{"happened": "door.opened", "room": "Cellar"}'
NOW = datetime(2024, 11, 23, 14, 5, tzinfo=UTC)
"""Some time that is over, whatever the clock says."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path / 'bridge.db'}", (KEY,), migrate=True)
    yield opened
    await opened.close()


@pytest.fixture
def registry() -> Registry:
    return Registry({"doors": Doors()}, {kind.name: kind for kind in register_channels()})


@pytest.fixture
async def teams() -> AsyncIterator[Receiver]:
    async with receiver() as taking:
        yield taking


@pytest.fixture
async def services(store: Store, registry: Registry) -> AsyncIterator[Services]:
    settings = Settings(
        allowed_channels=("http://127.0.0.1:*",), public_url="https://bridge.example"
    )
    async with Poster(settings.allowed_channels) as poster:
        vault = Vault((bytes(32),))
        async with aiohttp.ClientSession() as session:
            yield make_services(
                settings,
                registry,
                store,
                poster,
                CardRenderer(),
                tickets=Tickets(vault, settings.public_url),
                session=session,
                identity=None,
            )


@dataclass
class Scene:
    """Makes what a test starts from."""

    services: Services
    shift: Shift
    teams: Receiver

    @property
    def store(self) -> Store:
        return self.shift.store

    async def endpoint(self, who: Principal = OPERATOR, name: str = "Front door") -> Endpoint:
        return await self.services.endpoints.create(who, source="doors", name=name)

    def wanted(self, endpoint: Endpoint, channel: str = "hall") -> WantedSubscription:
        url = SecretStr(self.teams.connector(channel))
        return WantedSubscription(endpoint.id, url, ("*",))

    async def subscription(
        self, endpoint: Endpoint, who: Principal = OPERATOR, channel: str = "hall"
    ) -> Subscription:
        return await self.services.subscriptions.save(who, self.wanted(endpoint, channel))

    async def event(self, endpoint: Endpoint, body: bytes = OPENED, **given: Any) -> Event:
        kept = {"received_at": NOW, "headers": {"content-type": "application/json"}, **given}
        event = Event(new_id("ev"), endpoint.id, "doors", body=body, **kept)
        await self.store.events.record(event, event.id, None)
        return event

    async def routed(
        self,
        event: Event,
        *subscriptions: Subscription,
        parts: Sequence[ParsedEvent] = (ParsedEvent("door.opened", {"room": "Cellar"}),),
        unlike: Sequence[Subscription] = (),
    ) -> list[Delivery]:
        """Route an event to these subscriptions, which all match its first part; those `unlike` do not."""
        owed = [a_delivery(event, wants, created_at=NOW, owed_at=NOW) for wants in subscriptions]
        decisions = [Decision(wants.id, 0, True, "everything matches") for wants in subscriptions]
        decisions += [Decision(other.id, 0, False, "room is Cellar, not Attic") for other in unlike]
        await self.shift.route(event, *owed, parts=parts, decisions=decisions)
        return owed

    async def found(self, who: Principal = OPERATOR, **query: Any) -> tuple[Found, ...]:
        """What a search for events finds."""
        return (await self.services.events.find(who, Page(), Query(**query))).items

    async def end(self, delivery: Delivery, state: DeliveryState = "dead") -> None:
        """Have a delivery come to its end."""
        await self.shift.end(delivery, state, reason="rejected", finished_at=NOW)


@pytest.fixture
async def scene(services: Services, store: Store, teams: Receiver) -> AsyncIterator[Scene]:
    async with store.lease() as lease:
        yield Scene(services, Shift(store, lease.generation), teams)


@pytest.fixture
async def guest(services: Services) -> Principal:
    """Somebody with an invitation to make endpoints of doors."""
    _, token = await services.invitations.invite(
        OPERATOR, sources=("doors",), lifetime=timedelta(days=1)
    )
    return await services.invitations.bearer(token)


@pytest.fixture
async def other(services: Services) -> Principal:
    """Somebody else with such an invitation."""
    _, token = await services.invitations.invite(OPERATOR, sources=("doors",))
    return await services.invitations.bearer(token)
