"""Who may do what, as pure rules."""

from datetime import UTC, datetime

import pytest

from bridge.errors import Forbidden, NotFound
from bridge.models import Endpoint, Invitation
from bridge.services.access import OPERATOR, Principal, invited

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def endpoint(owner: str) -> Endpoint:
    return Endpoint("ep_1", "doors", "Front door", (), owner, NOW)


def guest(*, sources: tuple[str, ...] = (), endpoints: tuple[str, ...] = ()) -> Principal:
    return invited(Invitation("inv_1", "", "", sources, endpoints, NOW, NOW))


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (OPERATOR, True),
        (guest(), True),
        (guest(sources=("doors",)), True),
        (guest(sources=("windows",)), False),
        (guest(endpoints=("ep_1",)), False),
        (guest(sources=("doors",), endpoints=("ep_1",)), True),
    ],
)
def test_who_may_make_endpoints(who: Principal, may: bool) -> None:
    assert who.may_use_source("doors") is may
    if not may:
        with pytest.raises(Forbidden):
            who.require_source("doors")


@pytest.mark.parametrize(
    ("who", "owner", "uses", "owns"),
    [
        (OPERATOR, "inv_1", True, True),
        (guest(), "inv_1", True, True),
        (guest(), "operator", False, False),
        (guest(), "inv_2", False, False),
        (guest(endpoints=("ep_1",)), "operator", True, False),
        (guest(endpoints=("ep_2",)), "operator", False, False),
    ],
)
def test_who_may_use_and_change_an_endpoint(
    who: Principal, owner: str, uses: bool, owns: bool
) -> None:
    it = endpoint(owner)
    assert who.may_use_endpoint(it) is uses
    assert who.owns(it) is owns
    if not uses:
        with pytest.raises(NotFound):
            who.require_owner(it)
    elif not owns:
        with pytest.raises(Forbidden):
            who.require_owner(it)


def test_only_the_operator_is_the_operator() -> None:
    OPERATOR.require_operator()
    with pytest.raises(Forbidden):
        guest().require_operator()
