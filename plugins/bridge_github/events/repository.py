"""`repository`, `public` and `repository_import`: a repository itself, apart from what is in it."""

from bridge_github.node import Node
from bridge_github.parts import change, place, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions."""
    repository = required(payload, "repository")
    owner, gone = repository.at("owner"), action == "deleted"
    former = payload.at("changes", "owner", "from").first("user", "organization")
    changes = payload.at("changes")
    return Reading(
        action,
        Node(),
        owner.link("html_url") if gone else repository.link("html_url"),
        {
            "description": repository.text("description"),
            "visibility": repository.text("visibility"),
            "fork": repository.flag("fork"),
            "was": {
                "name": changes.text("repository", "name", "from"),
                "owner": former.text("login"),
                "branch": change(payload, "default_branch"),
                "description": change(payload, "description"),
                "homepage": change(payload, "homepage"),
                "topics": changes.words("topics", "from"),
            },
            "changed": tuple(changes.members()),
            "branch": repository.text("default_branch"),
            "homepage": repository.link("homepage"),
            "topics": repository.words("topics"),
        },
    )


def read_public(payload: Node, _action: str | None) -> Reading:
    """It is opened to everybody. GitHub has no action here."""
    repository = required(payload, "repository")
    return Reading(
        None,
        Node(),
        repository.link("html_url"),
        {"description": repository.text("description")},
    )


def read_import(payload: Node, _action: str | None) -> Reading:
    """It is brought here from elsewhere. GitHub has no action here; how it ended is the attribute `conclusion`."""
    status = payload.text("status")
    return Reading(
        None,
        Node(),
        place(payload)["url"],
        {"status": status},
        {"conclusion": status, "state": status},
    )
