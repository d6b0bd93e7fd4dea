"""`member`, `membership`, `organization`, `org_block` and `team`, `team_add`: who belongs and who may do what."""

from bridge_github.node import Node
from bridge_github.parts import change, on_server, organization_of, person, place, required
from bridge_github.reading import Reading

_ROLES = {
    "admin": "Admin",
    "maintain": "Maintain",
    "push": "Write",
    "triage": "Triage",
    "pull": "Read",
}


def read_member(payload: Node, action: str | None) -> Reading:
    """Somebody may work on a repository, otherwise than before, or no more."""
    member = required(payload, "member")
    role = payload.text("changes", "role_name", "to") or payload.text("changes", "permission", "to")
    return Reading(
        action,
        Node(),
        place(payload)["url"],
        {
            "member": person(member),
            "role": role,
            "was": change(payload, "old_permission") or change(payload, "permission"),
        },
        {"member": member.text("login")},
    )


def read_membership(payload: Node, action: str | None) -> Reading:
    """Somebody joins or leaves a team."""
    member, team = required(payload, "member"), payload.at("team")
    return Reading(
        action,
        Node(),
        team.link("html_url") or place(payload)["url"],
        {"member": person(member), "team": _team(team)},
        {"member": member.text("login"), "team": team.text("slug")},
    )


def read_organization(payload: Node, action: str | None) -> Reading:
    """Somebody joins or leaves an organisation, or it is renamed or deleted."""
    membership, invitation = payload.at("membership"), payload.at("invitation")
    member = payload.first("user") or membership.at("user")
    # Who is invited by mail has no name yet, and the address is nobody's business.
    login = member.text("login") or invitation.text("login")
    people = on_server(payload, "orgs", organization_of(payload), "people")
    return Reading(
        action,
        Node(),
        (people if action != "deleted" else None) or place(payload)["url"],
        {
            "name": organization_of(payload),
            "member": person(member) if member else {"name": login},
            "role": (membership.text("role") or invitation.text("role") or "").replace("_", " "),
            "was": {"name": change(payload, "login")},
        },
        {"member": login if action and action.startswith("member_") else None},
    )


def read_block(payload: Node, action: str | None) -> Reading:
    """Somebody is kept out of an organisation, or no more."""
    blocked = required(payload, "blocked_user")
    return Reading(
        action,
        Node(),
        place(payload)["url"],
        {"member": person(blocked), "name": organization_of(payload)},
        {"member": blocked.text("login")},
    )


def read_team(payload: Node, action: str | None) -> Reading:
    """A team itself, and the repositories that it may work on."""
    team = required(payload, "team")
    gone = action == "deleted"
    teams = on_server(payload, "orgs", organization_of(payload), "teams")
    return Reading(
        action,
        Node(),
        (teams if gone else team.link("html_url")) or place(payload)["url"],
        {
            "team": _team(team),
            "description": team.text("description"),
            "privacy": team.text("privacy"),
            "role": _role(payload.at("repository", "permissions")),
            "parent": _team(team.at("parent")),
            "was": {
                "name": change(payload, "name"),
                "description": change(payload, "description"),
                "privacy": change(payload, "privacy"),
                "role": _role(payload.at("changes", "repository", "permissions", "from")),
            },
        },
        {"team": team.text("slug")},
    )


def _role(permissions: Node) -> str | None:
    """What a team may do in a repository, as GitHub's pages call it: the most of what it is allowed."""
    return next((role for name, role in _ROLES.items() if permissions.flag(name)), None)


def _team(team: Node) -> dict[str, str | None]:
    return {"name": team.text("name") or team.text("slug"), "url": team.link("html_url")}
