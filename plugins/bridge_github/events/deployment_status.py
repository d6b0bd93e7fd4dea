"""`deployment_status`: how far a deployment has come."""

from bridge_github.node import Node
from bridge_github.parts import in_repository, person, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's one action; how far it has come is the attribute `state`."""
    status, deployment = required(payload, "deployment_status"), payload.at("deployment")
    sha, ref = deployment.text("sha"), deployment.text("ref")
    site, log = status.link("environment_url"), status.link("log_url") or status.link("target_url")
    return Reading(
        action,
        status,
        log or site or payload.link("repository", "html_url"),
        {
            "state": (status.text("state") or "").replace("_", " "),
            "environment": status.text("environment") or deployment.text("environment"),
            "description": status.text("description") or deployment.text("description"),
            "ref": None if ref == sha else ref,
            "head": {"sha": sha, "url": in_repository(payload, "commit", sha)},
            "creator": person(deployment.at("creator")),
            "site": site,
            "log": log,
            "workflow": payload.text("workflow", "name"),
        },
    )
