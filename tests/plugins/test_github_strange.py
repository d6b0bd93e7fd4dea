"""Whatever value stands wherever in one of GitHub's own payloads, it is refused as unreadable or becomes a card that can be sent."""

from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.source import Sample
from tests.plugins.github import GITHUB
from tests.plugins.strange import JSON, can_be_sent, holds, places, read, written
from tests.plugins.test_github_cards import examples


@settings(max_examples=200)
@given(data=st.data())
def test_any_value_in_place_of_any_other_of_githubs_own_payloads(data: st.DataObject) -> None:
    server = data.draw(st.sampled_from(["api.github.com", "ghes-31", "ghes-35"]))
    event, example = data.draw(st.sampled_from(examples(server)))
    sample, payload = Sample(event, b"", GITHUB.sample_headers(event)), deepcopy(example)
    found = [*places(payload)]
    for index in data.draw(
        st.lists(st.integers(0, len(found) - 1), min_size=1, max_size=4), label="places"
    ):
        holder, key, _ = found[index]
        holder[key] = data.draw(JSON, label=str(key))
    for part in read(GITHUB, sample, written(payload)):
        assert part.attributes["actor"]
        can_be_sent(holds(GITHUB, part))
