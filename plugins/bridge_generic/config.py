"""What can be set for an endpoint of any system: how its sender is verified, what is read, what the card says."""

from collections.abc import Mapping
from typing import Any

from bridge.plugin import Invalid, check_description, proofread

LONGEST_TEMPLATE = 20_000


def check(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The config as it is to be stored. Raises `Invalid`, naming each field that is wrong."""
    problems = _template(config["template"]) if "template" in config else {}
    try:
        check_description(config)
    except Invalid as error:
        problems = {**error.fields, **problems}
    if problems:
        raise Invalid(problems)
    return dict(config)


def _template(text: Any) -> dict[str, str]:
    where = "config.template"
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEMPLATE:
        return {where: f"Must be a Jinja template of at most {LONGEST_TEMPLATE} characters."}
    problem = proofread(text)
    return {where: problem} if problem else {}
