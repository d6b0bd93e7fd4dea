"""`workflow_run`: GitHub Actions runs a workflow."""

from bridge_github.node import Node
from bridge_github.parts import branch_of, in_repository, required, revision, took
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions; how it ended is the attribute `conclusion`."""
    run = required(payload, "workflow_run")
    return Reading(
        action,
        run,
        run.link("html_url"),
        {
            "workflow": run.text("name") or payload.text("workflow", "name"),
            "workflow_url": payload.link("workflow", "html_url"),
            "name": run.text("display_title"),
            "number": run.number("run_number"),
            "attempt": run.number("run_attempt"),
            "conclusion": (run.text("conclusion") or "").replace("_", " "),
            "trigger": (run.text("event") or "").replace("_", " "),
            "branch": branch_of(payload, run.text("head_branch")),
            "head": revision(payload, run.text("head_sha"), run.at("head_commit")),
            "pull_requests": pull_requests(payload, run),
            "took": took(run, "run_started_at", "updated_at") if action == "completed" else None,
        },
    )


def pull_requests(payload: Node, run: Node) -> list[dict[str, object]]:
    """The pull requests that a run belongs to; GitHub gives their numbers alone."""
    return [
        {"number": number, "url": in_repository(payload, "pull", number)}
        for item in run.each("pull_requests")
        if (number := item.number("number")) is not None
    ]
