import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.links import http_url, says_itself, shown_host


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.com", "https://example.com"),
        ("http://example.com:8080/a?b=c&d#e", "http://example.com:8080/a?b=c&d#e"),
        ("  https://example.com/a b ", "https://example.com/a%20b"),
        ("https://example.com/a(b)[c]<d>", "https://example.com/a%28b%29%5Bc%5D%3Cd%3E"),
        ("https://example.com/%28", "https://example.com/%28"),
        ("https://example.com/ä`{{", "https://example.com/%C3%A4%60%7B%7B"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://[::1]:8000/x", "https://[::1]:8000/x"),
        ("http://127.0.0.1/x", "http://127.0.0.1/x"),
        ("http://jira_old.local/browse/A-1", "http://jira_old.local/browse/A-1"),
    ],
)
def test_a_web_address_is_encoded(text: str, url: str) -> None:
    assert http_url(text) == url
    assert http_url(url) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "//example.com",
        "/path",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@example.com",
        "ftp://example.com",
        "https://",
        "https:///path",
        "https://.",
        "https://user@example.com/",
        "https://github.com@evil.example/",
        "https://github.com\\@evil.example/",
        "https://example.com:port/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://exa\nmple.com/",
        "https://example.com/\x00",
        "https://[::1/",
        "https://[evil]/",
        "https://example.com)(x/",
        "https://\ud800/",
        "https://example.com/" + "a" * 9000,
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert http_url(text) is None


@given(st.from_regex(r"https?://[a-z0-9.-]+/[\w.~!#$%&'*+,;:=?@/-]*", fullmatch=True))
def test_what_needs_no_encoding_is_judged_like_what_does(url: str) -> None:
    encoded = http_url(url + "|")
    assert http_url(url) == (encoded.removesuffix("%7C") if encoded else None)


def test_a_link_shows_its_host() -> None:
    assert shown_host("https://www.example.com/x") == "example.com"
    assert shown_host("https://docs.example.com:8080/") == "docs.example.com"


def test_an_address_says_itself() -> None:
    assert says_itself("https://example.com/a", "https://example.com/a")
    assert says_itself("example.com", "https://example.com/")
    assert not says_itself("https://good.example", "https://evil.example")
    assert not says_itself("example.com", "https://example.com/login")
