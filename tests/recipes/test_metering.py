"""However hostile an expression and a body are together, an evaluation costs little."""

import contextlib
import time
import tracemalloc
from typing import Any

import pytest

from bridge.recipes.expressions import Scope, compiled
from bridge.recipes.metering import MOST_STEPS, Meter, TooCostly
from tests.recipes.asking import find, request

MOST_SECONDS = 10
"""Measured: 0.15 s with all steps, of which these have a fifth. Without the bound some would take years."""

MOST_BYTES = 64 << 20


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


BODIES: dict[str, Any] = {
    "numbers": [1] * 1_000_000,
    "lists": [[number] for number in range(100_000)],
    "objects": [{"a": number, "b": str(number)} for number in range(100_000)],
    "texts": {
        "s": "a" * 5_000_000 + "x",
        "t": "a" * 5_000_000 + "y",
        "l": ["a" * 20_000 + str(number) for number in range(300)],
    },
    "deep": nested(900),
    "small": {"a": [1, 2, 3], "s": "x" * 60, "l": ["a", "b"]},
}
EXPRESSIONS = (
    "|".join(["[@, @][]"] * 36),
    "|".join(["[@, @]"] * 36) + " | to_string(@)",
    "|".join(["{a: @, b: @}"] * 30) + " | to_string(@)",
    f"({'|'.join(['[@, @]'] * 30)}) == ({'|'.join(['[@, @]'] * 30)})",
    f"contains({'|'.join(['[@, @]'] * 30)}, `1`)",
    "sort(@)",
    "reverse(@)",
    "[::-1]",
    "[]",
    "[][]",
    "[*].*",
    "*.*",
    "[?@ == `1`]",
    "[?contains(to_string(@), 'x')]",
    "sort_by(@, &b)",
    "max_by(@, &b).b",
    "sort_by([[s, t], [s, t], [s, t], [s, t], [s, t], [s, t]][], &@)",
    "map(&to_string(@), [@, @, @])",
    "[@, @, @, @, @, @, @, @][*].[s == t]",
    "[@, @, @, @, @, @, @, @] | [*].[*][] | [*].[*][]",
    "contains(s, t)",
    "join(s, l)",
    "join('', map(&join('', [@, @, @, @, @, @, @, @]), l))",
    "merge(@, @, @)",
    "sum(@)",
    "to_string(@)",
)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_hostile_expression_stops_soon(text: str, body: str) -> None:
    expression = compiled(text)
    scope = Scope(BODIES[body], BODIES[body], request({}), Meter(MOST_STEPS // 5))
    start = time.perf_counter()
    with contextlib.suppress(TooCostly):
        expression.find(scope)
    assert time.perf_counter() - start < MOST_SECONDS


@pytest.mark.parametrize("text", [text for text in EXPRESSIONS if "@, @" in text])
def test_a_hostile_expression_takes_little_memory(text: str) -> None:
    expression = compiled(text)
    scope = Scope(BODIES["small"], BODIES["small"], request({}), Meter())
    tracemalloc.start()
    try:
        with contextlib.suppress(TooCostly):
            expression.find(scope)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("|".join(["[@, @][]"] * 36), BODIES["small"]),
        ("|".join(["[@, @]"] * 36) + " | to_string(@)", BODIES["small"]),
        ("sort(@)", list(range(MOST_STEPS))),
        ("s == t", {"s": "a" * 9_000_000 + "x", "t": "a" * 9_000_000 + "y"}),
        ("join(s, l)", {"s": "-" * 1_000_000, "l": ["a"] * 1000}),
    ],
)
def test_what_costs_too_much_says_so(text: str, body: Any) -> None:
    with pytest.raises(TooCostly, match="cost too much"):
        find(text, body)


def test_the_expressions_of_one_webhook_pay_together() -> None:
    scope = Scope(list(range(5_000)), None, request({}), Meter())
    expression = compiled("[?@ > `5`] | length(@)")
    assert expression.find(scope) == 4_994
    assert expression.find(scope) == 4_994
    with pytest.raises(TooCostly):
        expression.find(scope)


def test_what_people_ask_of_large_bodies_is_not_too_much() -> None:
    commits = [
        {"id": str(number), "files": [f"src/{number}.py"] * 5, "author": {"name": "Mara"}}
        for number in range(1000)
    ]
    body = {"commits": commits, "text": "x" * 100_000}
    assert len(find("commits[].files[]", body)) == 5000
    assert find("length(commits)", body) == 1000
    assert find("commits[?contains(files, 'src/7.py')] | [0].id", body) == "7"
    assert find("sort_by(commits, &to_number(id))[-1].id", body) == "999"
    assert find("starts_with(text, 'x')", body) is True
