import pytest

from bridge.cards.literal import BREAK, clean, guarded, inert, literal, one_line, unlinked


def test_what_cannot_be_seen_is_left_out() -> None:
    assert clean("a\x00b\x1bc\u202ed\ue000e\U000f0001f\u2066g") == "abcdefg"
    assert clean("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"
    assert clean("\ud83d") == "\ufffd"


@pytest.mark.parametrize("text", ["", "a\tb\nc", "naïve café", "中文 – “quoted” €", "👩‍💻 🇫🇷 x̂"])
def test_what_people_write_stays(text: str) -> None:
    assert clean(text) == text


def test_one_line_has_no_other_space() -> None:
    assert one_line("  a\n\n b\t\tc ") == "a b c"


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/a",
        "HTTP://EXAMPLE.COM",
        "ftp://example.com",
        "//example.com/a",
        "http://localhost:80",
        "example.com",
        "see docs.example.org.",
        "README.md",
        "www.intranet",
        "someone@example.com",
        "someone@intranet.x",
        "mailto:someone@host",
    ],
)
def test_an_address_is_broken(text: str) -> None:
    assert BREAK in unlinked(text)
    assert unlinked(text).replace(BREAK, "") == text


@pytest.mark.parametrize(
    "text",
    [
        "v1.2.3",
        "10.0.0.1",
        "e.g. this",
        "main.tsx",
        "a/b",
        "octo/hello",
        "@octocat",
        "12:30",
        "...",
    ],
)
def test_what_nobody_links_stays_whole(text: str) -> None:
    assert unlinked(text) == text


def test_tags_entities_and_functions_are_broken() -> None:
    assert guarded("<at>") == f"<{BREAK}at>"
    assert guarded("a < b && c") == "a < b && c"
    assert guarded("&lt;") == f"&{BREAK}lt;"
    assert inert("{{DATE(2017-02-14T06:08:39Z)}}").startswith(f"{{{BREAK}{{DATE")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words", "plain words"),
        ("snake_case_name and 2 * 3", "snake_case_name and 2 * 3"),
        ("[ABC-123] Fix", "[ABC-123] Fix"),
        ("*bold*", r"\*bold\*"),
        ("_it_ __init__", r"\_it\_ \_\_init\_\_"),
        ("`code`", r"\`code\`"),
        ("~~old~~ ~/x", r"\~\~old\~\~ ~/x"),
        ("[a](b)", r"[a\](b)"),
        ("[a]: b", r"[a\]: b"),
        ("C:\\new \\* \\", r"C:\new \\\* \\"),
        ("# no heading - no list", "# no heading - no list"),
    ],
)
def test_only_what_would_be_markup_is_escaped(text: str, written: str) -> None:
    assert literal(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("12. a", r"12\. a"),
        ("1) a", r"1\) a"),
        ("1.2 a", "1.2 a"),
        ("> a", r"\> a"),
        ("---", r"\---"),
        ("-1 degree", "-1 degree"),
        ("  a", "a"),
    ],
)
def test_the_start_of_a_line_starts_nothing(text: str, written: str) -> None:
    assert literal(text, start=True) == written


def test_a_link_s_text_cannot_end_it() -> None:
    assert literal("a] [b", link=True) == r"a\] \[b"
