from typing import get_args

import pytest

from bridge.sandbox.faults import LABELS, Fault, Faults, Kind, error_text, faulty, throttled


def test_every_fault_is_explained() -> None:
    assert set(LABELS) == set(Fault)


def test_a_channel_works_until_told_otherwise() -> None:
    faults = Faults()
    faults.set("build", Fault.UNAVAILABLE)
    assert faults.of("general") is Fault.NORMAL
    assert faults.of("build") is Fault.UNAVAILABLE


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("fault", [Fault.NORMAL, Fault.SLOW])
def test_a_card_is_looked_at(fault: Fault, kind: Kind) -> None:
    assert faulty(fault, kind) is None


@pytest.mark.parametrize(
    ("fault", "kind", "status"),
    [
        (Fault.HIDDEN_429, "connector", 200),
        (Fault.THROTTLED, "connector", 429),
        (Fault.THROTTLED, "workflow", 429),
        (Fault.UNAVAILABLE, "connector", 503),
        (Fault.GONE, "connector", 410),
        (Fault.GONE, "workflow", 404),
    ],
)
def test_a_card_is_refused_as_teams_does(fault: Fault, kind: Kind, status: int) -> None:
    reply = faulty(fault, kind)
    assert reply is not None
    assert reply.status == status


def test_a_connector_hides_its_429_in_a_200() -> None:
    reply = throttled("connector")
    assert (reply.status, reply.body) == (200, error_text(429))
    assert "HTTP error 429" in reply.body


def test_a_workflow_has_no_200_to_hide_a_429_in() -> None:
    assert faulty(Fault.HIDDEN_429, "workflow") == throttled("workflow")
    assert throttled("workflow").status == 429
    assert throttled("workflow").headers == {"retry-after": "3"}
