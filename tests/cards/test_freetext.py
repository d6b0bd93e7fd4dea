from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from bridge.cards import freetext, gfm
from bridge.cards.card import Block, CodeBlock, Items, Line, Paragraph, Span, plain
from bridge.cards.freetext import excerpt
from tests.cards import hostile, prose


def lines(text: str, limit: int = 1000) -> list[str]:
    """The text of each line of the excerpt."""
    found: list[str] = []
    for block in excerpt(text, limit):
        if isinstance(block, CodeBlock):
            found.append(block.text)
        else:
            found += map(plain, block.lines if isinstance(block, Items) else (block.line,))
    return found


def line(text: str) -> Line:
    (block,) = excerpt(text, 1000)
    assert isinstance(block, Paragraph)
    return block.line


def test_emphasis_stays() -> None:
    assert line("**b** *i* ~~s~~ `c` ***bi***") == (
        Span("b", bold=True),
        Span(" "),
        Span("i", italic=True),
        Span(" "),
        Span("s", strike=True),
        Span(" "),
        Span("c", code=True),
        Span(" "),
        Span("bi", bold=True, italic=True),
    )


def test_lines_break_as_people_broke_them() -> None:
    assert line("one\ntwo  \nthree") == (Span("one\ntwo\nthree"),)


@pytest.mark.parametrize("text", ["# Title", "### Title ###", "Title\n====="])
def test_a_heading_is_a_bold_line(text: str) -> None:
    assert line(text) == (Span("Title", bold=True),)


def test_lists() -> None:
    assert excerpt("- a\n- **b**\n\n  more", 100) == (
        Items(((Span("a"),), (Span("b", bold=True), Span(" more")))),
    )
    assert excerpt("3. a\n4. b", 100) == (Items(((Span("a"),), (Span("b"),)), start=3),)
    assert lines("- a\n  - b\n    1. c\n- d") == ["a", "– b", "– c", "d"]
    assert lines("- [x] done\n- [ ] to do\n- [z]") == ["☑ done", "☐ to do", "[z]"]


def test_code_in_a_list_stands_between_its_items() -> None:
    code: tuple[Block, ...] = (
        Items(((Span("a"),),), start=1),
        CodeBlock("x = 1"),
        Items(((Span("b"),),), start=2),
    )
    assert excerpt("1. a\n   ```\n   x = 1\n   ```\n2. b", 100) == code


def test_code_keeps_its_spaces() -> None:
    assert excerpt("```py\nif x:\n    y <!-- a -->\n```", 100) == (
        CodeBlock("if x:\n    y <!-- a -->"),
    )
    assert excerpt("    indented", 100) == (CodeBlock("indented"),)


def test_quotes() -> None:
    assert excerpt("> said\n> more\n\nanswer", 100) == (
        Paragraph((Span("said\nmore"),), quote=True),
        Paragraph((Span("answer"),)),
    )


def test_a_table_is_told_row_by_row() -> None:
    assert line("| A | B |\n|---|---|\n| 1 | [x](https://e.example) |") == (
        Span("A", bold=True),
        Span(" | "),
        Span("B", bold=True),
        Span("\n1 | "),
        Span("x", link="https://e.example"),
        Span(" (e.example)"),
    )


def test_a_link_shows_where_it_leads() -> None:
    assert line("[docs](https://www.example.com/x)") == (
        Span("docs", link="https://www.example.com/x"),
        Span(" (example.com)"),
    )
    assert line("[**a** b](https://e.example/)")[-1] == Span(" (e.example)")
    assert line("[https://good.example](https://evil.example)")[-1] == Span(" (evil.example)")


@pytest.mark.parametrize("text", ["https://e.example/x", "<https://e.example/x>"])
def test_an_address_is_a_link_that_shows_itself(text: str) -> None:
    assert line(text) == (Span("https://e.example/x", link="https://e.example/x"),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](mailto:a@b.example)", "a"),
        ("[a](/relative)", "a"),
        ("[a](https://github.com@evil.example)", "a"),
        ("README.md www.example.com a@example.com", "README.md www.example.com a@example.com"),
        ("@octocat #42", "@octocat #42"),
    ],
)
def test_nothing_else_is_a_link(text: str, shown: str) -> None:
    assert line(text) == (Span(shown),)


def test_a_picture_is_a_link() -> None:
    assert line("![Shot](https://e.example/s.png)") == (
        Span("Shot", link="https://e.example/s.png"),
        Span(" (e.example)"),
    )
    assert plain(line("![](https://e.example/s.png)")) == "image (e.example)"
    assert line("[![Build](https://e.example/b.svg)](https://ci.example)") == (
        Span("Build", link="https://ci.example"),
        Span(" (ci.example)"),
    )
    assert plain(line('<img src="https://e.example/s.png" alt="Shot">')) == "Shot (e.example)"


@pytest.mark.parametrize(
    "text",
    [
        "<!-- Please describe -->\n\nText",
        "<!-- many\n\n\nlines -->\nText",
        "Te<!-- inside -->xt",
        "Text\n\n<!-- never closed",
        "<script>alert(1)</script>\n\nText",
        "<b>Text</b>",
        "<p align='center'>\nText\n</p>",
    ],
)
def test_comments_and_tags_are_left_out(text: str) -> None:
    assert lines(text) == ["Text"]


def test_what_html_says_stays() -> None:
    details = "<details><summary>Log</summary>\n\n- a\n\n</details>"
    assert lines(details) == ["Log", "a"]
    assert lines("a<br>b") == ["a\nb"]
    assert lines("List<String> and <at>all</at>") == ["List<String> and <at>all</at>"]
    assert lines("<foo-bar>\nx & y &amp; z\n</foo-bar>") == ["<foo-bar>\nx & y & z\n</foo-bar>"]


def test_a_long_text_is_cut() -> None:
    (block,) = excerpt("word " * 1000, 50)
    assert isinstance(block, Paragraph)
    assert plain(block.line).endswith("word…")
    assert len(plain(block.line)) <= 50


def test_a_cut_link_leads_nowhere() -> None:
    (block,) = excerpt("see [the very long documentation of it](https://e.example/)", 20)
    assert isinstance(block, Paragraph)
    assert all(span.link is None for span in block.line)


def test_a_huge_text_is_read_only_as_far_as_needed() -> None:
    assert len(plain(line("<!-- c -->" + "a" * 10_000_000))) == 1000


@pytest.mark.parametrize("text", ["", "   \n", "<!-- only a comment -->", "---", "\x00"])
def test_nothing_said_is_no_block(text: str) -> None:
    assert excerpt(text, 100) == ()


def as_if_all_was_read(text: str, limit: int) -> tuple[Block, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(freetext, "bounded_excerpt", freetext.bounded_excerpt.__wrapped__)
        patch.setattr(freetext, "_READ_FIRST", ())
        patch.setattr(freetext, "is_prose", lambda _: False)
        return excerpt(text, limit)


@given(prose.TEXT | hostile.TEXT, st.sampled_from([10, 30, 60, 120, 400]))
def test_what_is_shown_is_as_if_all_was_read(text: str, limit: int) -> None:
    assert excerpt(text, limit) == as_if_all_was_read(text, limit)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("**bold that goes on\nover lines and lines\nand lines** and ends", 10),
        ("a title that is one\nonly at its second\n===", 10),
        ("<pre>\nabcdefgh<em\n\nx>ij klm</pre>", 10),
        ("- an item goes\n\n  on after a blank line\n- and another", 12),
        ("```\ncode that\ngoes on\n\nand on\n```", 8),
    ],
)
def test_what_follows_is_heeded(text: str, limit: int) -> None:
    assert excerpt(text, limit) == as_if_all_was_read(text, limit)


def test_an_address_given_at_the_end_is_found() -> None:
    (paragraph, *_) = excerpt("[a]\n\n" + "more\n\n" * 99 + "[a]: https://e.example/", 20)
    assert isinstance(paragraph, Paragraph)
    assert paragraph.line[0] == Span("a", link="https://e.example/")


def test_what_is_not_shown_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def parsed(text: str, *, tables: bool) -> Sequence[Token]:
        read.append(len(text))
        return gfm.parsed(text, tables=tables)

    monkeypatch.setattr(freetext, "parsed", parsed)
    beginning = "# Steps\n\n" + "- an **item** of a list\n" * 20
    (_, items, code) = excerpt(beginning + "\n```\n" + "code()\n" * 900 + "```\n", 500)
    assert items == Items(((Span("an "), Span("item", bold=True), Span(" of a list")),) * 20)
    assert isinstance(code, CodeBlock)
    assert code.text.endswith("code()\n…")
    assert len(read) == 1
    assert read[0] < 800


def test_a_comment_in_a_quoted_list_is_read() -> None:
    assert excerpt("> - <!--\n> ", 100) == ()
