"""Templates of recipes meet payloads as they came: what is of another kind than they expect shows nothing, and never fails."""

from typing import Final

import pytest

from bridge.cards.card import plain
from bridge.models import ParsedEvent
from tests.cards.conftest import TextSource

ANYTHING: Final[tuple[object, ...]] = (
    None,
    True,
    7,
    1.5,
    "text",
    [],
    ["x", 1, None],
    [{"a": [None]}],
    {},
    {"name": [1]},
)


def shown(expression: str, **context: object) -> str:
    text = f'{{% extends "card.j2" %}}{{% block title %}}({expression}){{% endblock %}}'
    card = TextSource({"default": text}).render(ParsedEvent("task", {}, context))
    return plain(card.title)[1:-1]


LOOP = "{% for one in it %}{{ one }};{% endfor %}"


@pytest.mark.parametrize(
    ("expression", "as_meant", "else_"),
    [
        (LOOP, (["a", "b"], "a;b;"), ("text", "")),
        (LOOP, ({"a": 1}, "a;"), (7, "")),
        ("{% for n, v in it | items %}{{ n }}{% endfor %}", ({"a": 1}, "a"), ("text", "")),
        ("{{ it[:2] }}", ("abc", "ab"), (7, "")),
        ("{{ 'a' in it }}", ("cab", "yes"), (7, "no")),
        ("{{ 'a' not in it }}", (["a"], "no"), (None, "yes")),
        ("{{ it | length }}", ([1, 2], "2"), (7, "0")),
        ("{{ it | first }}", (["a"], "a"), ("text", "")),
        ("{{ it | map(attribute='n') | join(', ') }}", ([{"n": 1}, {"n": 2}], "1, 2"), (7, "")),
        ("{{ it | sort | join }}", ([2, 1], "12"), ([2, "a", None], "")),
        ("{{ it | max }}", ([1, 2], "2"), ([1, "a"], "")),
        ("{{ it | dictsort | length }}", ({"b": 1}, "1"), ([1], "0")),
        ("{{ it | truncate(3, true, '…', 0) }}", ("abcdef", "ab…"), (None, "")),
        ("{{ it | upper }}", ("ab", "AB"), ([None, "x"], "X")),
        ("{{ 'No. ' ~ it }}", (7, "No. 7"), ([{"a": [None]}], "No. ")),
        ("{{ it | string | length }}", ("ab", "2"), ([None], "0")),
    ],
)
def test_what_is_of_another_kind_shows_nothing(
    expression: str, as_meant: tuple[object, str], else_: tuple[object, str]
) -> None:
    for value, expected in (as_meant, else_):
        assert shown(expression, it=value) == expected


@pytest.mark.parametrize("value", ANYTHING, ids=repr)
@pytest.mark.parametrize(
    "name",
    [
        *("batch(2)", "capitalize", "center(9)", "count", "dictsort", "first", "groupby('a')"),
        *(
            "indent",
            "items",
            "join",
            "last",
            "length",
            "list",
            "lower",
            "map('upper')",
            "max",
            "min",
        ),
        *("map(attribute='a.b')", "reject('none')", "rejectattr('a')", "replace('a', 'b')"),
        *("reverse", "select", "selectattr('a', 'equalto', 1)", "slice(2)", "sort", "string"),
        *("striptags", "sum", "title", "trim", "truncate(3)", "unique", "upper", "urlencode"),
        *("wordwrap(3)", "code", "datetime", "duration", "excerpt(5)", "first_line", "short"),
    ],
)
def test_a_filter_takes_any_value(name: str, value: object) -> None:
    found = shown(
        f"{{{{ it | {name} }}}}{{% for one in it | {name} %}}{{{{ one }}}}{{% endfor %}}", it=value
    )
    assert "None" not in found
    assert "Undefined" not in found
