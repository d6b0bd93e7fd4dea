from typing import Any

import pytest

from tests.plugins.github import ATTRIBUTES, GITHUB, of_sample, parse


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
            {
                "environment": "mission-control",
                "state": "success",
                "conclusion": "success",
                "branch": "v2.1.0",
            },
        ),
        (
            "push__branch",
            {"paths": ("array/hinge.py", "tests/test_hinge_cold.py", "array/latch.py")},
        ),
        ("push__branch_new", {"author": ("kenji-mori",)}),
        ("deployment_status__created_in_progress", {"conclusion": None, "state": "in_progress"}),
        (
            "status__pending",
            {
                "branch": ("main", "release/2.1"),
                "default_branch": True,
                "conclusion": None,
                "check": "ci/wind-tunnel",
            },
        ),
        ("status__failure", {"branch": "main", "conclusion": "failure", "state": "failure"}),
        (
            "workflow_job__waiting",
            {"workflow": "Release", "check": "deploy", "environment": "production"},
        ),
        ("workflow_dispatch__no_inputs", {"tag": "v2.1.0", "branch": None}),
        (
            "deployment_review__approved",
            {"environment": ("production", "mission-control"), "workflow": "Release"},
        ),
        ("deployment_review__requested", {"reviewers": ("lena-voss", "flight-crew")}),
        (
            "merge_group__destroyed_merged",
            {"base_branch": "main", "default_branch": True, "state_reason": "merged"},
        ),
        (
            "code_scanning_alert__created",
            {
                "severity": "error",
                "rule": "py/command-line-injection",
                "app": "CodeQL",
                "branch": "main",
                "paths": ("countdown/console.py",),
                "state": "open",
            },
        ),
        (
            "dependabot_alert__dismissed",
            {
                "severity": "critical",
                "ecosystem": "pip",
                "package": "telemetry-codec",
                "state": "dismissed",
                "state_reason": "tolerable_risk",
            },
        ),
        ("repository_vulnerability_alert__create", {"severity": "medium"}),
        (
            "security_advisory__published",
            {"ecosystem": ("pip",), "package": ("telemetry-codec",), "actor": "GitHub"},
        ),
        (
            "secret_scanning_alert__resolved",
            {"secret_type": "orbit_ground_station_key", "state": "resolved"},
        ),
        (
            "bypass_request_secret_scanning__response_submitted_rejected",
            {"author": "kenji-mori", "state": "rejected", "branch": ("feature/radio",)},
        ),
        ("discussion_comment__created", {"category": "Q&A", "on": "discussion"}),
        ("projects_v2__created", {"project": ("Road to orbit", "7")}),
        ("membership__added", {"member": "tomas-reyes", "team": "flight-crew"}),
        ("installation__created", {"app": "orbit-updater", "organization": "acme-rockets"}),
        ("package__published_container", {"package": "launchpad", "ecosystem": "container"}),
        ("repository__publicized", {"private": False, "visibility": "public"}),
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
    attributes = parse("teleport", {"sender": sender}).attributes
    assert (attributes["actor"], attributes["actor_is_bot"]) == (actor, is_bot)
