"""The buttons of a card that do something, for one subscription: its own tickets, so that none is good elsewhere.

Where nothing can be done, or may be, they lead to where the same can be done by hand.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bridge.action import Action
from bridge.cards.card import Act, Card, OpenUrl
from bridge.models import Delivery, Endpoint, ParsedEvent
from bridge.pipeline.faults import place
from bridge.pipeline.tickets import LASTS, Ticket, Tickets
from bridge.source import Source

log = structlog.get_logger()


def offers(
    source: Source, endpoint: Endpoint, part: ParsedEvent, delivery: Delivery
) -> tuple[Action, ...]:
    """What its source offers for the event. A plugin that fails costs its buttons, and not the card."""
    try:
        return tuple(source.actions(part, endpoint))
    except Exception as error:  # noqa: BLE001  # a plugin may raise anything
        log.warning(
            "no buttons", event_id=delivery.event_id, source=source.name, place=place(error)
        )
        return ()


def acts_of(
    tickets: Tickets, offered: Sequence[Action], part: ParsedEvent, delivery: Delivery
) -> tuple[Act, ...]:
    """The buttons of what is offered."""
    until = int(time.time()) + LASTS
    return tuple(
        Act(
            action.title,
            tickets.address(
                Ticket(
                    delivery.event_id,
                    delivery.part,
                    part.type,
                    delivery.subscription_id,
                    delivery.channel_id,
                    action.name,
                    until,
                )
            ),
            action.inputs,
        )
        for action in offered
    )


def linked(card: Card, offered: Sequence[Action]) -> Card:
    """The card with links to what is offered, but for those that it has."""
    urls = {button.url for button in card.actions}
    links: list[OpenUrl] = []
    for action in offered:
        if action.url and action.url not in urls:
            urls.add(action.url)
            links.append(OpenUrl(action.title, action.url))
    return replace(card, actions=(*card.actions, *links))
