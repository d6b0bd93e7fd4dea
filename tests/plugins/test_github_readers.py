"""What GitHub's payloads leave out, or have otherwise than usual."""

from typing import Any

import pytest

from bridge.cards.card import plain
from tests.plugins.github import parse, render, texts

REPOSITORY = {"full_name": "octo/repo", "html_url": "https://ghe.example/octo/repo"}
SENDER = {"login": "octocat", "html_url": "https://ghe.example/octocat"}


def full(payload: dict[str, Any]) -> dict[str, Any]:
    return {"repository": REPOSITORY, "sender": SENDER, **payload}


@pytest.mark.parametrize(
    ("event", "payload", "expected"),
    [
        ("deployment", {"deployment": {"ref": "main"}}, "deployment.created"),
        ("deployment_status", {"deployment_status": {"state": "x"}}, "deployment_status.created"),
        ("status", {"state": "error"}, "status.error"),
        ("status", {"state": "confused"}, "status"),
        ("gollum", {"pages": []}, "gollum"),
        ("repository_dispatch", {"action": "go / now"}, "repository_dispatch.go_now"),
    ],
)
def test_the_type_of_what_has_no_action(event: str, payload: dict[str, Any], expected: str) -> None:
    parsed = parse(event, full(payload))
    assert parsed.type == expected
    assert render(parsed).actions


@pytest.mark.parametrize(
    ("event", "payload", "path"),
    [
        ("code_scanning_alert", {"alert": {"number": 7}}, "octo/repo/security/code-scanning/7"),
        ("dependabot_alert", {"alert": {"number": 7}}, "octo/repo/security/dependabot/7"),
        (
            "repository_vulnerability_alert",
            {"action": "create", "alert": {"number": 7}},
            "octo/repo/security/dependabot/7",
        ),
        (
            "repository_vulnerability_alert",
            {"action": "create", "alert": {"severity": "low"}},
            "octo/repo/security/dependabot",
        ),
        ("secret_scanning_alert", {"alert": {"number": 7}}, "octo/repo/security/secret-scanning/7"),
        (
            "merge_group",
            {"merge_group": {"base_ref": "refs/heads/main", "head_ref": "refs/heads/x"}},
            "octo/repo/queue/main",
        ),
        (
            "merge_group",
            {"merge_group": {"head_ref": "refs/heads/gh-readonly-queue/rel/2/pr-9-abc"}},
            "octo/repo/pull/9",
        ),
        (
            "deployment_protection_rule",
            {
                "deployment": {"ref": "main"},
                "deployment_callback_url": "https://api.ghe.example/repos/octo/repo/actions/runs/5/x",
            },
            "octo/repo/actions/runs/5",
        ),
        (
            "deployment_protection_rule",
            {"deployment": {"ref": "main"}, "environment": "pad 9"},
            "octo/repo/deployments/pad%209",
        ),
        (
            "label",
            {"action": "created", "label": {"name": "a/b c"}},
            "octo/repo/labels/a%2Fb%20c",
        ),
        ("label", {"action": "deleted", "label": {"name": "a"}}, "octo/repo/labels"),
        (
            "workflow_dispatch",
            {"workflow": ".github/workflows/x.yml", "ref": "refs/heads/main"},
            "octo/repo/actions/workflows/x.yml",
        ),
        (
            "check_suite",
            {"action": "completed", "check_suite": {"head_sha": "abc"}},
            "octo/repo/commit/abc/checks",
        ),
        (
            "projects_v2",
            {
                "action": "created",
                "repository": None,
                "organization": {"login": "octo"},
                "projects_v2": {"number": 3, "title": "T"},
            },
            "orgs/octo/projects/3",
        ),
        (
            "project_card",
            {
                "action": "moved",
                "project_card": {"content_url": "https://api.ghe.example/repos/octo/repo/issues/4"},
            },
            "octo/repo/issues/4",
        ),
        (
            "sponsorship",
            {"action": "created", "repository": None, "sponsorship": {"sponsorable": SENDER}},
            "sponsors/octocat",
        ),
    ],
)
def test_a_link_that_github_does_not_give(event: str, payload: dict[str, Any], path: str) -> None:
    parsed = parse(event, full(payload))
    assert parsed.url == f"https://ghe.example/{path}"
    assert parsed.url in {action.url for action in render(parsed).actions}


@pytest.mark.parametrize(
    ("event", "payload", "title"),
    [
        (
            "member",
            {"action": "removed", "member": SENDER},
            "octocat left octo/repo",
        ),
        (
            "membership",
            {"action": "added", "member": SENDER, "team": {"name": "Crew"}},
            "octocat joined the team Crew",
        ),
        (
            "organization",
            {
                "action": "member_invited",
                "organization": {"login": "octo"},
                "invitation": {"login": None, "email": "someone@example.com"},
            },
            "octocat invited somebody to octo",
        ),
        (
            "page_build",
            {"build": {"status": "building"}},
            "GitHub Pages is building the site of octo/repo",
        ),
        (
            "issue_relates_to",
            {"action": "relates_to_added", "issue": {"number": 4}},
            "octocat marked #4 as related to an issue elsewhere",
        ),
        (
            "deployment_review",
            {"action": "requested", "workflow_run": {"name": "Go", "run_number": 4}},
            "Go #4 waits for an approval to deploy to an environment",
        ),
        (
            "gollum",
            {"pages": [{"title": "A"}, {"title": "B"}]},
            "octocat edited 2 pages of the wiki",
        ),
        (
            "repository",
            {"action": "teleported"},
            "octocat teleported the repository octo/repo",
        ),
        (
            "secret_scanning_alert",
            {"action": "resolved", "alert": {"number": 7, "resolution": "used_in_tests"}},
            "octocat closed secret scanning alert #7 as used in tests",
        ),
    ],
)
def test_what_is_said_of_it(event: str, payload: dict[str, Any], title: str) -> None:
    assert plain(render(parse(event, full(payload))).title) == title


def test_what_opens_a_door_is_not_repeated() -> None:
    hook = {"config": {"url": "https://bridge.example/hooks/unguessable", "secret": "hush"}}
    key = {"key": "ssh-ed25519 AAAAC3Nz", "title": "Pad", "read_only": True}
    alert = {"number": 7, "secret": "hunter2", "secret_type": "x"}
    payload = {"action": "deleted", "hook": hook, "key": key, "alert": alert}
    for event in ("meta", "deploy_key", "secret_scanning_alert"):
        parsed = parse(event, full(payload))
        shown = " ".join(texts(render(parsed))) + repr((parsed.attributes, parsed.context))
        for secret in ("unguessable", "hush", "AAAAC3Nz", "hunter2"):
            assert secret not in shown, event


def test_a_push_gives_no_more_paths_than_can_be_filtered_on() -> None:
    commits = [
        {"added": [f"a/{n}/{m}" for m in range(100)], "removed": ["a/0/0"]} for n in range(40)
    ]
    parsed = parse("push", full({"ref": "refs/heads/main", "commits": commits}))
    paths = parsed.attributes["paths"]
    assert isinstance(paths, tuple)
    assert len(paths) == len(set(paths)) == 3000
