"""What holds of every source that is registered, built-in or recipe: none is without its fixtures and their cards."""

import json

import pytest

from bridge.registry import Registry
from bridge.source import Source
from bridge.testing import endpoint_of, signed
from tests.plugins.strange import REGISTRY, SOURCES


@pytest.fixture(params=SOURCES, ids=lambda source: source.name)
def source(request: pytest.FixtureRequest) -> Source:
    found: Source = request.param
    return found


def test_the_sources_are_those_of_the_plugins() -> None:
    registry: Registry = REGISTRY
    assert {"generic", "github", "jira", "gitlab"} <= set(registry.sources)
    brought = [name for plugin in registry.plugins for name in plugin.sources]
    assert sorted(brought) == sorted(registry.sources)


def test_every_declared_event_type_has_a_fixture_with_an_expected_card(source: Source) -> None:
    shown = set()
    for sample in source.samples:
        path = source.expected / f"{sample.name}.card.json"
        assert path.is_file(), f"{source.name}: {path.name} is missing"
        shown |= {part["type"] for part in json.loads(path.read_text(encoding="utf-8"))}
    declared = {kind.name for kind in source.event_types}
    assert declared, f"{source.name} declares no event type"
    assert declared - shown == set(), f"{source.name} has no fixture for these"


def test_every_expected_card_says_what_its_fixture_becomes(source: Source) -> None:
    """Of which types it is; that the cards are alike, the source's own tests say."""
    endpoint = endpoint_of(source)
    for sample in source.samples:
        path = source.expected / f"{sample.name}.card.json"
        told = [part["type"] for part in json.loads(path.read_text(encoding="utf-8"))]
        assert [part.type for part in source.parse(signed(source, sample), endpoint)] == told
