"""What can be set for an endpoint of any system: how its sender is verified, what is read, what the card says."""

from collections.abc import Mapping
from typing import Any

from bridge.plugin import Invalid, check_description, proofread
from bridge_generic import acting

LONGEST_TEMPLATE = 20_000


def check(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The config as it is to be stored. Raises `Invalid`, naming each field that is wrong."""
    problems = _template(config["template"]) if "template" in config else {}
    problems |= acting.check(config.get("actions", ()))
    try:
        check_description(described(config))
    except Invalid as error:
        problems = {**error.fields, **problems}
    if problems:
        raise Invalid(problems)
    return dict(config)


def described(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of a config says how webhooks are read; the rest says what can be done from their cards."""
    return {name: value for name, value in config.items() if name != "actions"}


def _template(text: Any) -> dict[str, str]:
    where = "config.template"
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEMPLATE:
        return {where: f"Must be a Jinja template of at most {LONGEST_TEMPLATE} characters."}
    problem = proofread(text)
    return {where: problem} if problem else {}
