"""Whatever value stands wherever in a webhook of GitHub's, it is refused as unreadable or becomes a card that can be sent."""

from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.cards.card import Card, plain
from bridge.cards.fit import fit
from bridge.channel import ChannelKind
from bridge.errors import ParseError, UnreadableRequest
from bridge.models import ParsedEvent
from bridge.testing import FORMS
from tests.plugins.github import FORGOTTEN, GITHUB, parse, render, texts
from tests.plugins.test_github_cards import examples

STRANGE: tuple[Any, ...] = (None, -1, "x\n{{ y }}", ["x", 1], [{"a": [None]}], {"name": [1]})
"""One of each kind, and lists and objects of the wrong ones."""
SHARED = {"repository", "organization", "sender", "enterprise", "installation"}
"""What is the same in every event: tried in one of them is tried in all."""
LARGE: tuple[Any, ...] = (
    "wörd " * 8_000,
    "*[x](https://e.org) " * 1_600,
    ["y" * 300] * 120,
    [{"name": "n" * 90, "login": "l" * 40, "title": "t" * 200, "type": "x"}] * 200,
    {f"key{n}": "v" * 200 for n in range(200)},
    {"name": "<b>\u202e" * 8_000, "login": "]( " * 9_000, "from": "f" * 30_000},
)
"""What would not fit a card if it were shown whole."""
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "{{ 7 * 7 }}",
            "https://[",
            "https://e.org/a b",
            "2026-01-01T00:00:00",
            "9999-12-31T23:59:59Z",
            "deleted",
            "\x00",
            "[x](y)",
            "refs/heads/",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["login", "title", "name", "html_url", "from", "type", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Any, Any]]:
    """Every container of a JSON value with each of its keys, and the path to it without numbers."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        step = (*path, key if isinstance(key, str) else 0)
        yield value, key, step
        if isinstance(value[key], dict | list):
            yield from places(value[key], step)


def shown(event: str, payload: Any, usual: ParsedEvent | None = None) -> Card | None:
    """The card; None where the payload is refused with a declared error, or is read as `usual`."""
    try:
        parsed = parse(event, orjson.dumps(payload))
    except (ParseError, UnreadableRequest):
        return None
    if parsed == usual:
        return None
    assert parsed.attributes["actor"]
    assert isinstance(parsed.attributes["actor_is_bot"], bool)
    for value in parsed.attributes.values():
        assert isinstance(value, str | bool) or all(isinstance(item, str) for item in value)  # type: ignore[union-attr]  # a tuple then
    card = render(parsed)
    assert plain(card.title)
    assert not any(map(FORGOTTEN.search, texts(card)))
    return card


def can_be_sent(card: Card) -> None:
    for form, check in FORMS:
        body = fit(card, partial(_encode, form), ChannelKind.limit_bytes)
        assert len(body) <= 28 * 1024
        assert check(orjson.loads(body), body) == []


def _encode(form: Any, card: Card) -> bytes:
    return orjson.dumps(form(card))


def test_a_value_of_any_kind_in_any_place() -> None:
    seen = set()
    for sample in GITHUB.samples:
        event = sample.headers["x-github-event"]
        payload = orjson.loads(sample.body)
        usual = parse(event, sample.body)
        for holder, key, path in places(payload):
            kind = path if path[0] in SHARED else (event, *path)
            if kind in seen:
                continue
            seen.add(kind)
            was = holder[key]
            for value in STRANGE:
                holder[key] = value
                shown(event, payload, usual)
            holder[key] = was
    assert len(seen) > 2000


@pytest.mark.parametrize("large", LARGE, ids=range(len(LARGE)))
def test_a_large_value_in_any_place_that_is_read(large: Any) -> None:
    """In every place at once, one depth at a time: what one event shows of many large values has to fit too."""
    for event in sorted({sample.headers["x-github-event"] for sample in GITHUB.samples}):
        sample = next(one for one in GITHUB.samples if one.headers["x-github-event"] == event)
        payload = orjson.loads(sample.body)
        for depth in (2, 3):
            swollen = orjson.loads(orjson.dumps(payload))
            for holder, key, path in list(places(swollen)):
                if len(path) == depth and not isinstance(holder[key], dict | list | bool):
                    holder[key] = large
            if card := shown(event, swollen):
                can_be_sent(card)


@settings(max_examples=300)
@given(data=st.data())
def test_any_value_in_place_of_any_other_of_a_fixture(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(GITHUB.samples))
    strange(data, sample.headers["x-github-event"], orjson.loads(sample.body))


@settings(max_examples=200)
@given(data=st.data())
def test_any_value_in_place_of_any_other_of_githubs_own_payloads(data: st.DataObject) -> None:
    server = data.draw(st.sampled_from(["api.github.com", "ghes-35"]))
    event, payload = data.draw(st.sampled_from(examples(server)))
    strange(data, event, deepcopy(payload))


def strange(data: st.DataObject, event: str, payload: Any) -> None:
    found = [*places(payload)]
    for index in data.draw(
        st.lists(st.integers(0, len(found) - 1), min_size=1, max_size=4), label="places"
    ):
        holder, key, _ = found[index]
        holder[key] = data.draw(JSON, label=str(key))
    if card := shown(event, payload):
        can_be_sent(card)
