"""The recipes that are shipped: each sample is proved, parsed and becomes the card that is expected."""

import re
from pathlib import Path

import pytest

import bridge_recipes
from bridge.cards.templates import CardRenderer
from bridge.errors import InvalidSignature
from bridge.models import InboundRequest
from bridge.recipes.recipe import recipe, recipes
from bridge.source import Source
from bridge.testing import SECRET, SourceChecks, endpoint_of, signed

FOLDER = Path(bridge_recipes.__file__).parent
RECIPES = {source.name: source for source in recipes(FOLDER)}
RENDERER = CardRenderer()

for name, found in RECIPES.items():
    checks = f"Test{name.title().replace('-', '')}"
    globals()[checks] = type(checks, (SourceChecks,), {"source": found, "__module__": __name__})


@pytest.fixture(params=sorted(RECIPES))
def source(request: pytest.FixtureRequest) -> Source:
    return RECIPES[request.param]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_nothing_is_wrong_in_its_templates(file: Path) -> None:
    assert recipe(file).name == file.stem


def test_it_says_how_it_is_set_up(source: Source) -> None:
    assert len(source.setup_steps) > 2
    assert all(step[-1] in ".`" for step in source.setup_steps)
    assert all(step.count("`") % 2 == 0 for step in source.setup_steps)
    assert (source.setup_url or "").startswith("https://")
    said = " ".join(source.setup_steps)
    assert "URL" in said or "url" in said
    wanted = {"bridge": "secret shown here", "sender": "here", "nobody": "URL"}
    assert wanted[source.issuer] in said


def test_every_event_is_declared_with_its_attributes(source: Source) -> None:
    types = {kind.name for kind in source.event_types}
    attributes = {attribute.name for attribute in source.attributes}
    for sample in source.samples:
        for event in source.parse(signed(source, sample), endpoint_of(source)):
            assert event.type in types, sample.name
            assert set(event.attributes) == attributes, sample.name
            yes_or_no = {it.name for it in source.attributes if it.examples == ("true", "false")}
            answers = {name for name, value in event.attributes.items() if value in (True, False)}
            assert answers <= yes_or_no, f"{sample.name}: a comparison became a value"


def test_some_event_types_are_ticked_at_first(source: Source) -> None:
    assert any(kind.default for kind in source.event_types)


def test_no_link_goes_elsewhere_than_the_sender_said(source: Source) -> None:
    """A template that puts an address together from what is not there would lead to nowhere."""
    for sample in source.samples:
        for event in source.parse(signed(source, sample), endpoint_of(source)):
            card = RENDERER.render(source, endpoint_of(source), event)
            texts = (card.title, card.author, *(fact.value for fact in card.facts))
            links = [span.link for line in texts for span in line if span.link]
            links += [action.url for action in card.actions]
            for link in filter(None, [card.url, *links]):
                assert re.match(r"https?://[^/]+\.[a-z]+(:\d+)?(/|\?|$)", link), (sample.name, link)
                assert not re.search(r"(?<!:)//|/None|/null|/$(?<!\w/)", link[8:]), (
                    sample.name,
                    link,
                )


def test_another_way_of_proof_is_taken_too() -> None:
    """GitLab sends a token or signs: which of them, whoever sets it up says."""
    gitlab = RECIPES["gitlab"]
    sample = gitlab.sample("push_update")
    endpoint = endpoint_of(gitlab)
    token = {"x-gitlab-token": SECRET}
    assert gitlab.verify(InboundRequest(token, sample.body), endpoint) == endpoint.secrets[0]
    for wrong in ({"x-gitlab-token": "other"}, {"webhook-signature": "v1,x"}, {}):
        with pytest.raises(InvalidSignature):
            gitlab.verify(InboundRequest(wrong, sample.body), endpoint)
