"""A subscription in one sentence: readable, with everything in it that chooses, and never the same for two that differ."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from starlette.requests import Request

from bridge.loader import load
from bridge.models import AttributeValue, Endpoint, InboundRequest, ParsedEvent
from bridge.pipeline.filters import check_filters, match_type
from bridge.pipeline.matching import matches
from bridge.resources import TEXTS
from bridge.services.sentence import sentence
from bridge.settings import Settings
from bridge.source import Attribute, EventType, Source
from bridge.web import languages
from bridge_github.source import GitHub
from bridge_jira.source import Jira

BOTS = {"attribute": "actor_is_bot", "none_of": ["true"]}
OCTO = {"attribute": "repository", "any_of": ["octo/*"]}
LABELS = {"attribute": "labels", "any_of": ["bug", "security"]}


class Lifts(Source):
    """A source whose wording tries to be taken for something else."""

    name: ClassVar[str] = "lifts"
    label: ClassVar[str] = "Lifts"
    event_types: ClassVar[tuple[EventType, ...]] = (
        EventType("lift.called", "A lift is called"),
        EventType("lift.sent", "A lift is sent"),
        EventType("lift.full", "A lift is full, or nearly so"),
        EventType("lift", "A lift is something else"),
        EventType("door.open", "A door opens"),
        EventType("door.shut", "A door opens"),
        EventType("LiftCo.news", "LiftCo has news"),
    )
    attributes: ClassVar[tuple[Attribute, ...]] = (
        Attribute("floor", "Floor", phrase="to {}"),
        Attribute("tags", "Tags"),
        Attribute("stuck", "Stuck", ("true", "false"), phrase="while stuck"),
        Attribute("who", "Who is in it, and with whom"),
    )

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> None:
        """Anybody may call a lift."""

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        return []


LIFTS = Lifts()


@pytest.mark.parametrize(
    ("source", "events", "filters", "said"),
    [
        (
            GitHub(),
            ["pull_request.opened", "pull_request.merged"],
            {"all": [OCTO, BOTS, LABELS]},
            "A pull request is opened or merged – in octo/*, not by bots, labelled bug or security.",
        ),
        (GitHub(), ["*"], {}, "Any event."),
        (GitHub(), ["*", "push"], {"all": []}, "Any event."),
        (
            GitHub(),
            ["pull_request", "issues.opened", "issues.labeled", "ping"],
            {"not": OCTO},
            ("Any pull request event, an issue is opened, an issue gets a label, or GitHub tries the webhook – "
            "not in octo/*."),
        ),
        (
            Jira(),
            ["issue.created", "comment"],
            {
                "all": [
                    {"attribute": "status", "none_of": ["To Do"]},
                    {"attribute": "Story points", "any_of": ["5"]},
                    {"attribute": "sprint", "empty": True},
                ]
            },
            ("An issue is created, or any comment event – not in status “To Do”, where the field “Story points” is 5, "
            "where sprint is empty."),
        ),
        (
            LIFTS,
            ["lift.called"],
            {"any": [LABELS, {"all": [BOTS, {"attribute": "tags", "all_of": ["or", "x"]}]}]},
            ("A lift is called – (where the field “labels” is bug or security, "
            "or (not by bots, and where tags has “or” and x))."),
        ),
        (
            LIFTS,
            ["lift.called"],
            {"not": {"any": [BOTS, {"attribute": "stuck", "any_of": ["False"]}]}},
            "A lift is called – not (not by bots, or where stuck is False).",
        ),
        (LIFTS, ["lift"], {"not": {"all": []}}, "Any lift event – not (anything)."),
        (LIFTS, ["door.open"], {}, "Any event named door.open."),
        (LIFTS, ["lift.full", "LiftCo.news"], {}, "A lift is full, or nearly so, or LiftCo has news."),
        (LIFTS, ["*.called", "x.y"], {}, "Any event named *.called, or any event named x.y."),
        (None, ["push"], BOTS, "Any event named push – not by bots."),
        (
            LIFTS,
            ["lift.sent"],
            {"every": 1},
            "A lift is sent – where its filters, which cannot be read, let it through.",
        ),
    ],
)  # fmt: skip
def test_it_says_what_is_asked_for(
    source: Source | None, events: list[str], filters: Mapping[str, Any], said: str
) -> None:
    assert sentence(source, events, filters) == said


nasty = st.sampled_from(
    [
        *("a", "b", "A", "*", "a*", "true", "false", "or", "and", "not", "empty", "anything"),
        *("a or b", "a, b", "a)", "(a", "“a”", "a” or “b", "a, or b", "b, and not by a", " b", "–"),
    ]
)
patterns = st.lists(nasty.filter(str.strip), min_size=1, max_size=3)
named = st.sampled_from(
    [*(it.name for it in LIFTS.filterable), "Floor", "field", "the field “x”", "x"]
)
tests_of_lists = ("any_of", "all_of", "none_of")
conditions = st.sampled_from((*tests_of_lists, "empty")).flatmap(
    lambda test: st.fixed_dictionaries(
        {"attribute": named, test: patterns if test != "empty" else st.booleans()}
    )
)
groups = st.recursive(
    conditions,
    lambda inner: (
        st.builds(lambda many: {"all": many}, st.lists(inner, max_size=3))
        | st.builds(lambda many: {"any": many}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda one: {"not": one}, inner)
    ),
    max_leaves=4,
)
values = st.none() | nasty | st.booleans() | st.lists(nasty, max_size=3).map(tuple)
things = st.dictionaries(named, values, max_size=6)


@given(groups)
def test_every_attribute_and_every_value_is_in_it(filters: dict[str, Any]) -> None:
    said = sentence(LIFTS, ["*"], filters)
    for name, value in _asked(filters):
        shown = {it.name: it for it in LIFTS.filterable}
        words = _words(shown[name]) if name in shown else [f"the field “{name.replace('”', '””')}”"]
        assert any(word in said.lower() for word in map(str.lower, words)), (name, said)
        if value is not None and not (value == "true" and words[0] in said):
            assert value.strip().replace("”", "””") in said, (value, said)


def _words(attribute: Attribute) -> list[str]:
    """Its wording, and its label."""
    return [(attribute.phrase or attribute.label).replace("{}", "").strip(), attribute.label]


def _asked(node: Any) -> Iterable[tuple[str, str | None]]:
    if isinstance(node, list):
        for one in node:
            yield from _asked(one)
    elif "attribute" in node:
        for test, given_values in node.items():
            if test == "empty":
                yield node["attribute"], None
            elif test != "attribute":
                yield from ((node["attribute"], value) for value in given_values)
    else:
        for inner in node.values():
            yield from _asked(inner)


def _changes(node: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The filter with one thing in it changed."""
    yield {"not": node}
    if "attribute" in node:
        name = node["attribute"]
        for test, given_values in node.items():
            if test == "empty":
                yield {"attribute": name, "empty": not given_values}
            elif test != "attribute":
                for other in {"any_of", "all_of", "none_of"} - {test}:
                    yield {"attribute": name, other: given_values}
                yield {"attribute": name, test: [" or ".join(given_values)]}
                yield {"attribute": name, test: [", ".join(given_values)]}
                yield {"attribute": name, test: given_values[1:] or ["c"]}
                yield {"attribute": "tags" if name == "floor" else "floor", test: given_values}
                yield {"attribute": "Floor", test: given_values}
        return
    ((kind, inner),) = node.items()
    if kind == "not":
        yield inner
        yield from ({"not": one} for one in _changes(inner))
        return
    if inner:
        yield {"any" if kind == "all" else "all": inner}
        yield {"all": inner[1:]}
    for number, one in enumerate(inner):
        for changed in _changes(one):
            yield {kind: [*inner[:number], changed, *inner[number + 1 :]]}


@given(groups, st.lists(things, min_size=1, max_size=12), st.data())
def test_what_chooses_otherwise_is_said_otherwise(
    filters: dict[str, Any], events: list[dict[str, AttributeValue]], data: st.DataObject
) -> None:
    other = data.draw(st.sampled_from(list(_changes(filters))))
    read, changed = check_filters(filters), check_filters(other)
    assume(any(matches(read, event)[0] is not matches(changed, event)[0] for event in events))
    assert sentence(LIFTS, ["*"], filters) != sentence(LIFTS, ["*"], other)


WANTED = ["lift", "lift.called", "lift.sent", "lift.*", "*.sent", "door", "door.open", "door.shut", "Lift", "x", "any lift",
          "LiftCo.news", "liftco"]  # fmt: skip
TYPES = [*(it.name for it in LIFTS.event_types), "x", "x.y", "lift.new", "any lift"]


def test_events_that_are_chosen_otherwise_are_said_otherwise() -> None:
    seen: dict[str, tuple[bool, ...]] = {}
    for count in (1, 2, 3):
        for wanted in itertools.combinations(WANTED, count):
            chosen = tuple(any(match_type(one, it) for one in wanted) for it in TYPES)
            assert seen.setdefault(sentence(LIFTS, wanted, {}), chosen) == chosen, wanted


@pytest.mark.parametrize("source", [GitHub(), Jira()], ids=lambda it: it.name)
def test_each_attribute_of_a_source_is_said_in_its_own_way(source: Source) -> None:
    said = {
        sentence(source, ["*"], {"attribute": it.name, test: ["true"]}): (it.name, test)
        for it in source.filterable
        for test in ("any_of", "none_of")
    }
    assert len(said) == 2 * len(source.filterable)
    types = {sentence(source, [it.name], {}) for it in source.event_types}
    assert len(types) == len(source.event_types)


def test_a_page_is_told_it_in_its_own_language() -> None:
    source, registry = GitHub(), load(Settings(), {})
    german = languages.load(TEXTS, registry)
    asked = Request({"type": "http", "query_string": b"locale=de", "headers": []})
    said = sentence(
        source,
        ["pull_request.opened", "pull_request.reopened", "push"],
        {"all": [OCTO, BOTS, LABELS, {"attribute": "milestone", "empty": True}]},
    )
    assert said.startswith("A pull request is opened or reopened, or any push event – in octo/*,")
    assert german.of(asked).catalogue.say(said) == (
        "Ein Pull Request wird geöffnet oder wieder geöffnet oder jedes Ereignis von push – "
        "in octo/*, nicht von Bots, mit dem Label bug oder security, wenn Meilenstein leer ist."
    )
