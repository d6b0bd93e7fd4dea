"""What an event is about and when it happened to it, by which what comes late is told from what is new.

GitHub writes times to the second, and only some of them move with what happens: `updated_at` does, a release's
`created_at` is its commit's. Where none does, an event has a thing and no time.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeAlias

from bridge_github.node import Node

Path: TypeAlias = tuple[str, ...]


class Kind(NamedTuple):
    """A kind of thing: where its number stands, and the times of which the last counts."""

    name: str
    number: Path
    times: tuple[Path, ...] = ()


def _kind(
    holder: str, number: str = "id", times: tuple[str, ...] = ("updated_at",), name: str = ""
) -> Kind:
    return Kind(name or holder, (holder, number), tuple((holder, time) for time in times))


_NEVER: Final = ()
_RAN: Final = ("created_at", "started_at", "completed_at")
"""A skipped job may have ended before it began."""

_EXEMPTION: Final = _kind("exemption_request", times=_NEVER, name="exemption request")

KINDS: Final[Mapping[str, Kind]] = {
    "branch_protection_rule": _kind("rule", name="branch protection rule"),
    "bypass_request_secret_scanning": _EXEMPTION,
    "check_run": _kind("check_run", times=_RAN, name="check run"),
    "check_suite": _kind("check_suite", name="check suite"),
    "code_scanning_alert": _kind("alert", "number", name="code scanning alert"),
    "commit_comment": _kind("comment", name="commit comment"),
    "dependabot_alert": _kind("alert", "number", name="dependabot alert"),
    "deploy_key": _kind("key", times=_NEVER, name="deploy key"),
    "deployment": _kind("deployment"),
    # Each status is a thing of its own to GitHub; to a reader it is how the deployment stands.
    "deployment_status": Kind(
        "deployment status", ("deployment", "id"), (("deployment_status", "created_at"),)
    ),
    "discussion": _kind("discussion", "number"),
    "discussion_comment": _kind("comment", name="discussion comment"),
    "dismissal_request_code_scanning": _EXEMPTION,
    "dismissal_request_dependabot": _EXEMPTION,
    "dismissal_request_secret_scanning": _EXEMPTION,
    "exemption_request_push_ruleset": _EXEMPTION,
    "issue_comment": _kind("comment", name="comment"),
    "issues": _kind("issue", "number"),
    "label": _kind("label", times=_NEVER),
    "merge_group": _kind("merge_group", "head_sha", times=_NEVER, name="merge group"),
    "milestone": _kind("milestone", "number"),
    "package": _kind("package"),
    "page_build": Kind("page build", ("id",), (("build", "updated_at"),)),
    "project": _kind("project", name="classic project"),
    "project_card": _kind("project_card", name="project card"),
    "project_column": _kind("project_column", name="project column"),
    "projects_v2": _kind("projects_v2", name="project"),
    "projects_v2_item": _kind("projects_v2_item", name="project item"),
    "projects_v2_status_update": _kind("projects_v2_status_update", name="project status"),
    "pull_request": _kind("pull_request", "number", name="pull request"),
    "pull_request_review": _kind("review", times=("submitted_at", "updated_at")),
    "pull_request_review_comment": _kind("comment", name="review comment"),
    "pull_request_review_thread": Kind("thread", ("thread", "node_id"), (("updated_at",),)),
    "push": Kind("push", ("ref",), (("repository", "pushed_at"),)),
    "registry_package": _kind("registry_package", name="package"),
    "release": _kind("release"),
    "repository": _kind("repository"),
    "repository_advisory": _kind("repository_advisory", "ghsa_id", name="advisory"),
    "repository_ruleset": _kind("repository_ruleset", name="ruleset"),
    "repository_vulnerability_alert": _kind("alert", times=_NEVER, name="vulnerability alert"),
    "secret_scanning_alert": _kind("alert", "number", name="secret scanning alert"),
    "security_advisory": _kind("security_advisory", "ghsa_id", name="security advisory"),
    "sponsorship": _kind("sponsorship", "node_id", times=_NEVER),
    "status": Kind("status", ("context",), (("updated_at",),)),
    "workflow_job": _kind("workflow_job", times=_RAN, name="job"),
    "workflow_run": _kind("workflow_run", name="run"),
}
"""By the name of GitHub's event."""


def read_thing(event: str, payload: Node, place: str | None) -> tuple[str | None, datetime | None]:
    """What a webhook is about, in words that name nothing else (`issue acme/launchpad#12`), and when it happened."""
    kind = KINDS.get(event)
    if kind is None:
        return None, None
    number = payload.number(*kind.number) or payload.text(*kind.number)
    if number is None:
        return None, None
    # A commit's status is one of many under the same name.
    commit = f"@{payload.text('sha')}" if event == "status" else ""
    last = None
    for path in kind.times:
        at = payload.time(*path) or _since_1970(payload, path)
        if at is not None and (last is None or at > last):
            last = at
    return f"{kind.name} {place or ''}{commit}#{number}", last


def _since_1970(payload: Node, path: Path) -> datetime | None:
    """An instant in seconds, as GitHub writes that of a push."""
    seconds = payload.number(*path)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
