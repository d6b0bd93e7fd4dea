"""One module for each event that has a card of its own. An event that is not listed is read by `other`."""

from collections.abc import Mapping

from bridge_github.events import (
    check_run,
    commit_comment,
    deployment_status,
    issue_comment,
    issues,
    merge_group,
    ping,
    pull_request,
    pull_request_review,
    push,
    ref,
    release,
    review_comment,
    workflow_run,
)
from bridge_github.reading import Reader

READERS: Mapping[str, Reader] = {
    "check_run": check_run.read,
    "commit_comment": commit_comment.read,
    "create": ref.read,
    "delete": ref.read,
    "deployment_status": deployment_status.read,
    "issue_comment": issue_comment.read,
    "issues": issues.read,
    "merge_group": merge_group.read,
    "ping": ping.read,
    "pull_request": pull_request.read,
    "pull_request_review": pull_request_review.read,
    "pull_request_review_comment": review_comment.read,
    "pull_request_review_thread": review_comment.read_thread,
    "push": push.read,
    "release": release.read,
    "workflow_run": workflow_run.read,
}
"""By the name in X-GitHub-Event."""
