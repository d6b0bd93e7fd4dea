"""Whatever value stands wherever in a webhook, every source refuses it in its own words, or shows a card that Teams takes."""

import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.source import Sample, Source
from tests.plugins.strange import (
    JSON,
    LARGE,
    OWN,
    SOURCES,
    STRANGE,
    can_be_sent,
    holds,
    payloads,
    places,
    read,
    written,
)

EXAMPLE = Path(__file__).parent.parent.parent / "examples/bridge-tasks"


@pytest.fixture(params=[*(source.name for source in SOURCES), "tasks"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    if request.param != "tasks":
        yield next(one for one in SOURCES if one.name == request.param)
        return
    monkeypatch.syspath_prepend(EXAMPLE)
    yield importlib.import_module("bridge_tasks").Tasks()
    del sys.modules["bridge_tasks"]  # other tests import copies of it


def of_events(source: Source) -> list[tuple[Sample, Any]]:
    """A sample of every event, with what it holds."""
    found = {sample.name.partition("__")[0]: (sample, held) for sample, held in payloads(source)}
    return list(found.values())


def test_a_value_of_any_kind_in_any_place(source: Source) -> None:
    """Two values in each place, in turn; what is the same in most events is tried in one of them."""
    found = payloads(source)
    common = Counter(key for _, payload in found if isinstance(payload, dict) for key in payload)
    seen = set()
    for sample, payload in found:
        event = sample.name.partition("__")[0]
        usual = read(source, sample, sample.body)
        for holder, key, way in places(payload):
            kind = way if common[str(way[0])] * 2 > len(found) else (event, *way)
            if kind in seen:
                continue
            seen.add(kind)
            was = holder[key]
            for number in (2 * len(seen), 2 * len(seen) + 1):
                holder[key] = STRANGE[number % len(STRANGE)]
                for part in read(source, sample, written(payload)):
                    if part not in usual:
                        can_be_sent(holds(source, part))
            holder[key] = was
    assert len(seen) >= len(of_events(source))


def test_large_values_in_all_places_of_a_depth(source: Source) -> None:
    """What one event shows of many large values has to fit, too."""
    for number, (sample, swollen) in enumerate(of_events(source)):
        depth, large = 2 + number % 2, LARGE[number % len(LARGE)]
        for holder, key, way in list(places(swollen)):
            if len(way) == depth and not isinstance(holder[key], dict | list | bool):
                holder[key] = large
        for part in read(source, sample, written(swollen)):
            can_be_sent(holds(source, part))


def test_a_body_that_was_cut_or_overwritten(source: Source) -> None:
    for sample in {sample.name.partition("__")[0]: sample for sample in source.samples}.values():
        body = sample.body
        for at in range(0, len(body), max(len(body) // 6, 1)):
            for other in (body[:at], body[:at] + b'<&\x00\xff"' + body[at + 5 :]):
                for part in read(source, sample, other):
                    can_be_sent(holds(source, part))


@settings(max_examples=500)
@given(data=st.data())
def test_any_value_in_place_of_any_other(data: st.DataObject) -> None:
    weighty = [source for source in SOURCES for _ in range(5 if source.name in OWN else 1)]
    source = data.draw(st.sampled_from(weighty))
    sample, payload = data.draw(st.sampled_from(payloads(source)))
    for _ in range(data.draw(st.integers(1, 4), label="places")):
        holder, key, _ = data.draw(st.sampled_from(list(places(payload))))
        holder[key] = data.draw(JSON, label=str(key))
    for part in read(source, sample, written(payload)):
        can_be_sent(holds(source, part))
