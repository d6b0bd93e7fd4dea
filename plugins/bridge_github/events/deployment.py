"""`deployment`, `deployment_review` and `deployment_protection_rule`: before a deployment is under way."""

import re

from bridge_github.events.workflow_run import pull_requests
from bridge_github.node import Node
from bridge_github.parts import branch_of, in_repository, person, required, revision
from bridge_github.reading import Reading, Value

_RUN = re.compile(r"/actions/runs/(\d+)/")


def read(payload: Node, action: str | None) -> Reading:
    """It is asked for. GitHub's one action; older servers give none."""
    deployment = required(payload, "deployment")
    sha, ref = deployment.text("sha"), deployment.text("ref")
    environment, run = deployment.text("environment"), payload.at("workflow_run")
    return Reading(
        action or "created",
        deployment,
        run.link("html_url")
        or in_repository(payload, "deployments", environment)
        or payload.link("repository", "html_url"),
        {
            "environment": environment,
            "ref": None if ref == sha else ref,
            "head": revision(payload, sha),
            "task": deployment.text("task"),
            "description": deployment.text("description"),
            "production": deployment.flag("production_environment"),
            "creator": person(deployment.at("creator")),
            "workflow": payload.text("workflow", "name") or run.text("name"),
        },
    )


def read_review(payload: Node, action: str | None) -> Reading:
    """Somebody has to approve it, or did, or did not."""
    run = required(payload, "workflow_run")
    jobs = payload.each("workflow_job_runs") or (payload.at("workflow_job_run"),)
    named = (payload.text("environment"), *(job.text("environment") for job in jobs))
    environments = tuple(dict.fromkeys(filter(None, named)))
    reviewers = [entry.at("reviewer") for entry in payload.each("reviewers")]
    names = (reviewer.text("login") or reviewer.text("slug") for reviewer in reviewers)
    return Reading(
        action,
        run,
        run.link("html_url"),
        {
            "environments": environments,
            "workflow": run.text("name"),
            "number": run.number("run_number"),
            "name": run.text("display_title"),
            "approver": person(payload.at("approver")),
            "requestor": person(payload.first("requestor") or run.at("actor")),
            "reviewers": [one for one in map(person, reviewers) if one["name"]],
            "comment": payload.text("comment"),
            "branch": branch_of(payload, run.text("head_branch")),
            "head": revision(payload, run.text("head_sha"), run.at("head_commit")),
            "pull_requests": pull_requests(payload, run),
        },
        {
            "environment": environments[0] if len(environments) == 1 else environments,
            "reviewers": tuple(filter(None, names)),
        },
    )


def read_gate(payload: Node, action: str | None) -> Reading:
    """An app that guards an environment is asked to decide."""
    deployment, run = required(payload, "deployment"), _run(payload)
    environment = payload.text("environment") or deployment.text("environment")
    ref = payload.text("ref") or deployment.text("ref")
    branch = (ref or "").removeprefix("refs/heads/") or None
    sha = payload.text("sha") or deployment.text("sha")
    pulls = payload.each("pull_requests")
    attributes: dict[str, Value] = {
        "environment": environment,
        "branch": branch,
        "base_branch": pulls[0].text("base", "ref") if pulls else None,
        "trigger": payload.text("event"),
    }
    return Reading(
        action,
        deployment,
        run
        or in_repository(payload, "deployments", environment)
        or payload.link("repository", "html_url"),
        {
            "environment": environment,
            "branch": branch_of(payload, branch),
            "head": revision(payload, sha),
            "creator": person(deployment.at("creator")),
            "trigger": (payload.text("event") or "").replace("_", " "),
            "pull_requests": pull_requests(payload, payload),
        },
        attributes,
    )


def _run(payload: Node) -> str | None:
    """The run that waits: GitHub names it only in the address at which the app answers."""
    found = _RUN.search(payload.text("deployment_callback_url") or "")
    return in_repository(payload, "actions/runs", found[1]) if found else None
