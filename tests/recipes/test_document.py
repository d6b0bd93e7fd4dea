"""A YAML file is read into mere data, at a cost that its length bounds, and a slip is named with its line."""

import time
from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bridge.recipes.document import MOST_BYTES, BrokenRecipe, read_document

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(text: str) -> Any:
    return read_document(text.encode()).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("a: -2.5e3", {"a": -2500.0}),
        ("a: [true, False, null, ~, '']", {"a": [True, False, None, None, ""]}),
        ("a:", {"a": None}),
        ("a: yes", {"a": "yes"}),
        ("a: no", {"a": "no"}),
        ("a: on", {"a": "on"}),
        ("on: x", {"on": "x"}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: 2026-11-23", {"a": "2026-11-23"}),
        ("a: 2026-11-23T14:05:00Z", {"a": "2026-11-23T14:05:00Z"}),
        ("a: 0x1f", {"a": "0x1f"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: .inf", {"a": ".inf"}),
        ("a: '1'", {"a": "1"}),
        ("404: x", {"404": "x"}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ("a: |\n  x\n    y\n", {"a": "x\n  y\n"}),
        ("a: >-\n  x\n  y\n", {"a": "x y"}),
        ('{"a": {"b": [1, {"c": "\\/"}]}}', {"a": {"b": [1, {"c": "/"}]}}),
        ("- 1\n- [2]", [1, [2]]),
        ("! x", "x"),
    ],
)
def test_what_is_read(text: str, value: Any) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "The file is empty"),
        ("# only a word\n", 1, "The file is empty"),
        ("a: 1\nb: [", 3, "This is not YAML: while parsing a flow node"),
        ("a: 1\n b: 2", 2, "This is not YAML"),
        ("a: 1\n\tb: 2", 2, "This is not YAML"),
        ("a: @x", 1, "This is not YAML"),
        ("a: \x00", 1, "This is not YAML: unacceptable character"),
        ("a: 1\nb: 2\na: 3", 3, "a stands twice: see line 1."),
        ("x: {a: 1, a: 2}", 1, "a stands twice"),
        ("a: &x 1\nb: *x", 2, "Aliases are not read: write out what *x names."),
        (BOMB, 2, "Aliases are not read"),
        ("a: !!python/object/apply:os.system [ls]", 1, "Tags are not read: remove tag:yaml.org"),
        ("a: !!str 1", 1, "Tags are not read"),
        ("a: !mine 1", 1, "Tags are not read: remove !mine."),
        ("a: !!set {x}", 1, "Tags are not read"),
        ("a: 1\n---\nb: 2", 2, "A recipe is one document"),
        ("? [a]\n: 1", 1, "A key is a text"),
        ("? {a: 1}\n: 1", 1, "A key is a text"),
        ("- " * 60 + "1", 1, "This is nested deeper than 50 levels."),
        ("[" * 100_000, 1, ""),
        ("a: " + "1" * 41, 1, "This number is too long"),
    ],
)
def test_what_is_refused(text: str, line: int, sentence: str) -> None:
    started = time.process_time()
    with pytest.raises(BrokenRecipe) as caught:
        read(text)
    (fault,) = caught.value.faults
    assert fault.line == line
    assert fault.sentence.startswith(sentence)
    assert time.process_time() - started < 5, "It cost more than its length"


def test_a_file_that_is_not_utf_8() -> None:
    with pytest.raises(BrokenRecipe, match="line 2: The file is not UTF-8"):
        read_document("a: 1\nb: \xfc".encode("latin-1"))


def test_a_file_that_is_too_large() -> None:
    with pytest.raises(BrokenRecipe, match="at most 1048576 are read"):
        read_document(b"a" * (MOST_BYTES + 1))


def test_a_large_file_is_read_in_no_time() -> None:
    text = "a:\n" + "  - {b: [1, x, {c: d}]}\n" * 30_000
    started = time.process_time()
    assert len(read(text)["a"]) == 30_000
    assert time.process_time() - started < 5


def test_every_value_has_its_line() -> None:
    lines = read_document(b"a: 1\nb:\n  - x\n  - c: |\n      text\n      more\n    d: y\n").lines
    assert lines == {
        (): 1,
        ("a",): 1,
        ("b",): 2,
        ("b", 0): 3,
        ("b", 1): 4,
        ("b", 1, "c"): 5,
        ("b", 1, "d"): 7,
    }


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_yaml_writes_is_read_again(value: Any) -> None:
    document = read_document(yaml.safe_dump(value).encode())
    assert document.value == value


@given(st.text() | st.from_regex(r"[\[\]{}:,\-&*!|>'\"%@ \n#a1]*", fullmatch=True))
def test_whatever_stands_there_it_is_read_or_refused(text: str) -> None:
    with suppress(BrokenRecipe):
        read(text)
