"""Whatever bytes come as whatever they are said to be: they are refused with a sentence, or become cards within Teams' limits."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.cards.card import Card, plain
from bridge.cards.fit import fit
from bridge.cards.templates import CardRenderer
from bridge.channel import ChannelKind
from bridge.errors import ParseError, UnreadableRequest, UnsupportedMediaType
from bridge.models import InboundRequest
from bridge.source import Sample
from bridge.testing import FORMS, endpoint_of
from bridge_generic.source import Generic

GENERIC = Generic()
RENDERER = CardRenderer()
PLAIN = endpoint_of(GENERIC)
MAPPED = endpoint_of(
    GENERIC,
    {
        "split": "to_array(@)",
        "event_type": ["header:ce-type", "data.event || event || type"],
        "delivery_id": "header:X-Id",
        "attributes": {
            "labels": "labels[].name || *.name",
            "title": "join(' ', [title, to_string(@)])",
            "level": "sort_by(items, &severity)[-1].severity",
            "actor_is_bot": "user.type == 'Bot'",
        },
        "url": "url || data.url",
        "object": ["whole:id", "id"],
        "time": "time || at",
    },
)
KINDS = st.sampled_from(
    [
        *("application/json", "application/xml", "text/plain", "application/x-www-form-urlencoded"),
        *("", "application/cloudevents+json", "application/cloudevents-batch+json", "text/csv"),
        *("application/json; charset=utf-16", "text/xml; charset=latin-1", "multipart/form-data"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "data", "name", "items", "url", "id", "@x", "#text"])
            | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
ENVELOPE = st.fixed_dictionaries(
    {name: st.just("1.0") | JSON for name in ("specversion", "id", "source", "type")},
    optional=dict.fromkeys(("subject", "time", "datacontenttype", "data"), JSON)
    | {"data_base64": JSON | st.binary().map(lambda raw: raw.hex())},
)
BODIES = (
    st.binary()
    | st.text().map(str.encode)
    | JSON.map(partial(orjson.dumps, option=orjson.OPT_NON_STR_KEYS))
    | ENVELOPE.map(orjson.dumps)
    | st.lists(ENVELOPE, max_size=3).map(orjson.dumps)
)
CE_HEADERS = st.dictionaries(
    st.sampled_from(["ce-specversion", "ce-id", "ce-type", "ce-source", "ce-subject", "ce-time"]),
    st.just("1.0") | st.text(max_size=20),
)


def encoded(form: Callable[[Card], Mapping[str, Any]], card: Card) -> bytes:
    return orjson.dumps(form(card))


def show(request: InboundRequest, *, mapped: bool) -> None:
    endpoint = MAPPED if mapped else PLAIN
    try:
        GENERIC.identify(request, endpoint)
        events = list(GENERIC.parse(request, endpoint))
    except (ParseError, UnreadableRequest, UnsupportedMediaType):
        return
    for event in events:
        orjson.dumps([event.type, dict(event.attributes), event.object, event.at])
        card = RENDERER.render(GENERIC, endpoint, event)
        assert plain(card.title)
        for form, check in FORMS:
            body = fit(card, partial(encoded, form), ChannelKind.limit_bytes)
            assert check(orjson.loads(body), body) == []


@given(body=BODIES, kind=KINDS | st.text(max_size=30), headers=CE_HEADERS, mapped=st.booleans())
@example(body=b"\x00", kind="text/plain", headers={}, mapped=True)
@example(body=b'"\\ud800"', kind="application/json", headers={}, mapped=True)
@example(body=b"a=%00&b=%ff", kind="application/x-www-form-urlencoded", headers={}, mapped=False)
def test_any_bytes_of_any_kind(
    body: bytes, kind: str, headers: dict[str, str], *, mapped: bool
) -> None:
    show(InboundRequest({"content-type": kind, **headers}, body), mapped=mapped)


@pytest.mark.parametrize("sample", GENERIC.samples, ids=lambda it: it.name)
@pytest.mark.parametrize("mapped", [True, False])
def test_a_sample_that_was_cut_or_overwritten(sample: Sample, *, mapped: bool) -> None:
    for at in range(0, len(sample.body), 7):
        for body in (
            sample.body[:at],
            sample.body[:at] + b"<&\x00\xff" + sample.body[at + 4 :],
            sample.body[:at] + b'"' + sample.body[at:],
        ):
            show(InboundRequest(sample.headers, body), mapped=mapped)


def large() -> dict[str, tuple[str, bytes]]:
    wide = {f"field {number}": "x" * 500 for number in range(500)}
    return {
        "wide": ("application/json", orjson.dumps({**wide, "title": "t" * 100_000})),
        "deep": ("application/json", b'{"data":' * 900 + b"1" + b"}" * 900),
        "many": ("application/json", orjson.dumps([{"title": "x", **wide}] * 30)),
        "text": ("text/plain", "*é\n".encode() * 100_000),
        "form": ("application/x-www-form-urlencoded", b"&".join(b"a%d=x" % n for n in range(900))),
        "xml": ("application/xml", b"<a>" + b"<b c='1'>d</b>" * 30_000 + b"</a>"),
    }


@pytest.mark.parametrize("name", large())
def test_a_large_webhook_s_cards_can_be_sent(name: str) -> None:
    kind, body = large()[name]
    for mapped in (True, False):
        show(InboundRequest({"content-type": kind}, body), mapped=mapped)
