"""`workflow_job`: one job of a workflow run."""

from bridge_github.node import Node
from bridge_github.parts import branch_of, required, revision, took
from bridge_github.reading import Reading

_BROKEN = ("failure", "timed_out")


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions; how it ended is the attribute `conclusion`."""
    job = required(payload, "workflow_job")
    steps = job.each("steps")
    failed = [step.text("name") for step in steps if step.text("conclusion") in _BROKEN]
    return Reading(
        action,
        job,
        job.link("html_url"),
        {
            "name": job.text("name"),
            "workflow": job.text("workflow_name"),
            "conclusion": (job.text("conclusion") or "").replace("_", " "),
            "branch": branch_of(payload, job.text("head_branch")),
            "head": revision(payload, job.text("head_sha")),
            "failed": failed,
            "attempt": job.number("run_attempt"),
            "runner": job.text("runner_name") or ", ".join(job.words("labels")),
            "environment": payload.text("deployment", "environment"),
            "took": took(job, "started_at", "completed_at") if action == "completed" else None,
        },
        {"workflow": job.text("workflow_name"), "check": job.text("name")},
    )
