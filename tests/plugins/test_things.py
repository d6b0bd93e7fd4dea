"""What an event is about and when it happened: the same thing under the same name, and times that only go forward."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.models import Endpoint, InboundRequest, ParsedEvent
from bridge_github.things import KINDS
from bridge_jira.parse import parse as parse_jira
from bridge_jira.source import Jira
from bridge_jira.things import NAMES
from tests.plugins import github

JIRA = Jira()
REPOSITORY = {"full_name": "octo/repo"}
AT = datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
ENDPOINT = Endpoint("ep_test", "jira", "test", (), "operator", AT)


def of(event: str, payload: dict[str, Any]) -> tuple[str | None, datetime | None]:
    parsed = github.parse(event, {"repository": REPOSITORY, **payload})
    return parsed.object, parsed.at


def jira_sample(name: str) -> ParsedEvent:
    sample = JIRA.sample(name)
    (parsed,) = JIRA.parse(InboundRequest(sample.headers, sample.body), ENDPOINT)
    return parsed


def test_an_issue_is_one_thing_whatever_happens_to_it() -> None:
    samples = [one.name for one in github.GITHUB.samples if one.name.startswith("issues__")]
    assert len(samples) > 20
    things = {github.of_sample(name).object for name in samples}
    assert things == {"issue acme-rockets/launchpad#98"}


def test_what_has_the_same_number_is_not_the_same_thing() -> None:
    """An issue, a comment, a review and an alert may all be number 7 of a repository, and have times of their own."""
    issue = {"number": 7, "id": 7, "title": "t", "updated_at": "2026-11-20T09:15:00Z"}
    later = {"number": 7, "id": 7, "updated_at": "2026-11-21T09:15:00Z"}
    found = {
        of("issues", {"action": "labeled", "issue": issue}),
        of("pull_request", {"action": "labeled", "pull_request": issue}),
        of("discussion", {"action": "labeled", "discussion": issue}),
        of("issue_comment", {"action": "created", "issue": issue, "comment": later}),
        of("discussion_comment", {"action": "created", "discussion": issue, "comment": later}),
        of("code_scanning_alert", {"action": "fixed", "alert": later}),
        of("dependabot_alert", {"action": "fixed", "alert": later}),
        of("secret_scanning_alert", {"action": "resolved", "alert": later}),
    }
    assert len({name for name, _ in found}) == len(found)
    assert {at for name, at in found if name and "comment" in name} == {AT + timedelta(days=1)}
    assert ("issue octo/repo#7", AT) in found


def test_the_kinds_of_the_table_are_told_apart() -> None:
    """But for those that GitHub itself has two events for."""
    names = sorted(kind.name for kind in KINDS.values() if kind.name != "exemption request")
    twice = {name for name in names if names.count(name) > 1}
    assert twice == {"package"}


def test_every_kind_of_the_table_is_found_in_a_sample() -> None:
    for event in KINDS:
        names = [one.name for one in github.GITHUB.samples if one.name.startswith(f"{event}__")]
        assert names, event
        assert all(github.of_sample(name).object for name in names), event


def test_a_job_that_was_skipped_before_it_began_does_not_go_back_in_time() -> None:
    job = {"id": 3, "created_at": "2026-11-20T09:14:58Z", "started_at": "2026-11-20T09:15:00Z"}
    done = {**job, "status": "completed", "completed_at": "2026-11-20T09:14:59Z"}
    queued = of("workflow_job", {"action": "queued", "workflow_job": job})
    assert queued == ("job octo/repo#3", AT)
    assert of("workflow_job", {"action": "completed", "workflow_job": done}) == queued


def test_a_run_moves_on_with_its_end() -> None:
    run = {"id": 3, "name": "tests", "started_at": "2026-11-20T09:14:00Z", "completed_at": None}
    done = {**run, "completed_at": "2026-11-20T09:15:00Z"}
    _, before = of("check_run", {"action": "created", "check_run": run})
    _, after = of("check_run", {"action": "completed", "check_run": done})
    assert (before, after) == (AT - timedelta(minutes=1), AT)


def test_the_states_of_a_deployment_are_about_the_deployment() -> None:
    def status(number: int, at: str) -> dict[str, Any]:
        told = {"id": number, "state": "success", "created_at": at}
        return {"action": "created", "deployment_status": told, "deployment": {"id": 5}}

    assert of("deployment_status", status(1, "2026-11-20T09:15:00Z")) == (
        "deployment status octo/repo#5",
        AT,
    )
    (name, at) = of("deployment_status", status(2, "2026-11-20T10:16:00+01:00"))
    assert (name, at) == ("deployment status octo/repo#5", AT + timedelta(minutes=1))


def test_a_release_has_no_time_but_that_of_its_change() -> None:
    """It was created when its commit was, and published long before it is deleted."""
    release = {
        "id": 1,
        "created_at": "2026-11-20T09:15:00Z",
        "published_at": "2026-11-20T09:16:00Z",
    }
    assert of("release", {"action": "deleted", "release": release}) == ("release octo/repo#1", None)
    newer = {**release, "updated_at": "2026-11-20T09:15:00Z"}
    assert of("release", {"action": "deleted", "release": newer}) == ("release octo/repo#1", AT)


def test_a_push_is_dated_by_github_and_not_by_whoever_committed() -> None:
    push = {
        "ref": "refs/heads/main",
        "before": "a" * 40,
        "after": "b" * 40,
        "commits": [],
        "head_commit": {"id": "b" * 40, "timestamp": "1999-01-01T00:00:00Z"},
        "repository": {**REPOSITORY, "pushed_at": int(AT.timestamp())},
    }
    parsed = github.parse("push", push)
    assert (parsed.object, parsed.at) == ("push octo/repo#refs/heads/main", AT)


def test_a_status_is_one_of_a_commit_and_a_context() -> None:
    status = {
        "sha": "c0ffee",
        "context": "ci/tests",
        "state": "success",
        "updated_at": "2026-11-20T09:15:00+00:00",
    }
    assert of("status", status) == ("status octo/repo@c0ffee#ci/tests", AT)


@pytest.mark.parametrize(
    "time", [None, "", "yesterday", "2026-11-20T09:15:00", 7, True, [], {"at": 1}, 10**20]
)
def test_a_time_that_is_none_or_has_no_zone_is_not_guessed(time: Any) -> None:
    issue = {"number": 7, "title": "t", "updated_at": time}
    name, at = of("issues", {"action": "opened", "issue": issue})
    assert name == "issue octo/repo#7"
    assert at is None or (time == 7 and at.year == 1970)


@given(st.integers(-(10**18), 10**18))
def test_no_number_of_a_time_raises(number: int) -> None:
    payload = {"ref": "refs/heads/main", "repository": {**REPOSITORY, "pushed_at": number}}
    github.parse("push", {**payload, "before": "a" * 40, "after": "b" * 40, "commits": []})
    parse_jira({"webhookEvent": "jira:issue_created", "issue": {}, "timestamp": number})


def test_what_opens_something_is_declared() -> None:
    opening = {"issues.opened", "pull_request.opened", "discussion.created"}
    assert github.GITHUB.opening == opening
    assert JIRA.opening == {"issue.created"}
    assert {"actor", "actor_is_bot", "label"} <= github.GITHUB.passing
    assert JIRA.passing == {"actor", "actor_is_bot", "changed_fields", "restricted"}


def test_jiras_things_are_named_by_what_people_know_them_by() -> None:
    assert jira_sample("issue_created__cloud").object == "issue ROCKET-41"
    assert jira_sample("issue_updated__labels").object == "issue ROCKET-41"
    assert jira_sample("comment_created__cloud").object == "comment 10082"
    assert jira_sample("comment_created__old_server").object == "comment 10082"
    assert jira_sample("sprint_closed__cloud").object == "sprint 7"
    assert jira_sample("version_released__server").object == "version 10020"


def test_every_kind_of_jiras_table_is_found_in_a_sample() -> None:
    found = {jira_sample(one.name).object for one in JIRA.samples}
    nouns = {name.rpartition(" ")[0] for name in found if name}
    assert nouns == {noun for noun, _, _ in NAMES.values()}


def test_no_user_of_jira_is_named() -> None:
    for sample in JIRA.samples:
        if sample.name.startswith("user_"):
            assert jira_sample(sample.name).object is None


def test_jira_says_when_it_happened_in_milliseconds() -> None:
    payload = {"webhookEvent": "jira:issue_created", "issue": {"key": "PROJ-7"}}
    at = parse_jira({**payload, "timestamp": 1_795_166_100_123}).at
    assert at == AT.replace(microsecond=123_000)


def test_a_jira_that_does_not_say_so_has_the_time_of_the_things_change_in_its_own_zone() -> None:
    fields = {"summary": "s", "updated": "2026-11-20T19:15:00.000+1000"}
    payload: dict[str, Any] = {
        "webhookEvent": "jira:issue_updated",
        "issue": {"key": "PROJ-7", "fields": fields},
    }
    at = parse_jira(payload).at
    assert at is not None
    assert (at, at.tzinfo) == (AT, timezone(timedelta(hours=10)))
    comment = {"id": "1", "body": "b", "updated": "2026-11-21T19:15:00.000+1000"}
    commented = {**payload, "webhookEvent": "comment_created", "comment": comment}
    assert parse_jira(commented).at == AT + timedelta(days=1)
    fields["updated"] = "2026-11-20T19:15:00.000"
    assert parse_jira(payload).at is None
