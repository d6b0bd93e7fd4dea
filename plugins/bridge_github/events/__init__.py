"""One module for each event, or for a few that are alike. An event that is not listed is read by `other`."""

from collections.abc import Mapping

from bridge_github.events import (
    check_run,
    check_suite,
    commit_comment,
    deployment,
    deployment_status,
    dispatch,
    issue_comment,
    issues,
    merge_group,
    package,
    page_build,
    ping,
    pull_request,
    pull_request_review,
    push,
    ref,
    release,
    review_comment,
    status,
    workflow_job,
    workflow_run,
)
from bridge_github.reading import Reader

READERS: Mapping[str, Reader] = {
    "check_run": check_run.read,
    "check_suite": check_suite.read,
    "commit_comment": commit_comment.read,
    "create": ref.read,
    "delete": ref.read,
    "deployment": deployment.read,
    "deployment_protection_rule": deployment.read_gate,
    "deployment_review": deployment.read_review,
    "deployment_status": deployment_status.read,
    "issue_comment": issue_comment.read,
    "issues": issues.read,
    "merge_group": merge_group.read,
    "package": package.read,
    "page_build": page_build.read,
    "ping": ping.read,
    "pull_request": pull_request.read,
    "pull_request_review": pull_request_review.read,
    "pull_request_review_comment": review_comment.read,
    "pull_request_review_thread": review_comment.read_thread,
    "push": push.read,
    "registry_package": package.read,
    "release": release.read,
    "repository_dispatch": dispatch.read_repository,
    "status": status.read,
    "workflow_dispatch": dispatch.read_workflow,
    "workflow_job": workflow_job.read,
    "workflow_run": workflow_run.read,
}
"""By the name in X-GitHub-Event."""
