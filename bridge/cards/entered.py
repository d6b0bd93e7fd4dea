"""What somebody entered into a card's inputs, as a host posts it: how it fills in the places is underspecified.

The body is the act's JSON with values in it, escaped or not: what is not JSON any more is taken apart by the parts of
the template that must be in it. How several choices are joined is not said either: they are told by the choices there are.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, TypeAlias

import orjson

from bridge.cards.card import Act, ChoiceInput, DateInput, Input, TextInput
from bridge.cards.messagecard import entering
from bridge.errors import Invalid

Entered: TypeAlias = Mapping[str, tuple[str, ...]]
"""By the inputs' ids; an input that was left empty has none."""

LONGEST: Final = 20_000
"""Characters of one input."""

_BETWEEN: Final = re.compile(r"\s*[;,]\s*")


def entered(act: Act, body: bytes) -> Entered:
    """What was entered. Raises `Invalid` with a sentence for each input that is wrong."""
    given = _values(act, body.decode("utf-8", "replace"))
    problems: dict[str, str] = {}
    found: dict[str, tuple[str, ...]] = {}
    for one in act.inputs:
        value = given.get(one.id, "").strip()
        # A host that has no value for a place may leave the place itself.
        value = "" if value == f"{{{{{one.id}.value}}}}" else value
        try:
            found[one.id] = _read(one, value) if value else ()
        except ValueError as error:
            problems[one.id] = str(error)
        if one.required and not value:
            problems[one.id] = f"{one.title} is missing."
    if problems:
        raise Invalid(problems)
    return found


def _values(act: Act, text: str) -> Mapping[str, str]:
    if not act.inputs:
        return {}
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _apart(act, text)
    if not isinstance(given, dict):
        return {}
    return {name: _text(value) for name, value in given.items()}


def _text(value: object) -> str:
    if isinstance(value, list):
        return ";".join(_text(one) for one in value)
    return value if isinstance(value, str) else ""


def _apart(act: Act, text: str) -> Mapping[str, str]:
    """The values between the parts of the template, as they are."""
    places = [re.escape(f"{{{{{one.id}.value}}}}") for one in act.inputs]
    parts = re.split("|".join(places), entering(act))
    found = re.fullmatch("(.*?)".join(re.escape(part) for part in parts), text.strip(), re.DOTALL)
    if found is None:
        raise Invalid({act.inputs[0].id: "What was entered could not be read: try again."})
    return dict(zip((one.id for one in act.inputs), found.groups(), strict=True))


def _read(one: Input, value: str) -> tuple[str, ...]:
    """One input's values. Raises `ValueError` with a sentence."""
    if len(value) > LONGEST:
        raise ValueError(f"{one.title} is too long.")
    match one:
        case TextInput():
            if one.longest and len(value) > one.longest:
                raise ValueError(f"{one.title} has at most {one.longest} characters.")
            return (value,)
        case DateInput():
            return (_day(one, value),)
        case ChoiceInput():
            return _chosen(one, value)


def _day(one: DateInput, value: str) -> str:
    try:
        if one.with_time:
            return datetime.fromisoformat(value).isoformat()
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        raise ValueError(f"{one.title} is no date.") from None


def _chosen(one: ChoiceInput, value: str) -> tuple[str, ...]:
    known = {sent for _, sent in one.choices}
    chosen = (value,) if value in known or not one.several else tuple(_BETWEEN.split(value))
    if not set(chosen) <= known:
        raise ValueError(f"{one.title} has no such choice.")
    return chosen
