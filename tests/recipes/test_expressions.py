"""Where things stand in a webhook: paths, JMESPath, headers, constants."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.recipes.expressions import (
    DEEPEST,
    FUNCTIONS,
    LONGEST,
    Scope,
    WrongExpression,
    compiled,
)
from bridge.recipes.functions import MoreFunctions
from bridge.recipes.metering import Meter, TooCostly
from tests.recipes.asking import find, request

BODY: dict[str, Any] = {
    "alert": {"labels": {"team": "north"}, "@severity": "high", "#text": "t"},
    "commits": [{"id": "a", "files": [1, 2]}, {"id": "b", "files": []}],
    "foo-bar": {"baz": 1},
    "labels": [{"name": "bug", "ok": True}, {"name": "ui"}],
    "größe": 3,
    "0": "zero",
    "dotted.name": "d",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alert.labels.team", "north"),
        (" alert.labels.team ", "north"),
        ("commits.1.id", "b"),
        ("commits.0.files.1", 2),
        ("commits.7.id", None),
        ("commits.-1", None),
        ("commits.99999999999999999999", None),
        ("commits.id", None),
        ("alert.@severity", "high"),
        ("alert.#text", "t"),
        ("foo-bar.baz", 1),
        ("größe", 3),
        ("0", "zero"),
        ("nothing.at.all", None),
        ("alert.labels.team.name", None),
        ('"dotted.name" || `0`', "d"),
        ("commits[-1].id", "b"),
        ("labels[].name", ["bug", "ui"]),
        ("labels[?ok].name | [0]", "bug"),
        ("labels[?name == 'ui'] | [0].name", "ui"),
        ("commits[].files[]", [1, 2]),
        ("length(commits)", 2),
        ("join(', ', labels[].name)", "bug, ui"),
        ("sort_by(commits, &id)[0].id", "a"),
        ("@.alert.labels | keys(@)", ["team"]),
        ("'it''s'", None),
        ("header:X-Event", "push"),
        ("header: x-event", "push"),
        ("header:X-Nothing", None),
        ("'deployment'", "deployment"),
        ('"deployment"', "deployment"),
        ("whole:site", "Dunes"),
        ("whole:length(items)", 2),
    ],
)
def test_what_an_expression_gives(text: str, expected: Any) -> None:
    if text == "'it''s'":
        with pytest.raises(WrongExpression):
            compiled(text)
        return
    whole = {"site": "Dunes", "items": [1, 2]}
    assert find(text, BODY, whole, x_event="push") == expected


@pytest.mark.parametrize(
    "text",
    [
        "join(', ', alert)",
        "sum(labels)",
        "labels[?name > `1`] | [0].name < 'a'",
        "commits[::0]",
        "ceil(to_number('inf'))",
        "alert < `1`",
        "sort(commits)",
        "length(`1`)",
        "abs()",
    ],
)
def test_what_a_value_does_not_have_is_nothing(text: str) -> None:
    assert find(text, BODY) in (None, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "alert.labels.team"),
        (" ", "alert.labels.team"),
        (None, "header:X-Name"),
        (7, "in quotes"),
        (["a"], "Must be an expression"),
        ("a" * (LONGEST + 1), str(LONGEST)),
        ("a[", "Ends too early"),
        ("labels[?name == 'ui'", "Ends too early"),
        ("a b", "At character 3: 'b'"),
        ("a..b", "At character 3: '.'"),
        ("labels[?name = 'x']", "At character 14"),
        ("name == 'x", "Unclosed '"),
        ("labels[?name == `x y`]", "At character 17: between backticks stands JSON"),
        ("exec(a)", "There is no function exec(). There are: abs, "),
        ("header:", "X-Event"),
        ("header:a b", "X-Event"),
        ("whole:", "After whole: stands an expression."),
        ("|".join(["[@]"] * 60), f"deeper than {DEEPEST}"),
        ("!" * (LONGEST - 1) + "a", f"deeper than {DEEPEST}"),
        ("(" * 60 + "a" + ")" * 60, None),
        ("a[99999999999999999999999999]", None),
    ],
)
def test_a_wrong_expression_is_said_with_its_place(text: Any, said: str | None) -> None:
    if said is None:
        assert find(text, {"b": [1]}) is None
        return
    with pytest.raises(WrongExpression) as caught:
        compiled(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_function_that_there_is_may_be_used() -> None:
    assert set(MoreFunctions.FUNCTION_TABLE) == FUNCTIONS


@pytest.mark.parametrize("text", ["a.b", "header:x-a", "'c'", "a[?b]", "whole:a.b", "whole:a[0]"])
def test_an_expression_is_shown_as_it_was_written(text: str) -> None:
    assert str(compiled(text)) == text


@pytest.mark.parametrize(
    ("text", "builds"),
    [
        ("a[*].b", False),
        ("a.b", False),
        ("[a, b]", True),
        ("a[].{b: c}", True),
        ("whole:[a]", True),
    ],
)
def test_what_builds_something_of_its_own_is_known(text: str, *, builds: bool) -> None:
    assert compiled(text).builds is builds


@given(text=st.text("ab.[]{}()*?|&!@,:'\"`<>=-0 \\", max_size=40) | st.text(max_size=40))
@example("&a")
@example("map(&a, [&b])")
@example('`"\\ud800"`')
@example("@[?@==`Infinity`]")
def test_any_text_is_refused_or_gives_something(text: str) -> None:
    try:
        expression = compiled(text)
    except WrongExpression:
        return
    try:
        expression.find(Scope(BODY, BODY, request({}), Meter(5_000)))
    except TooCostly:
        return
