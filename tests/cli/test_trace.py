"""An event's trace as a person reads it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from bridge.cli.trace import explained
from bridge.models import Decision, ParsedEvent, Proof
from bridge.services import views
from bridge.services.making import MadeCard, MadePart
from bridge.services.trace import EventTrace, TraceStep, Unasked
from tests.store.making import NOW, a_delivery, a_subscription, an_attempt, an_endpoint, an_event

ENDPOINT = an_endpoint("Front door")
EVENT = replace(
    an_event(ENDPOINT, delivery_id="d-77"),
    state="routed",
    types=("door.opened",),
    attributes=({"room": "Cellar", "actor_is_bot": False, "labels": ()},),
    proof=Proof("signature", ("x-door-signature",), "key_1"),
)
HALL, ATTIC, ROOF = (
    a_subscription(ENDPOINT, id=f"sub_{name}", name=name) for name in ("Hall", "Attic", "Roof")
)
OWED = replace(a_delivery(EVENT, HALL), id="dl_1", attempts=25)
TRIES = tuple(
    an_attempt("retry", at=NOW + timedelta(seconds=n), status=503, excerpt="Out of\n order.")
    for n in range(2)
)
STEP = TraceStep(
    Decision(HALL.id, 0, True, "door.opened is wanted (door.*)"),
    "door.opened",
    HALL,
    OWED,
    "It waits for its next try.",
    (*TRIES, an_attempt(digest="dg_1", milliseconds=80)),
    None,
    MadeCard("workflow", 28 * 1024, 2150, 2150),
)
MISSED = TraceStep(
    Decision(ATTIC.id, 0, False, "room is Cellar, not Attic"), "door.opened", ATTIC, None
)
PART = MadePart("door.opened", {}, "door 7", None, "door.j2", "The door of Cellar moved")
TRACE = EventTrace(
    EVENT,
    ENDPOINT,
    (PART,),
    (MISSED, STEP),
    (Unasked(ROOF, "It was made after the event came."),),
    (),
    (OWED,),
    {"dg_1": 12},
)


def told(trace: EventTrace, width: int = 200) -> list[str]:
    console = Console(width=width, highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(explained(views.trace(trace)))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_it_reads_like_an_explanation_from_top_to_bottom() -> None:
    assert [line.lstrip("│├└─ ") for line in told(TRACE)] == [
        f"{EVENT.id}  routed",
        "The door of Cellar moved",
        "Received  2024-11-23 14:05:06 UTC by Front door: 18 bytes of application/json",
        f"endpoint {ENDPOINT.id}  ·  source doors",
        "the sender's delivery id d-77",
        "Verified  by x-door-signature, with the secret key_1",
        "Parsed as  door.opened",
        "about door 7  ·  template door.j2",
        "room Cellar  ·  actor_is_bot no",
        "Asked  2 subscriptions, 1 matched",
        "… Hall: It waits for its next try.  sub_Hall",
        "Matched  door.opened is wanted (door.*)",
        "Card  2.1 KB of the 28 KB that a workflow takes",
        "delivery dl_1",
        "Tries",
        "22 earlier ones: webhook-bridge deliveries show dl_1",
        "2024-11-23 14:05:06  retry, status 503, 12 ms",
        "retry",
        "it answered Out of order.",
        "2024-11-23 14:05:07  retry, status 503, 12 ms",
        "2024-11-23 14:05:06  delivered, status 200, 80 ms, in a digest of 12",
        "✗ Attic: room is Cellar, not Attic  sub_Attic",
        "Not asked  1",
        "– Roof: It was made after the event came.  sub_Roof",
    ]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_it_keeps_within_a_narrow_terminal_and_loses_nothing(width: int) -> None:
    lines = told(TRACE, width)
    assert max(map(len, lines)) <= width
    words = " ".join(line.strip("│├└─ ") for line in lines).split()
    assert words == " ".join(line.strip("│├└─ ") for line in told(TRACE)).split()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"proof": None}, "Verified  how was not kept yet then"),
        ({"proof": None, "removed": True}, "its body is no longer kept"),
        ({"proof": Proof("url", secret="key_2")}, "by the URL, whose last part only the sender"),
        ({"proof": Proof("signature")}, "not at all: this endpoint asks for no proof"),
        ({"state": "failed", "reason": "Stuck.", "types": ()}, "Not parsed  Stuck."),
        ({"delivery_id": "a\x1b[2Jb"}, "delivery id a�[2Jb"),
    ],
)
def test_where_it_came_from(change: dict[str, Any], said: str) -> None:
    lines = "\n".join(told(replace(TRACE, event=replace(EVENT, **change))))
    assert said in lines
    assert "\x1b" not in lines


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            replace(STEP, card=MadeCard("connector", 28 * 1024, 28_000, 90_000)),
            "Card  87.9 KB, cut to 27.3 KB to fit the 28 KB that a connector takes",
        ),
        (
            replace(STEP, card=MadeCard("connector", 28 * 1024, problem="It failed.")),
            "Card  It failed.",
        ),
        (
            replace(STEP, card=MadeCard("connector", 28 * 1024, 9, 9, "This is another card.")),
            "This is another card.",
        ),
        (
            replace(STEP, delivery=replace(OWED, state="dead"), standing="Given up."),
            "Replay it  webhook-bridge deliveries replay dl_1",
        ),
        (replace(STEP, subscription=None), "A subscription that was removed: It waits"),
        (replace(STEP, delivery=None, standing=None, attempts=()), "no delivery of it is kept"),
    ],
)
def test_what_became_of_a_card(step: TraceStep, said: str) -> None:
    assert said in "\n".join(told(replace(TRACE, steps=(step,))))


def test_a_batch_is_told_part_by_part() -> None:
    event = replace(
        EVENT, types=("door.opened", "alarm"), attributes=({"room": "Cellar"}, {"room": "Roof"})
    )
    second = replace(STEP, decision=replace(STEP.decision, part=1), type="alarm")
    parts = (PART, MadePart(*_alarm(), problem="The template failed.", title=None))
    lines = told(replace(TRACE, event=event, steps=(MISSED, second), parts=parts))
    for said in (
        "Parsed as (1 of 2)  door.opened",
        "Parsed as (2 of 2)  alarm",
        "The source's own card  The template failed.",
        "Asked (1 of 2)  1 subscription, none matched",
        "Asked (2 of 2)  1 subscription, 1 matched",
    ):
        assert any(line.endswith(said) for line in lines), said


def _alarm() -> tuple[str, Any]:
    part = ParsedEvent("alarm", {"room": "Roof"})
    return part.type, part.attributes
