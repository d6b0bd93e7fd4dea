from bridge.cards.card import Span
from bridge.cards.spans import merge, split_lines, styled, tidy


def test_neighbours_of_one_style_become_one() -> None:
    spans = [Span("a"), Span(""), Span("b"), Span("c", bold=True), Span("d", bold=True)]
    assert merge(spans) == (Span("ab"), Span("cd", bold=True))


def test_spare_space_goes_also_between_spans() -> None:
    assert tidy([Span("  a \n b "), Span(" c", bold=True), Span(" ", italic=True)]) == (
        Span("a b "),
        Span("c", bold=True),
    )


def test_nothing_but_space_is_nothing() -> None:
    assert tidy([Span(" \n"), Span("\t", bold=True)]) == ()


def test_line_breaks_can_stay() -> None:
    assert tidy([Span("a  b \n\n c\n")], breaks=True) == (Span("a b\nc"),)


def test_a_line_is_split_at_its_breaks() -> None:
    line = (Span("a\nb"), Span("c\n\n", bold=True), Span("d"))
    assert split_lines(line) == [
        (Span("a"),),
        (Span("b"), Span("c", bold=True)),
        (Span("d"),),
    ]


def test_a_style_carries_over() -> None:
    span = Span("a", bold=True, italic=True, code=True, strike=True, link="https://example.com")
    assert styled(span, "b") == Span("b", True, True, True, True, "https://example.com")
