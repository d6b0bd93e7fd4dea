"""Doing things from cards: who may, as whom they are done, and what happens when a button is pressed."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

import structlog
from pydantic import SecretStr

from bridge.action import Done, Reply
from bridge.cards.card import Act
from bridge.cards.entered import entered
from bridge.cards.messagecard import message_card
from bridge.cards.presentation import read as read_presentation
from bridge.cards.templates import CardRenderer
from bridge.errors import BridgeError, Conflict, Forbidden, Invalid, Refused
from bridge.models import Acting, Delivery, Endpoint, ParsedEvent, Subscription
from bridge.pipeline.acts import acts_of, offers
from bridge.pipeline.faults import place
from bridge.pipeline.route import Unroutable, parsed
from bridge.pipeline.shown import show
from bridge.pipeline.tickets import Ticket, Tickets
from bridge.registry import Registry
from bridge.services.access import Principal
from bridge.services.administration import AdministrationService
from bridge.services.calling import Caller
from bridge.services.pressers import Pressers
from bridge.services.validation import Problems
from bridge.source import Source
from bridge.store.port import Store
from bridge.tokens.verify import LEEWAY, Claims

Who: TypeAlias = Literal["nobody", "people", "channel"]
"""Who may act: nobody, named people, or everyone in the channel."""

CALLS = 3
"""Calls that one press may take: whoever pressed waits."""

PEOPLE = 200
LONGEST = 300

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WantedActing:
    """What somebody asks for; what is None stays as it is. Without `token`, `user` and `site` the old ones are kept."""

    who: Who | None = None
    people: tuple[SecretStr, ...] | None = None
    site: str | None = None
    user: str | None = None
    token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What whoever pressed is told, and the new card if it changed."""

    said: str
    ok: bool
    card: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Press:
    """A press that was found to be right: everything that it is about."""

    ticket: Ticket
    subscription: Subscription
    endpoint: Endpoint
    source: Source
    part: ParsedEvent


class ActingService:
    """What people can do from cards."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        *,
        administration: AdministrationService,
        cards: CardRenderer,
        tickets: Tickets,
        caller: Caller,
        pressers: Pressers,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._registry = registry
        self._administration = administration
        self._cards = cards
        self._tickets = tickets
        self._caller = caller
        self._pressers = pressers
        self._clock = clock

    async def change(self, who: Principal, endpoint: Endpoint, wanted: WantedActing) -> Endpoint:
        """Say who may act from an endpoint's cards, and as whom. Raises `Invalid`, `Forbidden`."""
        who.require_owner(endpoint)
        source = self._registry.sources.get(endpoint.source)
        problems = Problems()
        old = endpoint.acting
        acting = Acting(
            who=old.who if wanted.who is None else wanted.who,
            people=old.people if wanted.people is None else wanted.people,
            site=old.site if wanted.site is None else wanted.site or None,
            user=old.user if wanted.user is None else wanted.user or None,
            token=old.token if wanted.token is None else wanted.token,
        )
        if wanted.site is not None and wanted.site != (old.site or "") and wanted.token is None:
            problems.add("token", "Give the token again: it was given for another site.")
        if len(acting.people) > PEOPLE:
            problems.add("people", f"At most {PEOPLE} people; or let the whole channel.")
        if acting.who == "people" and not acting.people:
            problems.add("people", "Name the people by their Entra object ids.")
        if acting.user is not None and (
            len(acting.user) > LONGEST or not acting.user.isprintable()
        ):
            problems.add("user", f"One line of at most {LONGEST} characters.")
        if acting.who != "nobody" or wanted.site:
            self._check_site(problems, acting, source)
        problems.settle()
        changed = replace(endpoint, acting=acting)
        await self._store.endpoints.replace(changed)
        return changed

    def _check_site(self, problems: Problems, acting: Acting, source: Source | None) -> None:
        site = acting.site or (source.site if source else None)
        if site is None:
            problems.add(
                "site",
                "Name the site where things are done, such as https://example.atlassian.net.",
            )
            return
        try:
            self._caller.check(site)
        except ValueError as error:
            problems.add("site", str(error))

    async def press(
        self, address: str, token: SecretStr, request_id: str | None, body: bytes
    ) -> Pressed:
        """Do what a button says. Raises `Refused`: `Unauthorized` and `Forbidden` before any plugin is asked."""
        ticket = self._tickets.read(address)
        claims = await self._pressers.claims(token)
        press = await self._right(ticket, claims)
        await self._once(token, claims, request_id)
        act = self._act(press)
        given = entered(act, body)
        done = await self._done(press, given)
        log.info(
            "card action",
            event_id=ticket.event,
            endpoint=press.endpoint.id,
            subscription=press.subscription.id,
            action=ticket.action,
            ok=done.ok,
        )
        return Pressed(done.said, done.ok, self._card(press, done))

    async def _right(self, ticket: Ticket, claims: Claims) -> _Press:
        """Whether this person may press this button now. Raises `Forbidden`."""
        if ticket.until < self._clock():
            raise Forbidden("This card is too old for its buttons: open the original.")
        subscription = await self._store.subscriptions.get(ticket.subscription)
        if subscription is None or subscription.channel.id != ticket.channel:
            raise Forbidden("This card's channel is not subscribed any more.")
        tenant = subscription.teams.tenant
        if tenant is not None and (claims.tenant or "") != tenant.lower():
            raise Forbidden("This card is of another tenant's channel.")
        off = await self._administration.off(subscription.teams)
        if off.no_actions:
            raise Forbidden(off.no_actions)
        event = await self._store.events.get(ticket.event)
        endpoint = await self._store.endpoints.get(subscription.endpoint_id)
        if event is None or endpoint is None or event.endpoint_id != endpoint.id:
            raise Forbidden("What this card is about is no longer kept: open the original.")
        if not _may(endpoint.acting, claims):
            raise Forbidden("You may not do this: whoever set up these cards says who may.")
        try:
            source, parts = await parsed(self._registry, event, endpoint)
            part = replace(parts[ticket.part], type=ticket.type)
        except (Unroutable, IndexError):
            raise Forbidden(
                "What this card is about is no longer kept: open the original."
            ) from None
        return _Press(ticket, subscription, endpoint, source, part)

    async def _once(self, token: SecretStr, claims: Claims, request_id: str | None) -> None:
        """A press is one request with one token: neither does anything a second time."""
        digest = hashlib.sha256(token.get_secret_value().encode()).hexdigest()
        keys = [f"token:{digest}"]
        if claims.token_id:
            keys.append(f"id:{claims.issuer}:{claims.token_id}")
        if request_id:
            keys.append(f"request:{hashlib.sha256(request_id.encode()).hexdigest()}")
        now = datetime.fromtimestamp(self._clock(), UTC)
        until = datetime.fromtimestamp(claims.expires, UTC) + timedelta(seconds=2 * LEEWAY)
        if not await self._store.presses.once(keys, now, until):
            raise Forbidden("This was done already: press the button again if you mean it again.")

    def _act(self, press: _Press) -> Act:
        """The button as it is today, so that what was entered is read by what was offered."""
        try:
            offered = tuple(press.source.actions(press.part, press.endpoint))
        except Exception as error:  # noqa: BLE001  # a plugin may raise anything
            raise Conflict(f"{press.source.label} failed: {place(error)}.") from None
        for action in offered:
            if action.name == press.ticket.action:
                return Act(action.title, "", action.inputs)
        raise Conflict("This can no longer be done from this card: open the original.")

    async def _done(self, press: _Press, given: Mapping[str, tuple[str, ...]]) -> Done:
        source, acting, name = press.source, press.endpoint.acting, press.ticket.action
        site = acting.site or source.site
        if site is None or acting.token is None:
            raise Conflict(
                "The bridge has no credentials for this: ask whoever set up these cards."
            )
        try:
            proof = source.authorization(acting.user, acting.token.get_secret_value())
            replies: list[Reply] = []
            while len(replies) <= CALLS:
                step = source.act(name, given, press.part, press.endpoint, replies)
                if isinstance(step, Done):
                    return step
                replies.append(await self._caller.call(site, step, proof))
            return Done(f"{source.label} asked too much at once.", ok=False)
        except Refused:
            raise
        except BridgeError as error:
            return Done(f"{source.label} was not reached: {error}", ok=False)
        except Exception as error:  # noqa: BLE001  # a plugin may raise anything
            log.warning("card action failed", event_id=press.ticket.event, place=place(error))
            return Done(f"{source.label} failed: {place(error)}.", ok=False)

    def _card(self, press: _Press, done: Done) -> Mapping[str, Any] | None:
        """The card in place of the one that was pressed, with its buttons."""
        if done.event is None:
            return None
        ticket, wanted = press.ticket, read_presentation(press.subscription.presentation)
        try:
            card = show(self._cards.render, press.source, press.endpoint, done.event, wanted).card
        except Exception as error:  # noqa: BLE001  # it was done, whatever its new card looks like
            log.warning("card not updated", event_id=ticket.event, place=place(error))
            return None
        delivery = Delivery(
            id="",
            event_id=ticket.event,
            part=ticket.part,
            subscription_id=ticket.subscription,
            channel_id=ticket.channel,
            created_at=datetime.fromtimestamp(self._clock(), UTC),
        )
        offered = offers(press.source, press.endpoint, done.event, delivery)
        acts = acts_of(self._tickets, offered, done.event, delivery)
        return message_card(replace(card, acts=acts))


def _may(acting: Acting, claims: Claims) -> bool:
    """Whether whoever set up the cards lets this person act. Office's tokens name the person as `sub`, Entra's as `oid`."""
    if acting.who == "channel":
        return True
    person = (claims.person or claims.subject).lower()
    named = {one.get_secret_value().lower() for one in acting.people}
    return acting.who == "people" and person in named


def said_of(error: Refused) -> str:
    """What whoever pressed is told of a refusal."""
    return " ".join(error.fields.values()) if isinstance(error, Invalid) else str(error)
