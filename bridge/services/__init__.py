"""What people and programs can do: the one implementation behind the API, the pages and the commands."""

from dataclasses import dataclass

import aiohttp

from bridge.cards.templates import CardRenderer
from bridge.pipeline.post import Poster
from bridge.pipeline.tickets import Tickets
from bridge.registry import Registry
from bridge.services.acting import ActingService
from bridge.services.administration import AdministrationService
from bridge.services.calling import Caller
from bridge.services.channels import ChannelService
from bridge.services.deliveries import DeliveryService
from bridge.services.dryrun import DryRunService
from bridge.services.endpoints import EndpointService
from bridge.services.events import EventService
from bridge.services.identity import Identity
from bridge.services.invitations import InvitationService
from bridge.services.making import Maker
from bridge.services.moving import MoveService
from bridge.services.people import PeopleService
from bridge.services.pressers import Pressers
from bridge.services.previews import PreviewService
from bridge.services.receipts import Receipts
from bridge.services.subscriptions import SubscriptionService
from bridge.services.tabs import TabService
from bridge.services.trace import Tracer
from bridge.settings import Settings
from bridge.store.port import Store


@dataclass(frozen=True)
class Services:
    """Every service, over one store."""

    endpoints: EndpointService
    subscriptions: SubscriptionService
    channels: ChannelService
    moves: MoveService
    tabs: TabService
    events: EventService
    deliveries: DeliveryService
    dry_runs: DryRunService
    previews: PreviewService
    invitations: InvitationService
    people: PeopleService
    administration: AdministrationService
    acting: ActingService


def make_services(
    settings: Settings,
    registry: Registry,
    store: Store,
    poster: Poster,
    cards: CardRenderer,
    *,
    tickets: Tickets,
    session: aiohttp.ClientSession,
    identity: Identity | None,
) -> Services:
    """The services of an opened bridge."""
    previews = PreviewService(registry, cards)
    administration = AdministrationService(store)
    channels = ChannelService(
        registry, poster, administration, Receipts(tickets.vault), settings.allowed_channels
    )
    subscriptions = SubscriptionService(store, registry, channels, previews, administration)
    return Services(
        endpoints=EndpointService(store, registry, settings.public_url),
        subscriptions=subscriptions,
        channels=channels,
        moves=MoveService(store, channels, subscriptions, previews),
        tabs=TabService(store),
        events=EventService(store, Tracer(registry, store, Maker(cards))),
        deliveries=DeliveryService(store),
        dry_runs=DryRunService(store, registry),
        previews=previews,
        invitations=InvitationService(store, registry),
        people=PeopleService(store, registry),
        administration=administration,
        acting=ActingService(
            store,
            registry,
            administration=administration,
            cards=cards,
            tickets=tickets,
            caller=Caller(session, settings.allowed_sites),
            pressers=Pressers(settings, session, identity),
        ),
    )
