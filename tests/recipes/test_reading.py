"""A body becomes a value, whatever it was sent as, or is refused with a sentence."""

import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.errors import UnreadableRequest, UnsupportedMediaType
from bridge.models import InboundRequest
from bridge.recipes.reading import Format, read_body
from tests.recipes.asking import request

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/json", b'{"a": 1}', {"a": 1}),
        ("APPLICATION/JSON ; charset=UTF-8", b"[1]", [1]),
        ("application/vnd.x.v2+json", b'"a"', "a"),
        ("text/json", b"null", None),
        ("", b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ("application/octet-stream", b"7", 7),
        ('application/json; charset="iso-8859-1"', b'{"a": "\xe9"}', {"a": "é"}),
        ("application/json; charset=utf-16", '{"a": "é"}'.encode("utf-16"), {"a": "é"}),
        (FORM, b"a=1&b=&b=x+y&c=%C3%A9", {"a": "1", "b": ["", "x y"], "c": "é"}),
        (f"{FORM}; charset=iso-8859-1", b"c=%E9", {"c": "é"}),
        (FORM, b"payload=%7B%22a%22%3A1%7D", {"a": 1}),
        (FORM, b"payload=hello", {"payload": "hello"}),
        (FORM, b"payload=%7B%7D&more=1", {"payload": "{}", "more": "1"}),
        (FORM, b' {"a": 1}', {"a": 1}),
        (FORM, b"", {}),
        ("text/plain", b"a\r\nb", {"text": "a\r\nb"}),
        ("text/markdown; charset=utf-8", "é".encode(), {"text": "é"}),
        ("text/plain", b"\xe9", {"text": "é"}),
        ("text/plain", b'{"a": 1}', {"a": 1}),
        ("text/plain", b'{"a": 1', {"text": '{"a": 1'}),
        ("text/plain; charset=windows-1252", b"\x80", {"text": "€"}),
        ("text/xml", b"<a/>", {"a": ""}),
        ("application/soap+xml", b"<a>t</a>", {"a": "t"}),
        ("", b'<?xml version="1.0"?><a/>', {"a": ""}),
        ("application/xml", b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>', {"a": "é"}),
        (
            "application/xml; charset=utf-8",
            '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode(),
            {"a": "é"},
        ),
        ("application/xml", "<a>é</a>".encode("utf-16"), {"a": "é"}),
        (
            "application/xml",
            b'<n:a xmlns:n="u" n:x="1"><b y="2"/><c>t<d/>u</c><b>v</b><b>w</b></n:a>',
            {"a": {"@x": "1", "b": [{"@y": "2"}, "v", "w"], "c": {"d": "", "#text": "tu"}}},
        ),
        ("application/xml", b"<a><![CDATA[<b>]]>&amp;&#233;<!-- c --></a>", {"a": "<b>&é"}),
    ],
)
def test_what_a_body_becomes(kind: str, body: bytes, expected: Any) -> None:
    assert read_body(request(body, kind)) == expected


@pytest.mark.parametrize(
    ("wanted", "field", "body", "expected"),
    [
        ("json", None, b'{"a": 1}', {"a": 1}),
        ("text", None, b'{"a": 1}', {"text": '{"a": 1}'}),
        ("xml", None, b"<a/>", {"a": ""}),
        ("form", None, b'{"a"=1', {'{"a"': "1"}),
        ("form", "data", b"data=%5B1%5D&x=y", [1]),
        ("form", None, b"payload=%5B1%5D", [1]),
    ],
)
def test_a_format_that_is_described_holds_whatever_the_content_type_says(
    wanted: Format, field: str | None, body: bytes, expected: Any
) -> None:
    assert read_body(request(body, "image/png"), wanted, field) == expected


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("application/json", b"{", "not JSON"),
        ("application/json", b"", "not JSON"),
        ("application/json", b"[" * 5000, "not JSON"),
        ("application/json", b'"\xff"', "not JSON"),
        ("application/json; charset=utf-16", b'"\xff"', "not utf-16"),
        ("application/json; charset=rot13", b"{}", "charset 'rot13'"),
        ("application/json; charset=punycode", b"{}", "charset"),
        ("text/plain; charset=\x00", b"a", "charset"),
        (FORM, b"&".join([b"a=1"] * 1001), "at most 1000 fields"),
        ("application/xml", b"<a>", "not XML"),
        ("application/xml", b"", "not XML"),
        ("application/xml", b"<a>&b;</a>", "not XML"),
        ("application/xml", b'<?xml version="1.0" encoding="x-none"?><a/>', "not XML"),
        ("application/xml", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "document type"),
        ("application/xml", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        ("application/xml", b"<a>" * 101 + b"</a>" * 101, "nested deeper"),
        ("application/xml", b"<a>" + b"<b/>" * 100_001 + b"</a>", "more than 100000"),
    ],
)
def test_what_cannot_be_read_is_said(kind: str, body: bytes, said: str) -> None:
    with pytest.raises(UnreadableRequest, match=said):
        read_body(request(body, kind))


def test_a_field_that_is_not_there_or_no_json_is_said() -> None:
    with pytest.raises(UnreadableRequest, match="no field 'data'"):
        read_body(request(b"a=1", FORM), None, "data")
    with pytest.raises(UnreadableRequest, match="'data' is not JSON"):
        read_body(request(b"data=x", FORM), None, "data")


@pytest.mark.parametrize("kind", ["image/png", "multipart/form-data; boundary=x", "x", "*/*"])
def test_a_content_type_that_is_not_read_is_said(kind: str) -> None:
    with pytest.raises(UnsupportedMediaType, match="is not read"):
        read_body(request(b"{}", kind))


def test_a_billion_laughs_are_refused_at_once() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE l [<!ENTITY l0 "lol">{entities}]><l>&l9;</l>'
    with pytest.raises(UnreadableRequest, match="document type"):
        read_body(request(bomb, "text/xml"))


KINDS = st.sampled_from(
    [
        *("application/json", FORM, "application/xml", "text/plain", "", "application/x+json"),
        *("application/xml; charset=utf-16", f"{FORM}; charset=latin-1", "text/csv; charset=gbk"),
        *("application/json; charset=utf-32", "text/xml; charset=shift_jis"),
    ]
)


@given(body=st.binary(max_size=200) | st.text().map(str.encode), kind=KINDS | st.text())
@example(body=b"<a \xff/>", kind="application/xml")
@example(body=b"%ff=%ff", kind=FORM)
def test_whatever_comes_is_read_or_refused(body: bytes, kind: str) -> None:
    try:
        value = read_body(InboundRequest({"content-type": kind}, body))
    except (UnreadableRequest, UnsupportedMediaType):
        return
    json.dumps(value)


@pytest.mark.parametrize("shift", [0, 1, 2, 3, 4, 5])
def test_a_long_form_is_read_without_its_escapes(shift: int) -> None:
    value = "é+%" * 50_000
    body = b"x" * shift + b"=" + quote_plus(value).encode() + b"&b=1"
    assert read_body(request(body, FORM)) == {"x" * shift: value, "b": "1"}
