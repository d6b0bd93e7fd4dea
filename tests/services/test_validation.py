"""What people type, checked without a database."""

from typing import ClassVar, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.errors import Invalid
from bridge.models import Verification
from bridge.services.validation import (
    LONGEST_HOLD,
    Problems,
    check_events,
    check_hold,
    check_name,
    check_secret,
    check_where,
    new_secret,
)
from bridge.source import EventType
from tests.services.doors import Doors


class Open(Doors):
    """Doors that may do more than is listed."""

    open_ended: ClassVar[bool] = True


class Shut(Doors):
    """Doors of which nothing says that it opens something."""

    event_types: ClassVar[tuple[EventType, ...]] = (EventType("alarm", "The alarm goes off"),)


def faults(problems: Problems) -> dict[str, str]:
    try:
        problems.settle()
    except Invalid as error:
        return error.fields
    return {}


@pytest.mark.parametrize(
    ("pattern", "fine"),
    [
        ("door.opened", True),
        ("DOOR.*", True),
        ("*", True),
        ("window.opened", True),
        ("door.opend", False),
        ("alar", False),
        (" ", False),
    ],
)
def test_an_open_ended_source_takes_what_is_no_slip(pattern: str, fine: bool) -> None:
    problems = Problems()
    check_events(problems, [pattern], Open())
    assert (faults(problems) == {}) is fine


@pytest.mark.parametrize(("name", "fine"), [("room", True), ("weather", True), ("roo", False)])
def test_an_open_ended_source_takes_other_attributes(name: str, fine: bool) -> None:
    problems = Problems()
    check_where(problems, {"attribute": name, "empty": True}, Open())
    assert (faults(problems) == {}) is fine


def test_too_many_patterns_are_too_many() -> None:
    problems = Problems()
    check_events(problems, ["door.opened"] * 201, Doors())
    assert "At most 200" in faults(problems)["events"]


@pytest.mark.parametrize(
    ("secret", "verification", "fine"),
    [
        ("12345678", "signature", True),
        ("1234567", "signature", False),
        ("", "signature", False),
        ("with spaces, fine", "signature", True),
        (" spaces around ", "signature", False),
        ("line\nbreaks", "signature", False),
        ("a" * 24, "url", True),
        ("a" * 23, "url", False),
        ("a" * 201, "url", False),
        ("a.dot.is.where.the.id.ends.", "url", False),
    ],
)
def test_secrets_that_people_choose(secret: str, verification: Verification, fine: bool) -> None:
    problems = Problems()
    check_secret(problems, SecretStr(secret), verification)
    assert (faults(problems) == {}) is fine


@pytest.mark.parametrize("verification", get_args(Verification))
def test_a_made_secret_passes_its_own_check(verification: Verification) -> None:
    problems = Problems()
    check_secret(problems, new_secret(), verification)
    assert faults(problems) == {}


@given(st.text(max_size=120))
def test_a_name_that_passes_is_one_line_with_something_in_it(name: str) -> None:
    problems = Problems()
    checked = check_name(problems, name)
    if not faults(problems):
        assert checked.strip() == checked != ""
        assert len(checked) <= 100
        assert len(checked.splitlines()) == 1


def test_the_first_fault_of_a_field_stands() -> None:
    problems = Problems()
    problems.add("name", "one")
    problems.add("name", "two")
    problems.include(Invalid({"name": "three", "url": "four"}))
    assert faults(problems) == {"name": "one", "url": "four"}


@pytest.mark.parametrize("seconds", [-1, LONGEST_HOLD + 1, 0, 1, LONGEST_HOLD, None])
@pytest.mark.parametrize("source", [Doors(), Shut(), None])
def test_a_hold_is_some_minutes_at_most_and_for_sources_that_say_what_opens(
    seconds: int | None, source: Doors | None
) -> None:
    problems = Problems()
    check_hold(problems, seconds, source)
    found = faults(problems).get("hold", "")
    assert bool(found) == (seconds in {-1, 301} or bool(seconds and isinstance(source, Shut)))
    if seconds in {1, LONGEST_HOLD} and found:
        assert found == "Doors does not say which of its events open something: leave it at 0."
