"""What became of a card, said so that a person knows what to do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.models import Delivery, Off, Subscription
from bridge.services.standing import standing
from tests.store.making import NOW, a_delivery, a_subscription, an_endpoint, an_event

ENDPOINT = an_endpoint()
HALL = a_subscription(ENDPOINT)
OWED = a_delivery(an_event(ENDPOINT), HALL)
SOON = NOW + timedelta(minutes=5)
FAILING = replace(
    HALL.channel, failing_since=NOW, retry_at=SOON, reason="The channel answered 503."
)


@pytest.mark.parametrize(
    ("delivery", "subscription", "digest", "said"),
    [
        (OWED, HALL, None, "It waits for its turn in the channel's queue."),
        (
            replace(OWED, attempts=1, reason="The channel answered 503."),
            replace(HALL, channel=FAILING),
            None,
            (
                "It waits: the channel fails since 2024-11-23 14:05:06 UTC. The channel answered 503. "
                "The next try is at 2024-11-23 14:10:06 UTC."
            ),
        ),
        (
            replace(OWED, attempts=1, reason="The channel answered 503."),
            HALL,
            None,
            "It waits for its next try. The channel answered 503.",
        ),
        (
            replace(OWED, reason="Held until 14:05:16 UTC."),
            replace(HALL, channel=FAILING),
            None,
            "Held until 14:05:16 UTC.",
        ),
        (
            OWED,
            replace(HALL, state="paused", reason="Paused by hand."),
            None,
            "Held, because its subscription is paused (Paused by hand). Resuming that sends the card.",
        ),
        (
            OWED,
            replace(HALL, off=Off("team")),
            None,
            (
                "Held: Connectors are turned off for this team by an administrator. "
                "Turning them on sends the card."
            ),
        ),
        (
            OWED,
            replace(HALL, state="disabled"),
            None,
            "Held, because its subscription is disabled. Resuming that sends the card.",
        ),
        (
            replace(OWED, state="delivered", finished_at=SOON),
            None,
            None,
            "Delivered at 2024-11-23 14:10:06 UTC.",
        ),
        (
            replace(OWED, state="delivered", finished_at=SOON, digest="dg_1", reason="Note."),
            HALL,
            12,
            "Delivered at 2024-11-23 14:10:06 UTC in a digest of 12 cards. Note.",
        ),
        (
            replace(OWED, state="delivered", finished_at=SOON, remark="Came late."),
            HALL,
            None,
            "Delivered at 2024-11-23 14:10:06 UTC. Its card says: Came late.",
        ),
        (
            replace(OWED, state="dead", reason="The channel was removed."),
            HALL,
            None,
            "Given up: The channel was removed. It can be replayed.",
        ),
        (
            replace(OWED, state="dropped", reason="Its subscription was removed."),
            None,
            None,
            "Not sent: Its subscription was removed.",
        ),
    ],
)
def test_it_says_how_it_stands_with_a_card(
    delivery: Delivery, subscription: Subscription | None, digest: int | None, said: str
) -> None:
    assert standing(delivery, subscription, digest, NOW) == said
