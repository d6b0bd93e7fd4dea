import re
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from bridge.cards.adaptive import adaptive_message
from bridge.cards.card import Card, Items, plain
from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.cards.messagecard import message_card
from tests.plugins.github import (
    ATTRIBUTES,
    FORGOTTEN,
    GITHUB,
    block_texts,
    of_sample,
    parse,
    render,
    texts,
)

LIMIT = 28 * 1024
EXAMPLES = Path(__file__).parents[2] / "node_modules/@octokit/webhooks-examples"
SETS = {
    "api.github.com": 329,
    "ghes-31": 49,
    "ghes-32": 49,
    "ghes-33": 50,
    "ghes-34": 124,
    "ghes-35": 125,
}
"""How many payloads there are of github.com and of each Enterprise Server."""


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

TYPES = {kind.name for kind in GITHUB.event_types}

UNRENDERED = re.compile(FORGOTTEN.pattern + r"|\{\{|\{%|[{\[]\s*['\"]\w+['\"]\s*[:,\]]")


@cache
def examples(server: str) -> list[tuple[str, dict[str, Any]]]:
    path = EXAMPLES / server / "index.json"
    if not path.exists():
        pytest.skip("GitHub's example payloads are missing: install npm and run `npm ci`.")
    return [
        (event["name"], payload)
        for event in orjson.loads(path.read_bytes())
        for payload in event["examples"]
    ]


@pytest.mark.parametrize("server", SETS)
def test_every_payload_of_githubs_becomes_a_card_of_its_own_that_reads_well_in_both_formats(
    server: str,
) -> None:
    found = examples(server)
    assert len(found) == SETS[server]
    for number, (event, payload) in enumerate(found):
        where = f"{server}, example {number}: {event}"
        parsed = parse(event, payload)
        assert parsed.type in TYPES or event == "repository_dispatch", where
        assert (GITHUB.folder / "cards" / f"{event}.j2").is_file(), where
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
