"""Whatever value stands wherever in a webhook, the built-in sources and the example refuse it or show a card."""

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.card import plain
from bridge.cards.templates import CardRenderer
from bridge.errors import ParseError, UnreadableRequest
from bridge.models import InboundRequest
from bridge.source import Sample, Source
from bridge.testing import endpoint_of
from bridge_generic.source import Generic
from bridge_jira.source import Jira

EXAMPLE = Path(__file__).parent.parent.parent / "examples/bridge-tasks"
RENDERER = CardRenderer()
STRANGE: tuple[Any, ...] = (None, True, -1, "x\n{{ y }}", ["x"], [{"a": [None]}], {}, {"name": [1]})
"""One of each kind, and lists and objects of the wrong ones."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
Place = tuple[str | int, ...]


@pytest.fixture(params=["generic", "jira", "tasks"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    if request.param != "tasks":
        yield {"generic": Generic, "jira": Jira}[request.param]()
        return
    monkeypatch.syspath_prepend(EXAMPLE)
    yield importlib.import_module("bridge_tasks").Tasks()
    del sys.modules["bridge_tasks"]  # other tests import copies of it


def payloads(source: Source) -> list[tuple[Sample, Any]]:
    """The samples that are JSON, with what they hold."""
    return [
        (sample, json.loads(sample.body))
        for sample in source.samples
        if sample.body.lstrip()[:1] in {b"{", b"["}
    ]


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    yield path
    inner = (
        value.items()
        if isinstance(value, Mapping)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, item in inner:
        yield from places(item, (*path, step))


def replaced(value: Any, path: Place, new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def show(source: Source, sample: Sample, payload: Any) -> None:
    request = InboundRequest(sample.headers, orjson.dumps(payload))
    endpoint = endpoint_of(source)
    try:
        source.identify(request, endpoint)
        events = list(source.parse(request, endpoint))
    except (ParseError, UnreadableRequest):
        return
    for event in events:
        assert all(
            value is None or isinstance(value, str | int | float | tuple)
            for value in event.attributes.values()
        )
        assert plain(RENDERER.render(source, endpoint, event).title)


def test_a_value_of_any_kind_in_any_place(source: Source) -> None:
    seen = set()
    for sample, payload in payloads(source):
        for path in places(payload):
            # The same place in the next fixture of that event, or in the next of a list, tells nothing new.
            kind = (
                sample.name.partition("__")[0],
                *(step if isinstance(step, str) else 0 for step in path),
            )
            if kind in seen:
                continue
            seen.add(kind)
            for value in STRANGE:
                show(source, sample, replaced(payload, path, value))
    assert len(seen) > len(payloads(source))


@given(data=st.data())
def test_any_value_in_any_place(source: Source, data: st.DataObject) -> None:
    sample, payload = data.draw(st.sampled_from(payloads(source)))
    path = data.draw(st.sampled_from(list(places(payload))))
    show(source, sample, replaced(payload, path, data.draw(JSON)))
