from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.literal import clean
from bridge.cards.marks import Marks


def markup(marks: Marks, rendered: str) -> list[str]:
    return [markup for _, markup, _ in marks.split(rendered) if markup]


def test_template_text_is_told_from_values() -> None:
    marks = Marks()
    rendered = f"{marks.markup('**')}value{marks.markup('** and ')}{marks.fragment(7)}"
    assert list(marks.split(rendered)) == [
        ("", "**", None),
        ("value", "** and ", None),
        ("", None, "7"),
        ("", None, None),
    ]
    assert marks.plain(rendered) == "**value** and "


def test_a_cut_mark_marks_nothing() -> None:
    marks = Marks()
    cut = marks.markup("**bold**")[:-3]
    rendered = cut + "[evil](http://evil.example)" + marks.markup(" end")
    assert markup(marks, rendered) == [" end"]
    assert clean(marks.plain(rendered)) == "**bold**[evil](http://evil.example) end"


def test_a_lone_mark_is_left_out() -> None:
    marks = Marks()
    mark = marks.markup("x").split("x", maxsplit=1)[0]
    assert list(marks.split(f"a{mark}b{marks.markup('**')}")) == [
        ("ab", "**", None),
        ("", None, None),
    ]


def test_private_characters_of_a_template_are_left_out() -> None:
    marks = Marks()
    assert markup(marks, marks.markup("a\ue000b")) == ["ab"]
    assert marks.markup("") == ""


@given(st.text())
def test_no_value_can_forge_a_mark(value: str) -> None:
    marks = Marks()
    assert list(marks.split(marks.markup("x") + value)) == [("", "x", None), (value, None, None)]


def test_two_environments_do_not_share_marks() -> None:
    assert markup(Marks(), Marks().markup("**")) == []


def test_numbers_are_not_used_twice() -> None:
    marks = Marks()
    assert marks.number() != marks.number()
