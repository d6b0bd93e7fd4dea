"""`personal_access_token_request`: somebody asks to use a token on an organisation's resources."""

from bridge_github.node import Node
from bridge_github.parts import date, on_server, organization_of, pairs, person, place, required
from bridge_github.reading import Reading

SHOWN = 20
"""How many repositories a card lists."""


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions. The token itself is never sent."""
    wish = required(payload, "personal_access_token_request")
    settings = (
        "organizations",
        organization_of(payload),
        "settings",
        "personal-access-token-requests",
    )
    added, repositories = wish.at("permissions_added"), wish.each("repositories")
    permissions = [
        permission
        for group in ("repository", "organization", "other")
        for permission in pairs(added.at(group))
    ]
    return Reading(
        action,
        wish,
        on_server(payload, *settings) or place(payload)["url"],
        {
            "owner": person(wish.at("owner")),
            "name": wish.text("token_name"),
            "permissions": permissions,
            "selection": wish.text("repository_selection"),
            "count": wish.number("repository_count") or len(repositories),
            "repositories": [node.text("full_name") for node in repositories[:SHOWN]],
            "expires": date(wish.text("token_expires_at")),
            "expired": wish.flag("token_expired"),
        },
        {"member": wish.text("owner", "login")},
    )
