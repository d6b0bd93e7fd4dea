"""`installation…` and `github_app_authorization`: where a GitHub App may work. Only an app's own webhook tells."""

from bridge_github.node import Node
from bridge_github.parts import on_server, pairs, person, place, required
from bridge_github.reading import Reading

SHOWN = 20
"""How many repositories a card lists."""


def read(payload: Node, action: str | None) -> Reading:
    """An app is installed, or may do something else than before."""
    installation = required(payload, "installation")
    account, app = installation.at("account"), installation.text("app_slug")
    name = account.text("login") or account.text("slug")
    repositories = payload.each("repositories")
    return Reading(
        action,
        Node(),
        (None if action == "deleted" else installation.link("html_url"))
        or account.link("html_url")
        or on_server(payload, name),
        {
            "app": app,
            "account": name,
            "selection": installation.text("repository_selection"),
            "repositories": _names(repositories),
            "more": max(0, len(repositories) - SHOWN),
            "permissions": pairs(installation.at("permissions")),
            "requester": person(payload.at("requester")),
        },
        {"app": app, "organization": name if account.text("type") == "Organization" else None},
    )


def read_repositories(payload: Node, action: str | None) -> Reading:
    """An app gets or loses repositories."""
    installation = required(payload, "installation")
    account, app = installation.at("account"), installation.text("app_slug")
    added, removed = payload.each("repositories_added"), payload.each("repositories_removed")
    name = account.text("login") or account.text("slug")
    return Reading(
        action,
        Node(),
        installation.link("html_url") or account.link("html_url") or on_server(payload, name),
        {
            "app": app,
            "account": name,
            "selection": payload.text("repository_selection"),
            "added": _names(added),
            "removed": _names(removed),
            "count": len(removed if action == "removed" else added),
            "more": max(0, len(added) - SHOWN) + max(0, len(removed) - SHOWN),
            "requester": person(payload.at("requester")),
        },
        {"app": app, "organization": name if account.text("type") == "Organization" else None},
    )


def read_target(payload: Node, action: str | None) -> Reading:
    """The account that an app is installed on gets another name."""
    account, changes = required(payload, "account"), payload.at("changes")
    name = account.text("login") or account.text("slug")
    return Reading(
        action,
        Node(),
        account.link("html_url") or on_server(payload, name),
        {
            "name": name,
            "was": changes.text("login", "from") or changes.text("slug", "from"),
            "kind": (payload.text("target_type") or "account").lower(),
        },
    )


def read_authorization(payload: Node, action: str | None) -> Reading:
    """Somebody no longer lets an app act in their name."""
    return Reading(action, Node(), payload.link("sender", "html_url") or place(payload)["url"])


def _names(repositories: tuple[Node, ...]) -> list[str]:
    names = (node.text("full_name") or node.text("name") for node in repositories)
    return [name for name in names if name][:SHOWN]
