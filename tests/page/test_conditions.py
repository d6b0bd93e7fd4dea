"""Filters as the form shows them mean what they meant, whatever they are: the page's own module, run by Node."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.models import AttributeValue
from bridge.pipeline.filters import check_filters
from bridge.pipeline.matching import matches
from bridge.resources import STATIC
from bridge.services.bots import PEOPLE

READ_AND_WRITE = """
import { read, write } from "%s";
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const shown = read(JSON.parse(line));
  const { filters, places } = write(shown ?? { people: false, root: { kind: "all", items: [] } });
  const told = { shown: shown !== null, people: shown?.people, filters, places: [...places.keys()] };
  console.log(JSON.stringify(told));
}
"""


class Form:
    """The page's module: gives for a filter what is shown of it, and what that is as a filter again."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def __call__(self, filters: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(filters) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Form]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed.")
    folder: Path = tmp_path_factory.mktemp("form")
    (folder / "conditions.mjs").write_bytes((STATIC / "connector/conditions.js").read_bytes())
    (folder / "main.mjs").write_text(READ_AND_WRITE % "./conditions.mjs")
    with subprocess.Popen(
        [node, folder / "main.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Form(process)
        assert process.stdin is not None
        process.stdin.close()


names = st.sampled_from(["a", "b", "actor_is_bot"])
patterns = st.lists(st.sampled_from(["x", "y*", "true", "false"]), min_size=1, max_size=2)
conditions = st.fixed_dictionaries(
    {"attribute": names},
    optional={"any_of": patterns, "all_of": patterns, "none_of": patterns, "empty": st.booleans()},
).filter(lambda one: len(one) > 1) | st.just(dict(PEOPLE))
filters_as_given: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.recursive(
    conditions,
    lambda inner: (
        st.builds(lambda many: {"all": many}, st.lists(inner, max_size=3))
        | st.builds(lambda many: {"any": many}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda one: {"not": one}, inner)
    ),
    max_leaves=6,
)
values = st.sampled_from(["x", "yes", "true", "false", "", None, True, False, ("x", "true"), ()])
things = st.fixed_dictionaries({"a": values, "b": values, "actor_is_bot": values})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters_as_given, st.lists(things, min_size=4, max_size=12))
def test_what_is_shown_of_a_filter_means_the_same(
    form: Form, filters: dict[str, Any], events: list[dict[str, AttributeValue]]
) -> None:
    there = form(filters)
    assert there["shown"]
    before, after = check_filters(filters), check_filters(there["filters"])
    for event in events:
        assert matches(before, event)[0] is matches(after, event)[0]
    assert form(there["filters"])["shown"]
    for place in there["places"]:
        assert found(there["filters"], place) is not None


def found(filters: Any, place: str) -> Any:
    """What stands at a place of a filter, as the bridge names it."""
    node: Any = filters
    for step in place.split(".")[1:]:
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


@pytest.mark.parametrize(
    ("filters", "people"),
    [
        (PEOPLE, True),
        ({"all": [{"attribute": "a", "empty": True}, PEOPLE]}, True),
        ({"all": [{"attribute": "actor_is_bot", "none_of": ["True"]}]}, True),
        ({"any": [PEOPLE, {"attribute": "a", "empty": True}]}, False),
        ({"not": PEOPLE}, False),
        ({"attribute": "actor_is_bot", "none_of": ["true", "x"]}, False),
        ({"attribute": "actor_is_bot", "any_of": ["false"]}, False),
        ({}, False),
    ],
)
def test_that_bots_are_left_out_is_recognised(form: Form, filters: Any, people: bool) -> None:
    assert form(filters)["people"] is people


@pytest.mark.parametrize(
    "filters",
    [{"xor": []}, {"all": [{"attribute": "a", "like": "x"}]}, {"not": {"all": {}}}, {"all": [[]]}, {"all": [None]}],
)  # fmt: skip
def test_what_the_form_does_not_know_it_does_not_show(form: Form, filters: Any) -> None:
    assert not form(filters)["shown"]
