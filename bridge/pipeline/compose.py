"""Makes cards: of what an event was parsed to a moment ago, or else of the event as it was received.

What one event became is kept while its cards are on their way, so that it is parsed and rendered once however many
channels it goes to.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from bridge.cards.mentions import mention
from bridge.cards.presentation import PLAIN, Presentation
from bridge.channel import ChannelKind
from bridge.errors import BridgeError, TemplateFailed
from bridge.models import Delivery, Endpoint, Event, ParsedEvent
from bridge.pipeline.acts import acts_of, linked, offers
from bridge.pipeline.directory import Directory, Roster
from bridge.pipeline.faults import sentence
from bridge.pipeline.lane import Owed
from bridge.pipeline.route import LARGE_BODY, Route, Unroutable, parsed
from bridge.pipeline.shown import Render, Shown, remarked, show
from bridge.pipeline.tickets import Tickets
from bridge.registry import Registry
from bridge.source import Source
from bridge.store.port import Store

EVENTS: Final = 2048
"""Events that are kept parsed; the others are read and parsed again."""

BYTES: Final = 16 * 1024 * 1024
"""Of bodies that these were parsed from."""

BODIES: Final = 32
"""Of one event's cards that are kept: many channels with few ways to show it get them made once each."""


Key: TypeAlias = tuple[int, str | None, Presentation, str, int, str | None, Roster | None]


class Unrenderable(BridgeError):
    """A card that cannot be made; the message is the delivery's reason."""


@dataclass(frozen=True, slots=True)
class Body:
    """A card as a channel takes it. `note` says why it does not look as its subscription wants, if so."""

    encoded: bytes
    note: str | None = None


@dataclass(slots=True)
class Content:
    """What an event's cards are made of. `size` is that of its body, `left` how many cards are still to be sent.

    `made` has what was made already, by part, remark, presentation, channel kind and limit, by subscription where its
    buttons do something there, and by who is who where it mentions people; `making` is held while something is
    made beside the event loop.
    """

    source: Source
    endpoint: Endpoint
    parts: tuple[ParsedEvent, ...]
    size: int
    left: int = 0
    made: dict[Key, Body] = field(default_factory=dict)
    making: asyncio.Lock = field(default_factory=asyncio.Lock)


class Composer:
    """Makes cards. `remember` spares it to read and parse an event again; `sent` says that one card less is needed."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        directory: Directory,
        render: Render,
        tickets: Tickets,
    ) -> None:
        self._registry = registry
        self._store = store
        self._directory = directory
        self._render = render
        self._tickets = tickets
        self._contents: dict[str, Content] = {}
        self._bytes = 0

    def remember(self, route: Route) -> None:
        """Keep what the event's cards are made of."""
        content = Content(
            route.source, route.endpoint, route.parts, len(route.event.body), len(route.owed)
        )
        self._keep(route.event.id, content)

    def sent(self, delivery: Delivery) -> None:
        """The delivery came to its end."""
        content = self._contents.get(delivery.event_id)
        if content is not None:
            content.left -= 1
            if content.left <= 0:
                self._forget(delivery.event_id)

    async def content(self, delivery: Delivery) -> Content:
        """What the delivery's card is made of. Raises `Unrenderable`, `StoreUnavailable`."""
        content = self._contents.get(delivery.event_id)
        if content is None:
            event = await self._store.events.get(delivery.event_id)
            if event is None:
                raise Unrenderable("The event was removed.")
            content = await self._parsed(event)
            self._keep(event.id, content)
        if delivery.part >= len(content.parts):
            raise Unrenderable(f"{content.source.label} no longer gives this part of the event.")
        return content

    async def body(
        self,
        content: Content,
        owed: Owed,
        kind: ChannelKind,
        limit: int,
    ) -> Body:
        """A delivery's card as a channel takes it, in at most `limit` bytes. Raises `Unrenderable`."""
        delivery, wanted = owed.delivery, owed.presentation
        acting = owed.acting and kind.acts and content.endpoint.acting.who != "nobody"
        own = delivery.subscription_id if acting else None
        mentioning = wanted.mentions and kind.mentions
        roster = await self._directory.roster(content.source.name) if mentioning else None
        key = (delivery.part, delivery.remark, wanted, kind.name, limit, own, roster)
        known = content.made.get(key)
        if known is not None:
            return known
        # A subscriber's template may take its time, within its bounds.
        if content.size < LARGE_BODY and not wanted.templates:
            body = self._body(content, owed, kind, limit, acting=acting, roster=roster)
            return _keep(content, key, body)
        async with content.making:
            known = content.made.get(key)
            if known is None:
                made = await asyncio.to_thread(
                    self._body, content, owed, kind, limit, acting=acting, roster=roster
                )
                known = _keep(content, key, made)
        return known

    def card(self, content: Content, part: int, wanted: Presentation = PLAIN) -> Shown:
        """The neutral card of a part. Raises `Unrenderable`."""
        try:
            return show(self._render, content.source, content.endpoint, content.parts[part], wanted)
        except TemplateFailed as error:
            raise Unrenderable(f"The card's template failed: {error}") from None
        except Exception as error:  # noqa: BLE001  # templates and plugins may raise anything
            raise Unrenderable(f"The card cannot be made: {sentence(error)}") from None

    def _body(
        self,
        content: Content,
        owed: Owed,
        kind: ChannelKind,
        limit: int,
        *,
        acting: bool,
        roster: Roster | None,
    ) -> Body:
        delivery = owed.delivery
        shown = self.card(content, delivery.part, owed.presentation)
        card = remarked(shown.card, delivery.remark) if delivery.remark else shown.card
        if content.endpoint.acting.who != "nobody":
            part = content.parts[delivery.part]
            offered = offers(content.source, content.endpoint, part, delivery)
            if acting:
                card = replace(card, acts=acts_of(self._tickets, offered, part, delivery))
            else:
                card = linked(card, offered)
        if roster is not None:
            card = mention(card, roster.people)
        try:
            return Body(kind.encode(card, limit), shown.note)
        except Exception as error:  # noqa: BLE001  # a channel kind may be anybody's
            raise Unrenderable(f"The card cannot be made: {sentence(error)}") from None

    async def _parsed(self, event: Event) -> Content:
        endpoint = await self._directory.endpoint(event.endpoint_id)
        if endpoint is None:
            raise Unrenderable("The endpoint was removed.")
        try:
            source, parts = await parsed(self._registry, event, endpoint)
        except Unroutable as error:
            raise Unrenderable(str(error)) from None
        return Content(source, endpoint, parts, len(event.body))

    def _keep(self, event_id: str, content: Content) -> None:
        self._forget(event_id)
        self._contents[event_id] = content
        self._bytes += content.size
        while len(self._contents) > EVENTS or (self._bytes > BYTES and len(self._contents) > 1):
            self._forget(next(iter(self._contents)))

    def _forget(self, event_id: str) -> None:
        content = self._contents.pop(event_id, None)
        if content is not None:
            self._bytes -= content.size


def _keep(content: Content, key: Key, made: Body) -> Body:
    while len(content.made) >= BODIES:
        del content.made[next(iter(content.made))]
    content.made[key] = made
    return made
