"""`deployment_status`: how far a deployment has come."""

from bridge_github.node import Node
from bridge_github.parts import ENDS, person, required, revision
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's one action (older servers give none); how far it has come is the attribute `state`."""
    status, deployment = required(payload, "deployment_status"), payload.at("deployment")
    sha, ref = deployment.text("sha"), deployment.text("ref")
    state = status.text("state")
    site, log = status.link("environment_url"), status.link("log_url") or status.link("target_url")
    return Reading(
        action or "created",
        status,
        log or site or payload.link("repository", "html_url"),
        {
            "state": (state or "").replace("_", " "),
            "environment": status.text("environment") or deployment.text("environment"),
            "description": status.text("description") or deployment.text("description"),
            "ref": None if ref == sha else ref,
            "head": revision(payload, sha),
            "creator": person(deployment.at("creator")),
            "site": site,
            "log": log,
            "workflow": payload.text("workflow", "name"),
        },
        {"conclusion": state if state in ENDS else None},
    )
