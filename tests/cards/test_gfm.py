from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bridge.cards.gfm import is_prose, parsed
from tests.cards import hostile, prose


def as_github() -> MarkdownIt:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return parser


GITHUB = as_github()


def told(tokens: Sequence[Token]) -> list[object]:
    return [
        (token.type, token.tag, token.content, token.attrs, told(token.children or ()))
        for token in tokens
    ]


SIGNS = (
    *(
        "---",
        "- - -",
        "***",
        "___",
        "a\n---",
        "a\n===",
        "> a",
        "- a",
        "1) a",
        "# a",
        "    a",
        "\ta",
    ),
    *(
        "`a`",
        "```\na",
        "~~~\na",
        "~~a~~",
        "*a*",
        "_a_",
        "&amp;",
        "\\*",
        "<b>",
        "<div>",
        "<!-- a -->",
    ),
    *("[a](b)", "![a](b)", "[a]: b\n\n[a]", "| a |\n|---|", "a|b\n-|-", "<http://a.example>"),
    *("https://a.example", "MAILTO:a@b.example", "//a.example", "_//a.example_"),
)


@pytest.mark.parametrize("text", SIGNS)
def test_every_rule_that_has_something_to_read_is_there(text: str) -> None:
    assert told(parsed(text, tables=True)) == told(GITHUB.parse(text))
    assert not is_prose(text)


@given(prose.TEXT | hostile.TEXT)
def test_no_rule_is_missed(text: str) -> None:
    text = "\n".join(text.splitlines()) + "\n"
    assert told(parsed(text, tables=True)) == told(GITHUB.parse(text))


@given(st.from_regex(r"https?://[a-z0-9.-]+(/[\w.~!#$%&'*+,;:=?@/-]*)?", fullmatch=True))
def test_an_address_is_written_as_github_does(url: str) -> None:
    for text in (f"[a]({url})", f"<{url}>", url):
        assert told(parsed(text, tables=True)) == told(GITHUB.parse(text))


@given(prose.TEXT)
def test_prose_is_nothing_but_paragraphs(text: str) -> None:
    text = "\n".join(text.splitlines())
    if is_prose(text):
        kinds = {token.type for token in GITHUB.parse(text)}
        kinds |= {inner.type for token in GITHUB.parse(text) for inner in token.children or ()}
        assert kinds <= {
            "paragraph_open",
            "inline",
            "text",
            "softbreak",
            "hardbreak",
            "paragraph_close",
        }


@pytest.mark.parametrize("text", ["", "One line, as R&D's snake_case: 5 < 6 (~7).\nTwo.\n\n@three"])
def test_most_text_is_prose(text: str) -> None:
    assert is_prose(text)


@pytest.mark.parametrize("text", ["a _b_", "a\n- b", "a\n \nb", "a ~~b~~ c", "R&amp;D"])
def test_what_may_be_markdown_is_none(text: str) -> None:
    assert not is_prose(text)


def test_a_comment_in_a_quoted_list_is_read() -> None:
    assert [token.type for token in parsed("> - <!--\n> ", tables=True)][2] == "list_item_open"
