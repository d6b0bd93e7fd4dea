from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.marks import Marks, Segment


def test_template_text_is_told_from_values() -> None:
    marks = Marks()
    rendered = f"{marks.markup('**')}value{marks.markup('** and ')}{marks.fragment(7)}"
    assert marks.split(rendered) == [
        Segment("markup", "**"),
        Segment("literal", "value"),
        Segment("markup", "** and "),
        Segment("fragment", "7"),
    ]
    assert marks.plain(rendered) == "**value** and "


def test_a_cut_mark_marks_nothing() -> None:
    marks = Marks()
    cut = marks.markup("**bold**")[:-3]
    pieces = marks.split(cut + "[evil](http://evil.example)" + marks.markup(" end"))
    assert [piece.text for piece in pieces if piece.kind == "markup"] == [" end"]


def test_private_characters_of_a_template_are_left_out() -> None:
    marks = Marks()
    assert marks.split(marks.markup("a\ue000b")) == [Segment("markup", "ab")]
    assert marks.markup("") == ""


@given(st.text())
def test_no_value_can_forge_a_mark(value: str) -> None:
    marks = Marks()
    segments = marks.split(marks.markup("x") + value)
    assert [segment.kind for segment in segments[1:]] == (["literal"] if value else [])


def test_two_environments_do_not_share_marks() -> None:
    assert Marks().split(Marks().markup("**"))[0].kind == "literal"


def test_numbers_are_not_used_twice() -> None:
    marks = Marks()
    assert marks.number() != marks.number()
