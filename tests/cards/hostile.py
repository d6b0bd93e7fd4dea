"""Text as an attacker would write it, for property tests."""

from hypothesis import strategies as st

PIECES = (
    *("[", "]", "(", ")", "](", "[a](http://evil.example)", "[x]: http://evil.example", "[^1]"),
    *("*", "**", "_", "__", "~~", "~", "`", "```", "\\", "!", "![", "![x](http://evil.example/p)"),
    *("\n", "\n\n", "\r", "\u2028", "# ", "- ", "1. ", "2)", "> ", "|", "---", "===", "    ", "\t"),
    *(
        "<",
        ">",
        "<at>",
        "</at>",
        "<at id=1>",
        "<b>",
        "<!--",
        "-->",
        "<a href='http://evil.example'>",
    ),
    *("<http://evil.example>", "<script>", "<![CDATA[", "<?x", "'", '"', "&lt;", "&#60;", "&"),
    *(
        "http://evil.example",
        "https://evil.com/a_b*c",
        "HTTP://EVIL.COM",
        "ftp://evil.com",
        "//evil.com",
    ),
    *(
        "evil.com",
        "www.evil.com",
        "www.",
        "README.md",
        "a@evil.com",
        "mailto:a@evil.com",
        "@",
        "@everyone",
    ),
    *("xn--e1a.com", "例え.com", "1.2.3.4", "localhost", ".", ":", "/", "a", "b", "foo", " ", "1"),
    *("{{", "}}", "{{DATE(2017-02-14T06:08:39Z,SHORT)}}", "{{ 7 * 7 }}", "{% block x %}", "${x}"),
    *(
        "\x00",
        "\x1b[0m",
        "\ud800",
        "\ue000",
        "\ue001",
        "\U000f0000",
        "\u200b",
        "\u202e",
        "\u2066",
        "\ufeff",
    ),
    *("é", "中文", "😀", "x̂", "\u05d0"),
)

TEXT = st.lists(st.sampled_from(PIECES), max_size=10).map("".join) | st.text(max_size=30)
"""Pieces of markup in a row, or any text."""
