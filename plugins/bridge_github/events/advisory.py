"""`repository_advisory` and `security_advisory`: a vulnerability is made known."""

from typing import Any

from bridge_github.node import Node
from bridge_github.parts import person, required, score, severity_of
from bridge_github.reading import Reading, Value

SHOWN = 5
"""How many vulnerable packages a card lists."""


def read(payload: Node, action: str | None) -> Reading:
    """An advisory of a repository: somebody reports a vulnerability, or the maintainers publish it."""
    node = required(payload, "repository_advisory")
    return Reading(
        action,
        node,
        node.link("html_url") or payload.link("repository", "html_url"),
        {
            **_advisory(node, "patched_versions"),
            "author": person(node.at("author")),
            "publisher": person(node.at("publisher")),
        },
        _attributes(node),
    )


def read_global(payload: Node, action: str | None) -> Reading:
    """An advisory of GitHub's database, about a package that anybody may use. It has no page of its own here."""
    node = required(payload, "security_advisory")
    references = (reference.link("url") for reference in node.each("references"))
    return Reading(
        action,
        node,
        next(filter(None, references), None),
        _advisory(node, "first_patched_version", "identifier"),
        _attributes(node),
    )


def _advisory(node: Node, *patched: str) -> dict[str, Any]:
    named = {entry.text("type"): entry.text("value") for entry in node.each("identifiers")}
    found = [
        {
            "name": entry.text("package", "name"),
            "ecosystem": entry.text("package", "ecosystem"),
            "affected": entry.text("vulnerable_version_range"),
            "patched": entry.text(*patched),
        }
        for entry in node.each("vulnerabilities")
    ]
    return {
        "name": node.text("summary"),
        "words": node.text("description"),
        "severity": severity_of(node.text("severity")),
        "score": score(node),
        "ghsa": node.text("ghsa_id"),
        "cve": node.text("cve_id") or named.get("CVE"),
        "packages": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
    }


def _attributes(node: Node) -> dict[str, Value]:
    packages = [entry.at("package") for entry in node.each("vulnerabilities")]

    def each(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (package.text(name) for package in packages))))

    return {
        "title": node.text("summary"),
        "severity": severity_of(node.text("severity")),
        "package": each("name"),
        "ecosystem": each("ecosystem"),
    }
