import pytest

from bridge.cards.card import Items, Line, Span
from bridge.cards.literal import BREAK
from bridge.cards.markdown import fence_for, items_markdown, line_markdown, text_markdown

URL = "https://example.com/x"


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ((Span("plain"),), "plain"),
        ((Span("b", bold=True), Span(" i", italic=True)), "**b** _i_"),
        ((Span("in"), Span("side", italic=True), Span("word")), "in*side*word"),
        ((Span("both", bold=True, italic=True),), "**_both_**"),
        ((Span("old", strike=True),), "~~old~~"),
        ((Span("x`y", code=True),), "``x`y``"),
        ((Span("`", code=True),), "`` ` ``"),
        ((Span("text", link=URL),), f"[text]({URL})"),
        ((Span("text", bold=True, link=URL),), f"**[text]({URL})**"),
        ((Span(" spaces ", bold=True), Span("after")), "**spaces** after"),
        ((Span("a", bold=True), Span("b", italic=True)), f"**a**{BREAK}*b*"),
        ((Span("a"), Span("(b)", bold=True), Span("c")), f"a**{BREAK}(b){BREAK}**c"),
        ((Span("wow!"), Span("text", link=URL)), f"wow\\![text]({URL})"),
        ((Span("a\nb"),), "a b"),
        ((Span("x", link="javascript:alert(1)"),), "x"),
        (
            (Span("a&lt=1", link="https://e.example/?a&lt;"),),
            "[a&lt=1](https://e.example/?a&amp;lt;)",
        ),
        ((Span("one ", link=URL), Span("two", link=URL, bold=True)), f"[one two]({URL})"),
        ((), ""),
        ((Span(" "),), ""),
    ],
)
def test_a_line(line: Line, written: str) -> None:
    assert line_markdown(line) == written


def test_where_neither_code_nor_strike_is_known_they_are_plain() -> None:
    line = (Span("a"), Span("*b*", code=True), Span("c", strike=True))
    assert line_markdown(line, rich=False) == r"a\*b\*c"


def test_an_address_in_two_spans_is_broken_too() -> None:
    line = (Span("example."), Span("com", code=True))
    assert line_markdown(line, rich=False) == f"example.{BREAK}com"


def test_lists() -> None:
    lines = ((Span("# a"),), (Span("b\nc"),), (Span(""),))
    assert items_markdown(Items(lines)) == "- \\# a\n- b c"
    assert items_markdown(Items(lines, start=9)) == "9. \\# a\n10. b c"


def test_a_text_is_one_line() -> None:
    assert text_markdown("- *a*\n\nb") == r"\- \*a\* b"


def test_a_fence_is_not_in_the_text() -> None:
    assert fence_for("a", 3) == "```"
    assert fence_for("``` ````", 3) == "`````"
    assert fence_for("``", 1) == "`"
