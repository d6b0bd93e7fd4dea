"""`check_run`: a check of a commit by GitHub Actions or another app."""

from bridge_github.events.workflow_run import pull_requests
from bridge_github.node import Node
from bridge_github.parts import branch_of, required, revision, took
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions; how it ended is the attribute `conclusion`."""
    run = required(payload, "check_run")
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
            "branch": branch_of(payload, run.text("check_suite", "head_branch")),
            "head": revision(payload, run.text("head_sha")),
            "pull_requests": pull_requests(payload, run),
            "details_url": run.link("details_url"),
            "took": took(run, "started_at", "completed_at"),
        },
        {"app": run.text("app", "name")},
    )
