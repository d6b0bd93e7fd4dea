"""What an operator can set for an endpoint of any system: how its sender is verified, what is read, what the card says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.plugin import Invalid, proofread

SCHEMES = ("hmac-sha256", "standard-webhooks", "token", "basic")
SIGNATURE = "x-hub-signature-256"
PREFIX = "sha256="
FIELDS = ("verification", "attributes", "event_type", "delivery_id", "template")
_PATH = re.compile(r"[^\s.]+(\.[^\s.]+)*")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,100}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_MOST_ATTRIBUTES = 50
_LONGEST_TEMPLATE = 20_000
HEADER = "header:"
"""What a delivery id that stands in a header begins with, before the header's name."""


@dataclass(frozen=True, slots=True)
class Config:
    """An endpoint's config, read. Paths are dotted; `event_type` is one, or a constant in quotes."""

    scheme: str = SCHEMES[0]
    header: str = SIGNATURE
    prefix: str = PREFIX
    attributes: Mapping[str, str] = field(default_factory=dict)
    event_type: str | None = None
    delivery_id: str | None = None
    template: str | None = None


def read(config: Mapping[str, Any]) -> Config:
    """A config that `check` has passed."""
    verification = config.get("verification", {})
    scheme = verification.get("scheme", SCHEMES[0])
    by_token = scheme == "token"
    return Config(
        scheme=scheme,
        header=verification.get("header", "authorization" if by_token else SIGNATURE).lower(),
        prefix=verification.get("prefix", "" if by_token else PREFIX),
        attributes=config.get("attributes", {}),
        event_type=config.get("event_type"),
        delivery_id=config.get("delivery_id"),
        template=config.get("template"),
    )


def check(config: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """The config as it is to be stored. Raises `Invalid`, naming each field that is wrong. `folder` has `cards/`."""
    problems = {
        f"config.{name}": f"There is no such setting. There are: {', '.join(FIELDS)}."
        for name in config
        if name not in FIELDS
    }
    problems.update(_verification(config.get("verification", {})))
    problems.update(_attributes(config.get("attributes", {})))
    problems.update(_expressions(config))
    if "template" in config:
        problems.update(_template(config["template"], folder))
    if problems:
        raise Invalid(problems)
    return dict(config)


def _verification(given: Any) -> dict[str, str]:
    where = "config.verification"
    if not isinstance(given, Mapping):
        return {where: 'Must be an object such as {"scheme": "token", "header": "X-Token"}.'}
    if given.get("scheme") == "none":
        sentence = (
            "For a sender that cannot sign, make the endpoint with verification: url instead."
        )
        return {f"{where}.scheme": sentence}
    problems = {}
    if given.get("scheme", SCHEMES[0]) not in SCHEMES:
        problems[f"{where}.scheme"] = f"Must be one of {', '.join(SCHEMES)}."
    if not _matches(_HEADER, given.get("header", SIGNATURE)):
        problems[f"{where}.header"] = "Must be a header's name."
    if not isinstance(given.get("prefix", ""), str):
        problems[f"{where}.prefix"] = "Must be text."
    known = {"scheme", "header", "prefix"}
    problems.update({f"{where}.{name}": "There is no such setting." for name in set(given) - known})
    return problems


def _attributes(given: Any) -> dict[str, str]:
    where = "config.attributes"
    if not isinstance(given, Mapping) or len(given) > _MOST_ATTRIBUTES:
        return {where: f"Must be an object of at most {_MOST_ATTRIBUTES} names with dotted paths."}
    problems = {}
    for name, path in given.items():
        if not _matches(_NAME, name):
            problems[f"{where}.{name}"] = (
                "A name has a to z, 0 to 9 and _ and begins with a letter."
            )
        elif not _matches(_PATH, path):
            problems[f"{where}.{name}"] = (
                "Must be a dotted path into the body, such as alert.labels.team."
            )
    return problems


def _expressions(config: Mapping[str, Any]) -> dict[str, str]:
    problems = {}
    event_type, delivery_id = config.get("event_type", "type"), config.get("delivery_id", "id")
    if not _matches(_PATH, event_type) and not is_constant(event_type):
        problems["config.event_type"] = (
            "Must be a dotted path into the body, or a constant in quotes."
        )
    named = isinstance(delivery_id, str) and delivery_id.startswith(HEADER)
    right = (
        _matches(_HEADER, delivery_id.removeprefix(HEADER))
        if named
        else _matches(_PATH, delivery_id)
    )
    if not right:
        problems["config.delivery_id"] = f"Must be a dotted path into the body, or {HEADER}X-Name."
    return problems


def _template(text: Any, folder: Path) -> dict[str, str]:
    where = "config.template"
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_TEMPLATE:
        return {where: f"Must be a Jinja template of at most {_LONGEST_TEMPLATE} characters."}
    problem = proofread(text, folder)
    return {where: problem} if problem else {}


def is_constant(text: Any) -> bool:
    """Whether an expression is text in quotes."""
    return isinstance(text, str) and len(text) > 2 and text[0] == text[-1] and text[0] in "'\""  # noqa: PLR2004  # two quotes and something between


def _matches(pattern: re.Pattern[str], text: Any) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None
