"""An issue's custom fields: those whose names the payload gives, and the sprints, which Jira keeps in one of them."""

import re
from collections.abc import Collection, Iterator

from bridge.plugin import AttributeValue
from bridge_jira.changes import Change
from bridge_jira.people import SOMEBODY
from bridge_jira.reading import Object, named, node, nodes, text

_MOST = 50
_LONGEST_NAME, _LONGEST_VALUE = 100, 500
_SERVER_SPRINT = re.compile(r"\bname=([^,\]]+)")
_SPRINT = {"id", "name", "state"}


def read_sprints(fields: Object, changes: Collection[Change]) -> tuple[str, ...]:
    """The names of an issue's sprints: objects from the Cloud, text from servers, or what has just changed."""
    found: dict[str, None] = {}
    for name, value in fields.items():
        if type(value) is list and value and name.startswith("customfield_"):
            for item in value:
                if isinstance(item, dict) and set(item) >= _SPRINT:
                    found[text(item.get("name"))] = None
                elif isinstance(item, str) and "greenhopper" in item:
                    found.update(dict.fromkeys(_SERVER_SPRINT.findall(item)[:1]))
    for change in changes:
        if change.field == "sprint":
            found.update(dict.fromkeys(change.after.split(", ")))
    found.pop("", None)
    return tuple(found)


def read_custom(
    payload: Object, fields: Object, changes: Collection[Change]
) -> Iterator[tuple[str, AttributeValue]]:
    """Each custom field with its name and value: the value that it has, or else the one it was changed to."""
    names = node(payload, "names") or node(payload, "issue", "names")
    known = {field: text(name) for field, name in names.items() if field.startswith("customfield_")}
    after = {change.name: change.after for change in changes}
    for item in nodes(node(payload, "changelog").get("items")):
        if item.get("fieldtype") == "custom":
            name = text(item.get("field"))
            field = text(item.get("fieldId"))
            known[field or f"unnumbered {name}"] = name
    for field, name in list(known.items())[:_MOST]:
        value = _value(fields.get(field)) or after.get(name[:1].upper() + name[1:], "")
        if name and value and value != SOMEBODY:
            yield name[:_LONGEST_NAME], value


def _value(value: object) -> AttributeValue:
    if isinstance(value, list):
        return tuple(filter(None, map(_text, value)))
    return value if isinstance(value, bool | int | float) else _text(value)


def _text(value: object) -> str:
    """A value's text; a cascading choice with the one inside it."""
    inner = named(value["child"]) if isinstance(value, dict) and "child" in value else ""
    return " / ".join(filter(None, (named(value), inner)))[:_LONGEST_VALUE]
