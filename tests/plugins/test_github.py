import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.cards.adaptive import adaptive_message
from bridge.cards.card import Block, Card, CodeBlock, Items, plain
from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.cards.messagecard import message_card
from bridge.cards.templates import CardRenderer
from bridge.errors import InvalidSignature, ParseError, UnreadableRequest
from bridge.models import Endpoint, EndpointSecret, InboundRequest, ParsedEvent
from bridge_github.source import GitHub

LIMIT = 28 * 1024
NOW = datetime(2026, 11, 20, tzinfo=UTC)
EXAMPLES = Path("node_modules/@octokit/webhooks-examples/api.github.com/index.json")
GITHUB = GitHub()
RENDERER = CardRenderer()
DECLARED = {kind.name for kind in GITHUB.event_types}
ATTRIBUTES = {attribute.name for attribute in GITHUB.attributes}


def endpoint(*secrets: str) -> Endpoint:
    kept = tuple(
        EndpointSecret(id=f"key_{n}", value=SecretStr(secret), created_at=NOW)
        for n, secret in enumerate(secrets)
    )
    return Endpoint("ep_test", "github", "test", kept, "operator", NOW)


def request(event: str, payload: Any, **headers: str) -> InboundRequest:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return InboundRequest({**GITHUB.sample_headers(event), **headers}, body)


def parse(event: str, payload: Any, **headers: str) -> ParsedEvent:
    (parsed,) = GITHUB.parse(request(event, payload, **headers), endpoint())
    return parsed


def of_sample(name: str) -> ParsedEvent:
    sample = GITHUB.sample(name)
    (parsed,) = GITHUB.parse(InboundRequest(sample.headers, sample.body), endpoint())
    return parsed


def render(event: ParsedEvent) -> Card:
    return RENDERER.render(GITHUB, endpoint(), event)


def texts(card: Card) -> Iterator[str]:
    yield plain(card.title)
    yield plain(card.author)
    yield card.summary
    for block in card.text:
        yield from block_texts(block)
    for fact in card.facts:
        yield fact.name
        yield plain(fact.value)
    for action in card.actions:
        yield action.title


def block_texts(block: Block) -> Iterator[str]:
    if isinstance(block, CodeBlock):
        yield block.text
    elif isinstance(block, Items):
        yield from map(plain, block.lines)
    else:
        yield plain(block.line)


# Proof of the sender


def test_the_signature_of_githubs_own_documentation_is_accepted() -> None:
    signed = InboundRequest(
        {
            "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        },
        b"Hello, World!",
    )
    GITHUB.verify(signed, endpoint("another", "It's a Secret to Everybody"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hub-signature": "sha1=0000"},
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha256=" + "0" * 64},
        {"x-hub-signature-256": "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
    ],
)
def test_anything_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(InvalidSignature):
        GITHUB.verify(
            InboundRequest(headers, b"Hello, World!"), endpoint("It's a Secret to Everybody")
        )


def test_what_is_signed_is_accepted_with_that_secret_only() -> None:
    body = b"payload=%7B%7D"
    signed = InboundRequest(GITHUB.sign(body, "right"), body)
    GITHUB.verify(signed, endpoint("right"))
    with pytest.raises(InvalidSignature):
        GITHUB.verify(signed, endpoint("wrong"))


# The request


def test_a_delivery_is_identified_by_githubs_id() -> None:
    sent = request("push", {}, **{"x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958"})
    assert GITHUB.identify(sent, endpoint()) == "72d3162e-cc78-11e3-81ab-4c9367dc0958"


def test_a_delivery_without_an_id_is_left_to_the_core() -> None:
    assert GITHUB.identify(InboundRequest({"x-github-event": "push"}, b"{}"), endpoint()) is None


@pytest.mark.parametrize("event", [None, "", "Push", "../push", "push.force", "push\n", "x" * 99])
def test_a_request_that_names_no_event_is_not_githubs(event: str | None) -> None:
    sent = InboundRequest({} if event is None else {"x-github-event": event}, b"{}")
    with pytest.raises(UnreadableRequest, match="X-GitHub-Event"):
        GITHUB.identify(sent, endpoint())
    with pytest.raises(UnreadableRequest, match="X-GitHub-Event"):
        GITHUB.parse(sent, endpoint())


@pytest.mark.parametrize("content_type", ["form", "form; charset=utf-8"])
def test_a_form_says_the_same_as_json(content_type: str) -> None:
    sample = GITHUB.sample("pull_request__opened")
    media_type = content_type.replace("form", "application/x-www-form-urlencoded")
    form = urlencode({"payload": sample.body.decode()}).encode()
    assert parse("pull_request", form, **{"content-type": media_type}) == of_sample(sample.name)


@pytest.mark.parametrize(
    ("content_type", "body", "error", "reason"),
    [
        ("application/json", b"{", UnreadableRequest, "not JSON"),
        ("application/json", b"", UnreadableRequest, "not JSON"),
        ("application/json", b"[]", ParseError, "not a JSON object"),
        ("application/x-www-form-urlencoded", b"a=b", UnreadableRequest, "no `payload`"),
        ("application/x-www-form-urlencoded", b"payload=", UnreadableRequest, "not JSON"),
        ("application/x-www-form-urlencoded", b"payload=3", ParseError, "not a JSON object"),
        ("application/x-www-form-urlencoded", b"\xff", UnreadableRequest, "not a form"),
        ("application/json", b'{"issue": 7}', ParseError, "no `issue` object"),
    ],
)
def test_what_cannot_be_read_says_why(
    content_type: str, body: bytes, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        parse("issues", body, **{"content-type": content_type})


# Event types


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("push__branch", "push.branch"),
        ("push__branch_new_empty", "push.branch"),
        ("push__force", "push.force"),
        ("push__tag_moved", "push.tag"),
        ("push__delete_tag", "push.delete"),
        ("pull_request__merged", "pull_request.merged"),
        ("pull_request__closed", "pull_request.closed"),
        ("create__tag", "create.tag"),
        ("delete__branch", "delete.branch"),
        ("ping__organization", "ping"),
        ("label__edited", "label.edited"),
    ],
)
def test_what_subscribers_tell_apart_has_a_type_of_its_own(sample: str, expected: str) -> None:
    assert of_sample(sample).type == expected


def test_every_declared_type_has_a_sample() -> None:
    assert {of_sample(sample.name).type for sample in GITHUB.samples} >= DECLARED


def test_labels_of_types_tell_them_apart() -> None:
    labels = [kind.label for kind in GITHUB.event_types]
    assert len(set(labels)) == len(labels)
    assert any(kind.default for kind in GITHUB.event_types)


@pytest.mark.parametrize(
    ("event", "action", "expected"),
    [
        ("label", "edited", "label.edited"),
        ("fork", None, "fork"),
        ("repository_dispatch", "on-demand-test", "repository_dispatch.on-demand-test"),
        ("repository_dispatch", "deploy / now!", "repository_dispatch.deploy_now"),
        ("repository_dispatch", " ** ", "repository_dispatch"),
        ("issues", "teleported", "issues.teleported"),
    ],
)
def test_what_is_not_declared_still_has_a_type(
    event: str, action: str | None, expected: str
) -> None:
    payload = {"action": action, "issue": {"number": 1}, "sender": {"login": "octocat"}}
    parsed = parse(event, payload)
    assert parsed.type == expected
    assert "octocat" in plain(render(parsed).title)


def test_an_unknown_event_says_who_did_what_where_and_leads_there() -> None:
    payload = {
        "action": "edited",
        "label": {"name": "bug", "description": "Something is *wrong*"},
        "repository": {"full_name": "octo/repo", "html_url": "https://github.com/octo/repo"},
        "sender": {"login": "octocat", "html_url": "https://github.com/octocat"},
    }
    card = render(parse("label", payload))
    assert plain(card.title) == "octocat: label edited in octo/repo"
    assert plain(card.author) == "octocat in octo/repo"
    assert [*map(plain, (block.line for block in card.text))] == ["bug", "Something is wrong"]  # type: ignore[union-attr]  # both are paragraphs
    assert card.actions[0].url == card.url == "https://github.com/octo/repo"


@pytest.mark.parametrize(
    ("event", "payload", "expected"),
    [
        ("code_scanning_alert", {"alert": {"html_url": "https://e.org/a"}}, "https://e.org/a"),
        ("fork", {"forkee": {"html_url": "https://e.org/fork"}}, "https://e.org/fork"),
        ("status", {"target_url": "https://e.org/build"}, "https://e.org/build"),
        ("member", {"member": {"html_url": "javascript:alert(1)"}}, "https://e.org/me"),
        ("star", {}, "https://e.org/me"),
        (
            "security_advisory",
            {"sender": {}, "security_advisory": {"references": [{"url": "https://e.org/ad"}]}},
            "https://e.org/ad",
        ),
        ("meta", {"sender": None}, None),
    ],
)
def test_the_best_link_of_an_unknown_event(
    event: str, payload: dict[str, Any], expected: str | None
) -> None:
    sender = {"login": "octocat", "html_url": "https://e.org/me"}
    assert parse(event, {"sender": sender, **payload}).url == expected


# Attributes


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (
            "pull_request__opened",
            {
                "repository": "acme-rockets/launchpad",
                "organization": "acme-rockets",
                "visibility": "private",
                "actor": "ada-okafor",
                "actor_is_bot": False,
                "author": "ada-okafor",
                "reviewers": ("kenji-mori", "flight-crew"),
                "title": "Fold the solar array before docking",
                "labels": ("hardware", "safety"),
                "state": "open",
                "draft": False,
                "branch": "feature/fold-array",
                "base_branch": "main",
                "default_branch": True,
            },
        ),
        ("pull_request__merged", {"state": "merged", "milestone": "First crewed flight"}),
        ("pull_request__labeled", {"label": "safety"}),
        ("pull_request__opened_bot", {"actor": "orbit-updater[bot]", "actor_is_bot": True}),
        ("pull_request_review__submitted_approved", {"state": "approved", "author": "ada-okafor"}),
        ("issues__closed_not_planned", {"state": "closed", "state_reason": "not_planned"}),
        ("issues__typed", {"issue_type": "Bug"}),
        ("issues__assigned", {"assignees": ("kenji-mori",)}),
        ("issue_comment__created", {"on": "issue", "author": "lena-voss", "actor": "kenji-mori"}),
        ("issue_comment__created_on_pull_request", {"on": "pull request"}),
        ("push__branch", {"branch": "main", "default_branch": True}),
        ("push__branch_new", {"branch": "feature/abort-button", "default_branch": False}),
        ("push__tag", {"tag": "v2.1.0"}),
        ("create__branch", {"branch": "release/2.1"}),
        ("delete__tag", {"tag": "v2.1.0"}),
        ("release__published_prerelease", {"tag": "v2.1.0-rc1", "prerelease": True}),
        (
            "workflow_run__completed_failure",
            {
                "workflow": "Build and test",
                "conclusion": "failure",
                "branch": "main",
                "trigger": "push",
                "state": "completed",
            },
        ),
        (
            "check_run__completed_failure",
            {"check": "cold hinge", "branch": "feature/fold-array", "base_branch": "main"},
        ),
        (
            "deployment_status__created_success",
            {"environment": "mission-control", "state": "success", "branch": "v2.1.0"},
        ),
    ],
)
def test_attributes_are_what_the_payload_gives(sample: str, expected: dict[str, Any]) -> None:
    attributes = of_sample(sample).attributes
    assert {name: attributes.get(name) for name in expected} == expected


def test_every_attribute_given_is_declared_and_every_declared_one_is_given() -> None:
    given_names = {name for sample in GITHUB.samples for name in of_sample(sample.name).attributes}
    assert given_names == ATTRIBUTES


@pytest.mark.parametrize(
    ("sender", "actor", "is_bot"),
    [
        ({"login": "octocat", "type": "User"}, "octocat", False),
        ({"login": "renamer", "type": "Bot"}, "renamer", True),
        ({"login": "dependabot[bot]"}, "dependabot[bot]", True),
        (None, "GitHub", False),
    ],
)
def test_every_event_has_an_actor(sender: object, actor: str, is_bot: bool) -> None:
    attributes = parse("star", {"sender": sender}).attributes
    assert (attributes["actor"], attributes["actor_is_bot"]) == (actor, is_bot)


# Cards


@pytest.mark.parametrize(
    ("sample", "title", "accent"),
    [
        ("push__branch", "ada-okafor pushed 3 commits to main", "accent"),
        (
            "push__branch_new",
            "kenji-mori pushed 1 commit to the new branch feature/abort-button",
            "accent",
        ),
        ("push__force", "kenji-mori force-pushed 1 commit to feature/abort-button", "warning"),
        ("push__force_back", "lena-voss force-pushed experiment", "warning"),
        ("push__delete", "kenji-mori deleted the branch feature/abort-button", "neutral"),
        ("push__tag", "ada-okafor pushed the tag v2.1.0", "accent"),
        (
            "pull_request__opened_draft",
            "ada-okafor opened draft pull request #112: Fold the solar array before docking",
            "neutral",
        ),
        (
            "pull_request__merged",
            "kenji-mori merged pull request #112 into main: Fold the solar array before docking",
            "accent",
        ),
        (
            "pull_request_review__submitted_changes_requested",
            "kenji-mori requested changes to pull request #112: Fold the solar array before docking",
            "warning",
        ),
        (
            "issue_comment__created_on_pull_request",
            "lena-voss commented on pull request #112: Fold the solar array before docking",
            "neutral",
        ),
        ("release__published", "ada-okafor published the release 2.1 “Soft landing”", "good"),
        ("workflow_run__completed_failure", "Build and test #482 failed on main", "attention"),
        (
            "check_run__completed_success",
            "cold hinge succeeded on feature/fold-array",
            "good",
        ),
        ("deployment_status__created_success", "v2.1.0 was deployed to mission-control", "good"),
        ("ping__organization", "GitHub is connected to acme-rockets", "good"),
    ],
)
def test_titles_say_what_happened_and_colours_how_it_went(
    sample: str, title: str, accent: str
) -> None:
    card = render(of_sample(sample))
    assert (plain(card.title), card.accent) == (title, accent)


def test_a_push_of_many_commits_lists_five_and_counts_the_others() -> None:
    card = render(of_sample("push__branch_many_commits"))
    items, more = card.text
    assert isinstance(items, Items)
    assert len(items.lines) == 5
    assert [*block_texts(more)] == ["… and 3 more"]


def test_a_deleted_comment_is_not_repeated() -> None:
    assert "password" not in " ".join(texts(render(of_sample("issue_comment__deleted"))))


def test_no_card_has_two_buttons_or_links_of_its_title_that_lead_apart() -> None:
    for sample in GITHUB.samples:
        card = render(of_sample(sample.name))
        links = {span.link for span in card.title if span.link}
        assert links <= {action.url for action in card.actions}, sample.name
        assert card.url is None or card.url in {action.url for action in card.actions}, sample.name


# GitHub's own payloads

FORGOTTEN = re.compile(r"\bNone\b|\bundefined\b|<built-in|object at 0x")
UNRENDERED = re.compile(FORGOTTEN.pattern + r"|\{\{|\{%|[{\[]\s*['\"]\w+['\"]\s*[:,\]]")


def examples() -> list[tuple[str, dict[str, Any]]]:
    if not EXAMPLES.exists():
        pytest.skip("GitHub's example payloads are missing: install npm and run `npm ci`.")
    return [
        (event["name"], payload)
        for event in orjson.loads(EXAMPLES.read_bytes())
        for payload in event["examples"]
    ]


def test_every_payload_of_githubs_becomes_a_card_that_reads_well_in_both_formats() -> None:
    found = examples()
    assert len(found) == 329
    for number, (event, payload) in enumerate(found):
        where = f"example {number}: {event}"
        parsed = parse(event, payload)
        assert parsed.type.partition(".")[0] == event, where
        assert {*parsed.attributes} <= ATTRIBUTES, where
        card = render(parsed)
        assert card.summary, where
        assert card.url, where
        for text in texts(card):
            assert text.strip(), where
            assert not UNRENDERED.search(text), f"{where}: {text}"
        in_both_formats(card, where)


def in_both_formats(card: Card, where: str) -> None:
    message, adaptive = message_card(card), adaptive_message(card)
    assert not check_message_card(message), where
    assert not check_adaptive_message(adaptive), where
    assert max(len(orjson.dumps(message)), len(orjson.dumps(adaptive))) <= LIMIT, where


# Whatever else may come

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["{{ 7 * 7 }}", "https://[", "2026-01-01T00:00:00", "deleted", "\x00", "[x](y)"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["login", "title", "name", "html_url", "x"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a JSON value with each of its keys."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_value_in_place_of_any_other_harms_nothing(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(GITHUB.samples))
    payload = orjson.loads(sample.body)
    found = [*places(payload)]
    for index in data.draw(
        st.lists(st.integers(0, len(found) - 1), min_size=1, max_size=4), label="places"
    ):
        holder, key = found[index]
        holder[key] = data.draw(JSON, label=str(key))
    try:
        parsed = parse(sample.headers["x-github-event"], orjson.dumps(payload))
    except (ParseError, UnreadableRequest):
        return
    assert parsed.attributes["actor"]
    assert isinstance(parsed.attributes["actor_is_bot"], bool)
    card = render(parsed)
    assert not any(map(FORGOTTEN.search, texts(card)))
    assert not check_message_card(message_card(card))
    assert not check_adaptive_message(adaptive_message(card))
