"""`branch_protection_rule`, `branch_protection_configuration`, `repository_ruleset`: what may be done to branches."""

from typing import Any

from bridge_github.node import Node
from bridge_github.parts import change, in_repository, place, required, simple_text
from bridge_github.reading import Reading

_LEVEL = "_enforcement_level"
_DEMANDS = {
    "pull_request_reviews": "reviews",
    "required_status_checks": "status checks",
    "signature_requirement": "signed commits",
    "linear_history_requirement": "a linear history",
    "merge_queue": "the merge queue",
    "required_deployments": "deployments",
}
SHOWN = 10
"""How many changes, checks or rules a card lists."""


def read_rule(payload: Node, action: str | None) -> Reading:
    """The older way: one rule for the branches of one name."""
    rule = required(payload, "rule")
    demands = [
        words for name, words in _DEMANDS.items() if rule.text(name + _LEVEL) not in (None, "off")
    ]
    changes = [
        {
            "name": name.removesuffix(_LEVEL).replace("_", " "),
            "was": _shown(before.at("from")),
            "now": _shown(rule.at(name)),
        }
        for name, before in payload.at("changes").members().items()
    ]
    return Reading(
        action,
        Node(),
        in_repository(payload, "settings", "branches"),
        {
            "name": rule.text("name"),
            "demands": demands,
            "approvals": rule.number("required_approving_review_count"),
            "checks": rule.words("required_status_checks")[:SHOWN],
            "administrators": rule.flag("admin_enforced"),
            "changes": changes[:SHOWN],
        },
        {"rule": rule.text("name")},
    )


def read_configuration(payload: Node, action: str | None) -> Reading:
    """All of a repository's rules are turned on or off at once."""
    url = in_repository(payload, "settings", "branches")
    return Reading(action, Node(), url)


def read_ruleset(payload: Node, action: str | None) -> Reading:
    """The newer way: several rules under one name, of a repository or of an organisation."""
    ruleset, changes = required(payload, "repository_ruleset"), payload.at("changes")
    moved = changes.at("rules")
    rules = [rule.at("rule") for rule in moved.each("updated")]
    return Reading(
        action,
        Node(),
        ruleset.link("_links", "html", "href")
        or in_repository(payload, "settings", "rules")
        or place(payload)["url"],
        {
            "name": ruleset.text("name"),
            "target": ruleset.text("target"),
            "enforcement": ruleset.text("enforcement"),
            "owner": ruleset.text("source"),
            "branches": ruleset.words("conditions", "ref_name", "include")[:SHOWN],
            "rules": _kinds(ruleset.each("rules")),
            "was": {
                "name": change(payload, "name"),
                "enforcement": change(payload, "enforcement"),
            },
            "added": _kinds(moved.each("added")),
            "removed": _kinds(moved.each("deleted")),
            "altered": _kinds(tuple(rules)),
        },
        {"rule": ruleset.text("name"), "state": ruleset.text("enforcement")},
    )


def _kinds(rules: tuple[Node, ...]) -> list[str]:
    kinds = filter(None, (rule.text("type") for rule in rules))
    return [kind.replace("_", " ") for kind in dict.fromkeys(kinds)][:SHOWN]


def _shown(value: Node) -> Any:
    if isinstance(value.value, bool):
        return value.value
    return (simple_text(value.value) or ", ".join(value.words()[:SHOWN])).replace("_", " ")
