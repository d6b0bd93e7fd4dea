"""The buttons of a card that do something, for one subscription: its own tickets, so that none is good elsewhere."""

import time

import structlog

from bridge.cards.card import Act
from bridge.models import Delivery, Endpoint, ParsedEvent
from bridge.pipeline.faults import place
from bridge.pipeline.tickets import LASTS, Ticket, Tickets
from bridge.source import Source

log = structlog.get_logger()


def acts_of(
    tickets: Tickets, source: Source, endpoint: Endpoint, part: ParsedEvent, delivery: Delivery
) -> tuple[Act, ...]:
    """What its source offers for the event. A plugin that fails costs its buttons, and not the card."""
    try:
        offered = tuple(source.actions(part, endpoint))
    except Exception as error:  # noqa: BLE001  # a plugin may raise anything
        log.warning(
            "no buttons", event_id=delivery.event_id, source=source.name, place=place(error)
        )
        return ()
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
            action.url,
        )
        for action in offered
    )
