"""What stands in a webhook, as an event needs it: nothing that comes raises."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.recipes.values import (
    LONGEST_TEXT,
    MOST_VALUES,
    attribute,
    event_type,
    key,
    link,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["Door Opened"], "door_opened"),
        (["merge_request", "open"], "merge_request.open"),
        (["Merge Request Hook"], "merge_request_hook"),
        (["a..b", None, "", " "], "a.b"),
        (["issue:updated/now"], "issue.updated.now"),
        ([7, True], "7.yes"),
        ([["a"], {"a": 1}], ""),
        (["…"], ""),
        (["a" * 200], "a" * 100),
        (["a" * 99 + ".b"], "a" * 99),
    ],
)
def test_an_event_type(given: list[Any], expected: str) -> None:
    assert event_type(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a", "a"),
        (7, 7),
        (0.5, 0.5),
        (False, False),
        (None, None),
        (["a", 1, None, True, ""], ("a", "1", "yes")),
        ({"name": "bug", "id": 1}, "bug"),
        ({"id": 1}, "1"),
        ({"@id": "7", "#text": "North"}, "North"),
        ({"colour": "red"}, None),
        ([{"name": "bug"}, {"login": "mara"}, {"x": 1}, ["y"]], ("bug", "mara")),
        ("a" * 5000, "a" * LONGEST_TEXT),
    ],
)
def test_an_attribute(given: Any, expected: Any) -> None:
    assert attribute(given) == expected


def test_an_attribute_has_not_more_values_than_anyone_filters_on() -> None:
    many = attribute([str(number) for number in range(5000)])
    assert isinstance(many, tuple)
    assert len(many) == MOST_VALUES


def test_a_key_and_a_link() -> None:
    assert key(["issue", None, 7]) == "issue/7"
    assert key([None, {}]) is None
    assert link(["https://a.example/1"]) == "https://a.example/1"
    assert link(["https://a.example", "/issues/", 7]) == "https://a.example/issues/7"
    for other in ("javascript:alert(1)", "//a.example", "a", 7, None, ["https://a.example"]):
        assert link([other]) is None


@given(value=ANYTHING)
def test_whatever_stands_there_nothing_raises(value: Any) -> None:
    assert re.fullmatch(r"([a-z0-9_]+(\.[a-z0-9_]+)*)?", event_type([value, value]))
    found = attribute(value)
    assert found is None or isinstance(found, str | int | float | bool | tuple)
    named = key([value])
    assert named is None or named
    assert str(link([value, value]) or "http").startswith("http")
