"""`workflow_dispatch` and `repository_dispatch`: somebody, or another system, starts something by hand."""

from bridge_github.node import Node
from bridge_github.parts import branch_of, in_repository, pairs
from bridge_github.reading import Reading


def read_workflow(payload: Node, _action: str | None) -> Reading:
    """A workflow is started by hand. GitHub gives its file, not its name, and no action."""
    path = payload.text("workflow")
    file = path.rpartition("/")[2] if path else None
    ref = payload.text("ref") or ""
    is_tag = ref.startswith("refs/tags/")
    name = ref.removeprefix("refs/heads/").removeprefix("refs/tags/") or None
    page = "releases/tag" if is_tag else "tree"
    return Reading(
        None,
        Node(),
        in_repository(payload, "actions/workflows", file) or payload.link("repository", "html_url"),
        {
            "workflow": file,
            "noun": "tag" if is_tag else "branch",
            "ref": {"name": name, "url": in_repository(payload, page, name)},
            "inputs": pairs(payload.at("inputs")),
        },
        {"workflow": path, "trigger": "workflow_dispatch"},
    )


def read_repository(payload: Node, action: str | None) -> Reading:
    """An event that another system names as it likes: its name is GitHub's action."""
    branch = payload.text("branch")
    return Reading(
        action,
        Node(),
        payload.link("repository", "html_url"),
        {
            "name": payload.text("action"),
            "branch": branch_of(payload, branch),
            "inputs": pairs(payload.at("client_payload")),
        },
        {"branch": branch, "trigger": "repository_dispatch"},
    )
