"""`custom_property…` and `organization_custom_property…`: what an organisation or enterprise notes of what it has."""

from typing import Any

from bridge_github.node import Node
from bridge_github.parts import on_server, organization_of, place, required, simple_text
from bridge_github.reading import Reading

SHOWN = 20
"""How many values a card lists."""


def read(payload: Node, action: str | None) -> Reading:
    """A property is defined, changed or dropped."""
    definition = required(payload, "definition")
    settings = ("organizations", organization_of(payload), "settings", "custom-properties")
    return Reading(
        action,
        Node(),
        on_server(payload, *settings) or place(payload)["url"],
        {
            "name": definition.text("property_name"),
            "kind": (definition.text("value_type") or "").replace("_", " "),
            "required": definition.flag("required"),
            "usual": _value(definition.at("default_value")),
            "description": definition.text("description"),
            "allowed": definition.words("allowed_values")[:SHOWN],
        },
        {"title": definition.text("property_name")},
    )


def read_values(payload: Node, action: str | None) -> Reading:
    """A repository's or an organisation's values change."""
    before, after = _values(payload, "old"), _values(payload, "new")
    changes = [
        {"name": name, "was": before.get(name), "now": after.get(name)}
        for name in dict.fromkeys((*after, *before))
        if before.get(name) != after.get(name)
    ]
    return Reading(action, Node(), place(payload)["url"], {"changes": changes[:SHOWN]})


def _values(payload: Node, which: str) -> dict[str, Any]:
    values = payload.each(f"{which}_property_values")
    return {
        name: _value(value.at("value"))
        for value in values
        if (name := value.text("property_name")) is not None
    }


def _value(value: Node) -> str | None:
    return simple_text(value.value) or ", ".join(value.words()) or None
