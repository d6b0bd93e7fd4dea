"""What the built-in sources offer on cards, and what they ask of their systems."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.action import Call, Done, Reply
from bridge.models import Endpoint, InboundRequest, ParsedEvent
from bridge.source import Source
from bridge_generic.acting import check
from bridge_github.source import GitHub
from bridge_jira.source import Jira
from tests.store.making import an_endpoint

GITHUB, JIRA = GitHub(), Jira()
ENDPOINT: Endpoint = an_endpoint()


def part(source: Source, fixture: str) -> ParsedEvent:
    sample = source.sample(fixture)
    (found,) = source.parse(InboundRequest(sample.headers, sample.body), ENDPOINT)
    return found


@pytest.mark.parametrize(
    ("fixture", "titles"),
    [
        ("issues__opened", ["Comment", "Close"]),
        ("issues__closed", ["Comment", "Reopen"]),
        ("pull_request__opened", ["Comment", "Approve", "Close"]),
        ("issue_comment__created", ["Comment"]),
        ("workflow_run__completed_failure", ["Run again"]),
        ("workflow_run__completed_success", []),
    ],
)
def test_what_github_s_cards_offer(fixture: str, titles: list[str]) -> None:
    assert [one.title for one in GITHUB.actions(part(GITHUB, fixture), ENDPOINT)] == titles


@pytest.mark.parametrize("source", [GITHUB, JIRA], ids=["github", "jira"])
def test_whatever_is_offered_can_be_done(source: Source) -> None:
    """Of every sample: the calls lead to paths of its own system, and end whatever is answered."""
    offered = 0
    for sample in source.samples:
        for event in source.parse(InboundRequest(sample.headers, sample.body), ENDPOINT):
            for action in source.actions(event, ENDPOINT):
                offered += 1
                entered = {one.id: ("x",) for one in action.inputs}
                call = source.act(action.name, entered, event, ENDPOINT, [])
                assert isinstance(call, Call)
                assert call.path.startswith(("/repos/", "/rest/api/2/issue/"))
                refused = [Reply(403, b'{"message": "No", "errorMessages": ["No"]}')]
                done = source.act(action.name, entered, event, ENDPOINT, refused)
                assert isinstance(done, Done)
                assert (done.ok, "403" in done.said) == (False, True)
    assert offered > 50


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_payload_leads_a_call_elsewhere(repository: str, url: str) -> None:
    event = ParsedEvent(
        "issues.opened", attributes={"repository": repository}, url=f"https://github.com/{url}"
    )
    for action in GITHUB.actions(event, ENDPOINT):
        call = GITHUB.act(action.name, {"comment": ("x",)}, event, ENDPOINT, [])
        assert isinstance(call, Call)
        head, *rest = call.path.split("/")
        assert (head, rest[0], rest[1:3]) == ("", "repos", repository.split("/"))
        assert ".." not in call.path
        assert "?" not in call.path


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["name", "title", "path", "inputs", "id", "kind", "x"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_is_given_as_actions_is_taken_or_named(given: object) -> None:
    problems = check(given)
    assert all(name.startswith("config.actions") and said for name, said in problems.items())
    if not problems:
        assert isinstance(given, list)
        assert orjson.dumps(given)
