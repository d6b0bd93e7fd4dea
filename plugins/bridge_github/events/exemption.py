"""`bypass_request_…`, `dismissal_request_…`, `exemption_request_…`: somebody asks to be let past a rule."""

from itertools import chain

from bridge_github.node import Node
from bridge_github.parts import required
from bridge_github.reading import Reading

_WISHES = {
    "push_ruleset_bypass": "to bypass a push ruleset",
    "secret_scanning": "to push a secret",
    "secret_scanning_closure": "to close a secret scanning alert",
    "code_scanning_alert_dismissal": "to dismiss a code scanning alert",
    "dependabot_alert_dismissal": "to dismiss a Dependabot alert",
    "license_compliance_dismissal": "to dismiss a licence alert",
}


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions, the same for every kind of request."""
    wish, response = required(payload, "exemption_request"), payload.at("exemption_response")
    parts = wish.each("exemption_request_data", "data")
    locations = tuple(chain.from_iterable(part.each("locations") for part in parts))
    rulesets = _all(parts, "ruleset_name")
    secrets = _all(parts, "secret_type")
    return Reading(
        action,
        wish,
        wish.link("html_url") or payload.link("repository", "html_url"),
        {
            "wish": _WISHES.get(wish.text("request_type") or "", "an exemption"),
            "requester": wish.text("requester_login"),
            "comment": wish.text("requester_comment"),
            "reviewer": response.text("reviewer_login"),
            "verdict": response.text("status"),
            "answer": response.text("reviewer_comment"),
            "status": wish.text("status"),
            "alert": wish.text("metadata", "alert_title") or wish.text("metadata", "label"),
            "numbers": _all(parts, "alert_number"),
            "reason": (wish.text("metadata", "reason") or "").replace("_", " "),
            "rulesets": rulesets,
            "secrets": secrets,
            "branches": _all(locations, "branch"),
            "paths": _all(locations, "path"),
            "expires": wish.text("expires_at"),
        },
        {
            "author": wish.text("requester_login"),
            "state": response.text("status") or wish.text("status"),
            "state_reason": wish.text("metadata", "reason"),
            "title": wish.text("metadata", "alert_title"),
            "rule": rulesets,
            "secret_type": secrets,
            "branch": tuple(name.removeprefix("refs/heads/") for name in _all(locations, "branch")),
            "paths": _all(locations, "path"),
        },
    )


def _all(nodes: tuple[Node, ...], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (node.text(name) for node in nodes))))
