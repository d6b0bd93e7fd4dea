"""What is printed for people: nothing that came from outside steers their terminal."""

import pytest

from bridge.cli import show


def test_control_characters_are_shown_as_such() -> None:
    assert show.text("a\x1b[31mb\x07c\u202ed").plain == "a�[31mb�c�d"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (["a", 1], "a, 1"),
        ({"a": 1}, '{"a":1}'),
        (1.5, "1.5"),
    ],
)
def test_values_in_words(value: object, words: str) -> None:
    assert show.text(value).plain == words


def test_markup_is_literal_and_lines_have_no_tail(capsys: pytest.CaptureFixture[str]) -> None:
    show.table(("name", "what"), [("[red]x[/red]", "y"), ("z", "")], empty="")
    assert capsys.readouterr().out == "name          what\n[red]x[/red]  y\nz\n"


def test_nothing_is_said_of_what_has_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    show.fields({"name": "x", "reason": None, "filters": {}, "part": 0})
    assert capsys.readouterr().out == "name  x\npart  0\n"


def test_an_empty_table_says_so_where_it_is_not_read_by_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show.table(("name",), [], empty="None yet.")
    assert capsys.readouterr() == ("", "None yet.\n")
