"""`check_suite`: all the checks that one app makes of a commit."""

from bridge_github.events.workflow_run import pull_requests
from bridge_github.node import Node
from bridge_github.parts import branch_of, required, revision, took
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions; how it ended is the attribute `conclusion`."""
    suite = required(payload, "check_suite")
    app = suite.text("app", "name")
    head = revision(payload, suite.text("head_sha"), suite.at("head_commit"))
    url = f"{head['url']}/checks" if head["url"] else payload.link("repository", "html_url")
    return Reading(
        action,
        suite,
        url,
        {
            "app": app,
            "conclusion": (suite.text("conclusion") or "").replace("_", " "),
            "branch": branch_of(payload, suite.text("head_branch")),
            "head": head,
            "checks": suite.number("latest_check_runs_count"),
            "pull_requests": pull_requests(payload, suite),
            "took": took(suite, "created_at", "updated_at") if action == "completed" else None,
        },
        {"app": app},
    )
