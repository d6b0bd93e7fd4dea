"""`dependabot_alert`, and `repository_vulnerability_alert` before it: something that the code needs is vulnerable."""

from bridge_github.node import Node
from bridge_github.parts import in_repository, only, people, person, required, score, severity_of
from bridge_github.reading import Reading

_ACTIONS = {
    "create": "created",
    "dismiss": "dismissed",
    "reopen": "reopened",
    "resolve": "fixed",
}
"""What the newer event calls the actions of the older one."""


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions."""
    alert = required(payload, "alert")
    advisory, weakness = alert.at("security_advisory"), alert.at("security_vulnerability")
    dependency, number = alert.at("dependency"), alert.number("number")
    package = dependency.first("package") or weakness.at("package")
    severity = severity_of(weakness.text("severity"), advisory.text("severity"))
    reason = alert.text("dismissed_reason")
    return Reading(
        action,
        alert,
        alert.link("html_url") or in_repository(payload, "security/dependabot", number),
        {
            "done": action,
            "number": number,
            "name": advisory.text("summary"),
            "severity": severity,
            "score": score(advisory),
            "package": {"name": package.text("name"), "ecosystem": package.text("ecosystem")},
            "affected": weakness.text("vulnerable_version_range"),
            "patched": weakness.text("first_patched_version", "identifier"),
            "manifest": dependency.text("manifest_path"),
            "scope": dependency.text("scope"),
            "identifiers": tuple(filter(None, map(advisory.text, ("cve_id", "ghsa_id")))),
            "malware": advisory.text("classification") == "malware",
            "reason": (reason or "").replace("_", " "),
            "comment": alert.text("dismissed_comment"),
            "assignees": people(alert, "assignees"),
        },
        {
            "title": advisory.text("summary"),
            "severity": severity,
            "package": package.text("name"),
            "ecosystem": package.text("ecosystem"),
            "paths": only(dependency.text("manifest_path")),
            "state_reason": reason,
        },
    )


def read_older(payload: Node, action: str | None) -> Reading:
    """The older event, whose alert is flat and has no page of its own."""
    alert = required(payload, "alert")
    number, severity = alert.number("number"), severity_of(alert.text("severity"))
    name = alert.text("affected_package_name")
    page = in_repository(payload, "security", "dependabot")
    reason = alert.text("dismiss_reason")
    return Reading(
        action,
        alert,
        f"{page}/{number}" if page and number else page,
        {
            "done": _ACTIONS.get(action or "", action),
            "number": number,
            "name": None,
            "severity": severity,
            "score": None,
            "package": {"name": name, "ecosystem": None},
            "affected": alert.text("affected_range"),
            "patched": alert.text("fixed_in"),
            "identifiers": tuple(filter(None, map(alert.text, ("external_identifier", "ghsa_id")))),
            "reason": (reason or "").replace("_", " "),
            "comment": alert.text("dismiss_comment"),
            "dismisser": person(alert.at("dismisser")),
        },
        {"severity": severity, "package": name, "state_reason": reason},
    )
