"""Bots left out by one condition, and taken in again."""

from typing import Any

import pytest

from bridge.pipeline.filters import check_filters
from bridge.pipeline.matching import matches
from bridge.services.bots import PEOPLE, leaves_out_bots, with_bots, without_bots

ROOM = {"attribute": "room", "any_of": ["Hall"]}
EITHER = {"any": [ROOM, {"attribute": "floor", "empty": True}]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"all": [PEOPLE]}),
        ({"all": []}, {"all": [PEOPLE]}),
        (ROOM, {"all": [ROOM, PEOPLE]}),
        (EITHER, {"all": [EITHER, PEOPLE]}),
        ({"all": [ROOM, EITHER]}, {"all": [ROOM, EITHER, PEOPLE]}),
        ({"not": ROOM}, {"all": [{"not": ROOM}, PEOPLE]}),
    ],
)
def test_the_condition_is_added_once_and_taken_out_again(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert not leaves_out_bots(before)
    assert without_bots(before) == after
    assert leaves_out_bots(after)
    assert without_bots(after) == after
    there_and_back = with_bots(after)
    assert not leaves_out_bots(there_and_back)
    for room in ("Hall", "Cellar"):
        for is_bot in (True, False, None):
            event = {"room": room, "actor_is_bot": is_bot}
            wanted = matches(check_filters(before), event)[0]
            assert matches(check_filters(after), event)[0] is (wanted and is_bot is not True)
            assert matches(check_filters(there_and_back), event)[0] is wanted


def test_what_is_written_otherwise_is_left_alone() -> None:
    assert with_bots(dict(PEOPLE)) == {}
    for other in (EITHER, {"not": {"attribute": "actor_is_bot", "any_of": ["true"]}}, ROOM, {}):
        assert with_bots(other) == other
