from typing import Any
from urllib.parse import urlencode

import pytest

import bridge_github
from bridge.cards.card import plain
from bridge.errors import InvalidSignature, ParseError, UnreadableRequest
from bridge.models import InboundRequest
from bridge.testing import SourceChecks
from bridge_github.node import Node
from bridge_github.parts import took
from bridge_github.source import GitHub
from tests.plugins.github import (
    GITHUB,
    endpoint,
    of_sample,
    parse,
    render,
    request,
)


class TestFixtures(SourceChecks):
    source = GITHUB


def test_the_package_registers_the_source() -> None:
    (source,) = bridge_github.register_sources()
    assert isinstance(source, GitHub)


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


def test_labels_of_types_tell_them_apart() -> None:
    labels = [kind.label for kind in GITHUB.event_types]
    assert len(set(labels)) == len(labels)
    assert any(kind.default for kind in GITHUB.event_types)


@pytest.mark.parametrize(
    ("event", "action", "expected"),
    [
        ("teleport", "edited", "teleport.edited"),
        ("teleport", None, "teleport"),
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
        "teleport": {"name": "bug", "description": "Something is *wrong*"},
        "repository": {"full_name": "octo/repo", "html_url": "https://github.com/octo/repo"},
        "sender": {"login": "octocat", "html_url": "https://github.com/octocat"},
    }
    card = render(parse("teleport", payload))
    assert plain(card.title) == "octocat: teleport edited in octo/repo"
    assert plain(card.author) == "octocat in octo/repo"
    assert [*map(plain, (block.line for block in card.text))] == ["bug", "Something is wrong"]  # type: ignore[union-attr]  # both are paragraphs
    assert card.actions[0].url == card.url == "https://github.com/octo/repo"


@pytest.mark.parametrize(
    ("event", "payload", "expected"),
    [
        ("orbit_alert", {"alert": {"html_url": "https://e.org/a"}}, "https://e.org/a"),
        ("clone", {"clonee": {"html_url": "https://e.org/clone"}}, "https://e.org/clone"),
        ("orbit", {"target_url": "https://e.org/build"}, "https://e.org/build"),
        ("pilot", {"pilot": {"html_url": "javascript:alert(1)"}}, "https://e.org/me"),
        ("orbit", {}, "https://e.org/me"),
        (
            "orbit_advisory",
            {"sender": {}, "orbit_advisory": {"references": [{"url": "https://e.org/ad"}]}},
            "https://e.org/ad",
        ),
        ("orbit", {"sender": None}, None),
    ],
)
def test_the_best_link_of_an_unknown_event(
    event: str, payload: dict[str, Any], expected: str | None
) -> None:
    sender = {"login": "octocat", "html_url": "https://e.org/me"}
    assert parse(event, {"sender": sender, **payload}).url == expected


# Reading


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:09Z", "9 s"),
        ("2026-11-20T10:00:00Z", "2026-11-20T11:03:12.500+01:00", "3 min 12 s"),
        ("2026-11-20T10:00:00Z", "2026-11-20T12:05:59Z", "2 h 5 min"),
        ("2026-11-20T10:00:00Z", "2026-11-20T09:00:00Z", None),
        ("2026-11-20T10:00:00", "2026-11-20T10:00:09Z", None),
        ("yesterday", "2026-11-20T10:00:09Z", None),
        (None, 7, None),
    ],
)
def test_how_long_it_took(start: object, end: object, expected: str | None) -> None:
    assert took(Node({"start": start, "end": end}), "start", "end") == expected


@pytest.mark.parametrize(
    "text",
    ["https://[", "javascript:alert(1)", "//github.com", "https://", "github.com", " ", 7, None],
)
def test_what_is_no_web_address_is_no_link(text: object) -> None:
    assert Node({"html_url": text}).link("html_url") is None
