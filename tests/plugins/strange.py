"""Strange values for webhooks, and what must hold of a source that gets them: it refuses them in its own words, or shows a
card that Teams takes."""

import json
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any, Final, TypeAlias

import orjson
from hypothesis import strategies as st

from bridge.cards.card import Card, plain
from bridge.cards.fit import fit
from bridge.cards.templates import CardRenderer
from bridge.channel import ChannelKind
from bridge.errors import ParseError, Refused
from bridge.loader import load
from bridge.models import Endpoint, InboundRequest, ParsedEvent
from bridge.settings import Settings
from bridge.source import Sample, Source
from bridge.testing import FORMS, endpoint_of
from tests.plugins.github import FORGOTTEN, texts

REGISTRY: Final = load(Settings(_env_file=None))
SOURCES: Final = tuple(source for _, source in sorted(REGISTRY.sources.items()))
OWN: Final = ("github", "jira", "generic")
"""Sources that are no recipes, and read more than others."""
RENDERER: Final = CardRenderer()

Place: TypeAlias = tuple[Any, Any, tuple[str | int, ...]]
"""A container, the key of a value in it, and the way there, any place in a list being the first."""


def _deep(levels: int, inner: Any) -> Any:
    for level in range(levels):
        inner = [inner] if level % 2 else {"content": inner}
    return inner


STRANGE: Final[tuple[Any, ...]] = (
    *(None, True, False, -1, 2**63, 2**64 - 1, 1e308, 0.1, "", "   ", "\x00", "a\x00b"),
    *(
        "x\n{{ y }}",
        "{% raw %}",
        "9" * 5_000,
        "\ue000\ud83d\ude00\u202e\ufeff",
        "\ud800",
        "[x](y) <at>z</at>",
    ),
    *("https://[", "javascript:alert(1)", "https://" + "a" * 3_000, "9999-12-31T23:59:59Z"),
    *([], ["x", 1], [[]], [{"a": [None]}], {}, {"name": [1]}, {"self": "https://[/rest/"}),
    *({"content": [{"type": "text", "text": 7}]}, _deep(100, "x")),
)
"""One of each kind, at the ends of what JSON can say, and what looks like a vendor's values and is not."""

LARGE: Final[tuple[Any, ...]] = (
    "wörd " * 8_000,
    "*[x](https://e.org) " * 1_600,
    "> " * 500 + "- x\n" * 2_000,
    ["y" * 300] * 120,
    [{"name": "n" * 90, "login": "l" * 40, "title": "t" * 200, "type": "x"}] * 200,
    {f"key{n}": "v" * 200 for n in range(200)},
    {"name": "<b>\u202e" * 8_000, "login": "]( " * 9_000, "from": "f" * 30_000},
)
"""What would not fit a card if it were shown whole."""

JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from([one for one in (*STRANGE, *LARGE) if isinstance(one, str)])
    | st.sampled_from(["2026-01-01T00:00:00", "1795", "deleted", "refs/heads/", "*a* {code}b"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["login", "title", "name", "html_url", "from", "type", "key", "content", "text"]
            )
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
"""Any value."""


def payloads(source: Source) -> list[tuple[Sample, Any]]:
    """The samples that are JSON, each with what it holds."""
    return [
        (sample, orjson.loads(sample.body))
        for sample in source.samples
        if sample.body.lstrip()[:1] in {b"{", b"["}
    ]


def written(payload: Any) -> bytes:
    """A payload as a sender might write it: with escapes, half a character too."""
    return json.dumps(payload).encode()


def places(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[Place]:
    """Every value in a JSON value, at whatever depth."""
    keys = value.keys() if isinstance(value, Mapping) else range(len(value))
    for key in keys:
        step = (*way, key if isinstance(key, str) else 0)
        yield value, key, step
        if isinstance(value[key], dict | list):
            yield from places(value[key], step)


def read(source: Source, sample: Sample, body: bytes) -> list[ParsedEvent]:
    """What a webhook like the sample is read as, which may only be refused with an error that a source declares."""
    headers = {name.lower(): value for name, value in sample.headers.items()}
    request, endpoint = InboundRequest(headers, body), _endpoint(source)
    try:
        source.identify(request, endpoint)
        return list(source.parse(request, endpoint))
    except (ParseError, Refused):
        return []


def holds(source: Source, event: ParsedEvent) -> Card:
    """The card of an event, all of which must be as the bridge and Teams take it."""
    assert event.type
    for name, value in event.attributes.items():
        many = value if isinstance(value, tuple) else ()
        assert all(type(text) is str for text in many), name
        assert value is None or type(value) in {str, int, float, bool, tuple}, name
    orjson.dumps([event.type, dict(event.attributes), event.url, event.object, event.at])
    assert {"actor", "actor_is_bot"} <= event.attributes.keys()
    card = RENDERER.render(source, _endpoint(source), event)
    assert plain(card.title).strip()
    for text in texts(card):
        forgotten = FORGOTTEN.search(text)
        assert forgotten is None or forgotten[0] in _said(event), text
    return card


def can_be_sent(card: Card) -> None:
    """In either format, within what a channel takes."""
    for form, check in FORMS:
        body = fit(card, partial(_encoded, form), ChannelKind.limit_bytes)
        assert len(body) <= ChannelKind.limit_bytes
        assert check(orjson.loads(body), body) == []


def _said(event: ParsedEvent) -> str:
    """What the sender said: a program's own error may be that something is undefined."""
    return orjson.dumps(event.context, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


@cache
def _endpoint(source: Source) -> Endpoint:
    return endpoint_of(source)


def _encoded(form: Any, card: Card) -> bytes:
    return orjson.dumps(form(card))
