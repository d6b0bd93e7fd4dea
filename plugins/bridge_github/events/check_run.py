"""`check_run`: a check of a commit by GitHub Actions or another app."""

from bridge_github.events.workflow_run import pull_requests
from bridge_github.node import Node
from bridge_github.parts import in_repository, required, took
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions; how it ended is the attribute `conclusion`."""
    run = required(payload, "check_run")
    sha = run.text("head_sha")
    branch = run.text("check_suite", "head_branch")
    return Reading(
        action,
        run,
        run.link("html_url") or run.link("details_url"),
        {
            "name": run.text("name"),
            "app": run.text("app", "name"),
            "status": (run.text("status") or "").replace("_", " "),
            "conclusion": (run.text("conclusion") or "").replace("_", " "),
            "requested": payload.text("requested_action", "identifier"),
            "heading": run.text("output", "title"),
            "findings": run.text("output", "summary"),
            "annotations": run.number("output", "annotations_count"),
            "branch": {"name": branch, "url": in_repository(payload, "tree", branch)},
            "head": {"sha": sha, "url": in_repository(payload, "commit", sha)},
            "pull_requests": pull_requests(payload, run),
            "details_url": run.link("details_url"),
            "took": took(run, "started_at", "completed_at"),
        },
        {"app": run.text("app", "name")},
    )
