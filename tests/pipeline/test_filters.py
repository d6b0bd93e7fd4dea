"""Which events a subscription wants, and why: patterns, conditions, groups, and every way to get them wrong."""

import fnmatch
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Invalid
from bridge.models import AttributeValue
from bridge.pipeline.filters import (
    EVERYTHING,
    MAX_DEPTH,
    MAX_FILTERS,
    MAX_PATTERNS,
    Condition,
    Filter,
    Group,
    Not,
    check_filters,
    match_pattern,
    match_type,
)
from bridge.pipeline.matching import describe, matches
from bridge.pipeline.patterns import has

ATTRIBUTES: dict[str, AttributeValue] = {
    "repository": "octo/Hello",
    "labels": ("bug", "help wanted"),
    "draft": False,
    "number": 7,
    "ratio": 2.0,
    "milestone": None,
    "assignees": (),
    "title": "",
}


@pytest.mark.parametrize(
    ("pattern", "event_type", "expected"),
    [
        ("*", "push", True),
        ("push", "push", True),
        ("Push", "pUSH", True),
        ("push", "pushed", False),
        ("pull_request", "pull_request", True),
        ("pull_request", "pull_request.opened", True),
        ("pull_request", "pull_request.review.opened", True),
        ("pull_request", "pull_request_review.opened", False),
        ("pull_request*", "pull_request_review.opened", True),
        ("pull_request.*", "pull_request.opened", True),
        ("pull_request.*", "pull_request", False),
        ("pull_request.opened", "pull_request.closed", False),
        ("*.opened", "pull_request.opened", True),
        ("*.opened", "a.b.opened", True),
        ("a*c", "a.b.c", True),
        ("", "push", False),
        ("[a-z]?sh", "push", False),
    ],
)
def test_event_types(pattern: str, event_type: str, expected: bool) -> None:
    assert match_type(pattern, event_type) is expected


@given(st.text(alphabet="ab*.?[", max_size=12), st.text(alphabet="abAB.?[", max_size=12))
def test_a_pattern_means_what_a_glob_of_stars_means(pattern: str, value: str) -> None:
    expression = ".*".join(re.escape(piece) for piece in pattern.split("*"))
    expected = re.fullmatch(expression, value, re.IGNORECASE | re.DOTALL) is not None
    assert match_pattern(pattern, value) is expected
    if not set(pattern) & {"?", "["}:
        assert match_pattern(pattern, value) is fnmatch.fnmatch(value.lower(), pattern.lower())


@given(
    st.lists(st.text(alphabet="aB*", min_size=1, max_size=6), min_size=1, max_size=3),
    st.lists(st.text(alphabet="Ab", min_size=1, max_size=5), max_size=2),
)
def test_several_patterns_at_once_mean_what_each_of_them_does(
    several: list[str], found: list[str]
) -> None:
    expected = any(match_pattern(pattern, value) for pattern in several for value in found)
    assert has(tuple(several))(tuple(map(str.casefold, found))) is expected


def test_a_hostile_pattern_takes_no_time() -> None:
    assert not match_pattern("a*" * 150 + "b", "a" * 100_000)


CASES: list[tuple[dict[str, Any], bool, str]] = [
    ({}, True, "everything"),
    ({"all": []}, True, "everything"),
    ({"attribute": "repository", "any_of": ["OCTO/*"]}, True, "repository is octo/Hello"),
    (
        {"attribute": "repository", "any_of": ["x/*", "y/*"]},
        False,
        "repository is octo/Hello, not x/* or y/*",
    ),
    ({"attribute": "labels", "any_of": ["bug"]}, True, "labels is bug, help wanted"),
    ({"attribute": "labels", "all_of": ["bug", "help*"]}, True, "labels is bug, help wanted"),
    (
        {"attribute": "labels", "all_of": ["bug", "ui"]},
        False,
        "labels is bug, help wanted, without ui",
    ),
    (
        {"attribute": "labels", "none_of": ["wontfix", "bug"]},
        False,
        "labels is bug, help wanted, and bug is excluded",
    ),
    ({"attribute": "labels", "none_of": ["wontfix"]}, True, "labels is bug, help wanted"),
    ({"attribute": "draft", "any_of": ["false"]}, True, "draft is false"),
    ({"attribute": "number", "any_of": ["7"]}, True, "number is 7"),
    ({"attribute": "ratio", "any_of": ["2"]}, True, "ratio is 2"),
    ({"attribute": "milestone", "empty": True}, True, "milestone is empty"),
    ({"attribute": "assignees", "empty": True}, True, "assignees is empty"),
    ({"attribute": "title", "empty": True}, True, "title is empty"),
    ({"attribute": "unheard_of", "empty": True}, True, "unheard_of is empty"),
    ({"attribute": "unheard_of", "any_of": ["*"]}, False, "unheard_of is empty, not *"),
    ({"attribute": "unheard_of", "none_of": ["*"]}, True, "unheard_of is empty"),
    ({"attribute": "unheard_of", "all_of": ["x"]}, False, "unheard_of is empty, without x"),
    (
        {"attribute": "labels", "empty": True},
        False,
        "labels is bug, help wanted, but should be empty",
    ),
    (
        {"attribute": "milestone", "empty": False},
        False,
        "milestone is empty, but should not be empty",
    ),
    (
        {"not": {"attribute": "repository", "any_of": ["octo/*"]}},
        False,
        "excluded: repository is octo/Hello",
    ),
    (
        {"not": {"attribute": "repository", "any_of": ["x"]}},
        True,
        "repository is octo/Hello, not x",
    ),
    (
        {
            "all": [
                {"attribute": "repository", "any_of": ["octo/*"]},
                {"attribute": "labels", "none_of": ["bug"], "any_of": ["*"]},
                {"attribute": "number", "any_of": ["8"]},
            ]
        },
        False,
        "labels is bug, help wanted, and bug is excluded",
    ),
    (
        {
            "any": [
                {"attribute": "number", "any_of": ["8"]},
                {"attribute": "labels", "any_of": ["ui"]},
            ]
        },
        False,
        "number is 7, not 8; labels is bug, help wanted, not ui",
    ),
    (
        {
            "any": [
                {"attribute": "number", "any_of": ["8"]},
                {"attribute": "labels", "any_of": ["bug"]},
            ]
        },
        True,
        "labels is bug, help wanted",
    ),
]


@pytest.mark.parametrize(("filters", "expected", "reason"), CASES)
def test_a_filter_decides_and_says_why(
    filters: dict[str, Any], expected: bool, reason: str
) -> None:
    assert matches(check_filters(filters), ATTRIBUTES) == (expected, reason)


def test_a_filter_in_words() -> None:
    filters = {
        "all": [
            {"attribute": "repository", "any_of": ["octo/*"]},
            {"attribute": "labels", "none_of": ["wontfix"]},
            {"any": [{"attribute": "a", "empty": False}, {"attribute": "b", "all_of": ["x", "y"]}]},
            {"not": {"attribute": "c", "empty": True}},
        ]
    }
    assert describe(check_filters(filters)) == (
        "repository is octo/* and labels not wontfix and (a is not empty or b has x and y) "
        "and not (c is empty)"
    )
    assert describe(EVERYTHING) == "everything"


def test_a_long_value_is_shortened_in_the_reason() -> None:
    wanted = check_filters({"attribute": "text", "any_of": ["x"]})
    matched, reason = matches(wanted, {"text": "y" * 10_000})
    assert not matched
    assert len(reason) < 300


def nested(depth: int) -> dict[str, Any]:
    innermost: dict[str, Any] = {"attribute": "a", "any_of": ["x"]}
    for _ in range(depth - 1):
        innermost = {"not": innermost}
    return innermost


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ([], "filters"),
        ("all", "filters"),
        (7, "filters"),
        ({"every": []}, "filters"),
        ({"all": [], "any": []}, "filters"),
        ({"all": [], "note": "x"}, "filters"),
        ({"all": [], "attribute": "a", "any_of": ["x"]}, "filters"),
        ({"all": {}}, "filters.all"),
        ({"any": []}, "filters.any"),
        ({"all": [3]}, "filters.all.0"),
        ({"all": [{"attribute": "a"}]}, "filters.all.0"),
        ({"not": []}, "filters.not"),
        ({"not": {"any": [{"attribute": "", "empty": True}]}}, "filters.not.any.0.attribute"),
        ({"attribute": 3, "empty": True}, "filters.attribute"),
        ({"attribute": "a", "empty": "yes"}, "filters.empty"),
        ({"attribute": "a", "any_of": "x"}, "filters.any_of"),
        ({"attribute": "a", "any_of": []}, "filters.any_of"),
        ({"attribute": "a", "any_of": ["x", " "]}, "filters.any_of.1"),
        ({"attribute": "a", "none_of": [None]}, "filters.none_of.0"),
        ({"attribute": "a", "all_of": ["x" * 301]}, "filters.all_of.0"),
        ({"attribute": "a", "any_of": ["x"] * (MAX_PATTERNS + 1)}, "filters.any_of"),
        ({"attribute": "a", "is": ["x"], "any_of": ["x"]}, "filters.is"),
        ({"all": [{"attribute": "a", "empty": True}] * (MAX_FILTERS + 1)}, "filters.all"),
        (
            {"all": [{"attribute": "a", "empty": True}] * MAX_FILTERS},
            f"filters.all.{MAX_FILTERS - 1}",
        ),
        (nested(MAX_DEPTH + 1), "filters" + ".not" * MAX_DEPTH),
    ],
)
def test_what_is_no_filter_is_refused_by_its_name(filters: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_filters(filters)
    assert field in caught.value.fields
    assert all(sentence.endswith(".") for sentence in caught.value.fields.values())


def test_every_problem_is_said_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        check_filters({"all": [{"attribute": "a"}, {"attribute": "b", "any_of": []}]}, "where")
    assert set(caught.value.fields) == {"where.all.0", "where.all.1.any_of"}


def test_the_deepest_and_largest_filters_are_read() -> None:
    assert isinstance(check_filters(nested(MAX_DEPTH)), Not)
    group = check_filters({"all": [{"attribute": "a", "empty": True}] * (MAX_FILTERS - 1)})
    assert group == Group("all", (Condition("a", empty=True),) * (MAX_FILTERS - 1))


names = st.sampled_from(["a", "b", "labels"])
patterns = st.lists(st.text(alphabet="xy*", min_size=1, max_size=3), min_size=1, max_size=3)
conditions = st.fixed_dictionaries(
    {"attribute": names},
    optional={"any_of": patterns, "all_of": patterns, "none_of": patterns, "empty": st.booleans()},
).filter(lambda one: len(one) > 1)
filters_as_given = st.recursive(
    conditions,
    lambda inner: (
        st.builds(lambda many: {"all": many}, st.lists(inner, max_size=3))
        | st.builds(lambda many: {"any": many}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda one: {"not": one}, inner)
    ),
    max_leaves=6,
).filter(lambda given: str(given).count("{") <= MAX_DEPTH)
values = st.none() | st.booleans() | st.integers() | st.text(alphabet="xyXY", max_size=3)
attributes = st.dictionaries(
    names, values | st.lists(st.text(alphabet="xy", max_size=2), max_size=3).map(tuple)
)


@given(filters_as_given, attributes)
def test_every_filter_decides_as_its_parts_do(
    given_filter: dict[str, Any], found: dict[str, AttributeValue]
) -> None:
    wanted = check_filters(given_filter)
    matched, reason = matches(wanted, found)
    assert reason
    assert describe(wanted)
    assert matches(Not(wanted), found)[0] is not matched
    assert matches(Group("all", (wanted, wanted)), found)[0] is matched
    assert matches(Group("any", (wanted, Not(wanted))), found)[0]
    assert not matches(Group("all", (wanted, Not(wanted))), found)[0]


def holds(given_filter: dict[str, Any], found: dict[str, AttributeValue]) -> bool:
    """What a filter means, without haste and without reasons."""
    if "all" in given_filter:
        return all(holds(one, found) for one in given_filter["all"])
    if "any" in given_filter:
        return any(holds(one, found) for one in given_filter["any"])
    if "not" in given_filter:
        return not holds(given_filter["not"], found)
    value = found.get(given_filter["attribute"])
    many = value if isinstance(value, tuple) else (value,)
    texts = [str(one).lower() for one in many if one is not None and one != ""]
    like = {
        pattern: any(fnmatch.fnmatch(text, pattern.lower()) for text in texts)
        for test in ("any_of", "all_of", "none_of")
        for pattern in given_filter.get(test, ())
    }
    return (
        ("any_of" not in given_filter or any(like[one] for one in given_filter["any_of"]))
        and all(like[one] for one in given_filter.get("all_of", ()))
        and not any(like[one] for one in given_filter.get("none_of", ()))
        and given_filter.get("empty", not texts) is (not texts)
    )


shapes = st.lists(
    st.sampled_from(
        ["x", "Y", "xy", "X*", "xy*", "*y", "*x*", "*xx*", "x*y", "*x*y", "x*x*", "*", "**"]
    ),
    min_size=1,
    max_size=3,
)
few = st.sampled_from(["", "x", "X", "y", "xy", "yx", "xxy", "yxx"])


one_test = st.sampled_from(("any_of", "all_of", "none_of")).flatmap(
    lambda test: st.fixed_dictionaries({"attribute": names, test: shapes})
)
two_tests = st.fixed_dictionaries({"attribute": names, "any_of": shapes, "none_of": shapes})


@given(
    st.recursive(
        one_test | two_tests,
        lambda inner: st.sampled_from(("any", "all")).flatmap(
            lambda kind: st.fixed_dictionaries({kind: st.lists(inner, min_size=1, max_size=2)})
        ),
        max_leaves=2,
    ),
    st.fixed_dictionaries(
        {"a": few, "b": few | st.none(), "labels": st.lists(few, max_size=2).map(tuple)}
    ),
)
def test_what_is_compiled_means_what_was_written(
    given_filter: dict[str, Any], found: dict[str, AttributeValue]
) -> None:
    assert matches(check_filters(given_filter), found)[0] is holds(given_filter, found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "attribute", "any_of", "empty", "x"]), inner
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_whatever_is_given_is_read_or_refused(anything: Any) -> None:
    fields: object = None
    wanted: Filter = EVERYTHING
    try:
        wanted = check_filters(anything)
    except Invalid as error:
        fields = error.fields
    assert fields is None or fields
    assert matches(wanted, ATTRIBUTES)[1]
