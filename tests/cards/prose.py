"""Text as people write it on GitHub, whole and torn, for property tests."""

from hypothesis import strategies as st

from tests.cards.hostile import PIECES

_WORDS = (
    "some words that go on for a while",
    "a_b",
    "R&D",
    "5 < 6",
    "~7",
    "it’s “so” (2*3)",
    "é 中",
)
_SIGNED = (
    *(
        "**bold**",
        "`code`",
        "_so_",
        "~~no~~",
        "[docs](https://e.example/a)",
        "[ref]",
        "https://e.example/b",
    ),
    *(
        "![x](https://e.example/i.png)",
        "**",
        "`",
        "[",
        "<b>",
        "<!-- c -->",
        "&amp;",
        "\\*",
        "mailto:a@b.example",
    ),
)
_LINE = st.lists(st.sampled_from(_WORDS + _SIGNED), min_size=1, max_size=4).map(" ".join)
_PLAIN_LINE = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)
_BEGINNING = st.sampled_from(
    [
        "",
        "",
        "- ",
        "* [x] ",
        "1. ",
        "2) ",
        "> ",
        "> - ",
        "# ",
        "  - ",
        "   ",
        "    ",
        "| a | ",
        "<div> ",
        "<!-- ",
    ]
)
_WHOLE = st.sampled_from(
    [
        *(
            "```py\nx = 1\n\ny: list[int] = []\n```",
            "```",
            "~~~",
            "---",
            "===",
            "| a | b |\n|---|---|\n| 1 | 2 |",
        ),
        *(
            "<details>\n<summary>s</summary>",
            "</details>",
            "-->",
            "[ref]: https://e.example/ref",
            "  ",
            "\t",
        ),
    ]
)
_BLOCK = st.tuples(_BEGINNING, _LINE).map("".join) | _WHOLE | st.sampled_from(PIECES)
_SEPARATOR = st.sampled_from(["\n", "\n\n", "\n\n", "\r\n\r\n", "\n \n"])


def _joined(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(blocks, _SEPARATOR).map("".join), max_size=25).map("".join)


TEXT = _joined(_BLOCK) | _joined(_PLAIN_LINE)
"""Markdown, or prose that has none."""
